/** How rules are read from disk: a port, so that loading them touches nothing. */

import type { SourceText } from './mistake.ts';

/**
 * The `*.toml` files directly in a folder, sorted by name, each with the name people know it by.
 * Resolves with null when there is no such folder; rejects when it cannot be read.
 */
export type ReadFolder = (folder: string) => Promise<readonly SourceText[] | null>;
