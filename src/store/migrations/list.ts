/** All migrations in order; the one at index n leads from schema n to schema n + 1. */

import { firstSchema } from './0001-first-schema.ts';
import { unconfirmed } from './0002-unconfirmed.ts';
import { headsByHost } from './0003-heads-by-host.ts';
import { tracks } from './0004-tracks.ts';
import { reserve } from './0005-reserve.ts';
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [firstSchema, unconfirmed, headsByHost, tracks, reserve];
