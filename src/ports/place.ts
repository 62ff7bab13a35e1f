/** Where the factory lives: this machine, or a container of it. The same can be asked of both. */

import type { Files } from './files.ts';
import type { Host } from './host.ts';

export type ProgramRun =
  | { readonly ran: true; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** It could not be started, or was ended because it took too long. `missing`: there is no such program. */
  | { readonly ran: false; readonly reason: string; readonly missing: boolean };

export interface Place {
  /** `''` for this machine, else the name of the container. */
  readonly name: string;
  /** Another one of the same name is another place: a container that was made anew. */
  readonly id: string;
  readonly files: Files;
  readonly machine: Host;
  /** Runs a program to its end, for at most 10 s. Never rejects. */
  run(argv: readonly string[], signal: AbortSignal): Promise<ProgramRun>;
}

export type PlacesFound =
  | {
      readonly seen: true;
      readonly places: readonly Place[];
      /** Containers that should be places and are not now, each in words. */
      readonly flaws: readonly string[];
    }
  /** `isConfigured`: somebody said that there is such a container. */
  | { readonly seen: false; readonly reason: string; readonly isConfigured?: boolean };

/** Finds the containers that agents work in. */
export interface PlaceFinder {
  /** Name of the box they are on. */
  readonly host: string;
  find(signal: AbortSignal): Promise<PlacesFound>;
}
