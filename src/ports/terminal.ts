/** Terminals that agents run in: sessions by exact name, what their pane shows, and one line typed into it. */

import type { Instant } from '../core/time.ts';

/** The pane a person would see on attaching to a session. */
export interface Pane {
  readonly session: string;
  /** Names the pane for as long as it lives: `%3`. */
  readonly id: string;
  /** Its label says that a person drives it. */
  readonly interactive: boolean;
  /** The program in the foreground: `claude`, `node`, `bash`. */
  readonly command: string;
  /** It was opened as a plain shell, not with a program of its own. */
  readonly defaultShell: boolean;
  /** The program in it has ended. */
  readonly ended: boolean;
  /** Someone is scrolling or selecting in it. */
  readonly browsed: boolean;
  /** Last output, to the second. */
  readonly activity: Instant;
  /** Last key press of each attached person, to the second. */
  readonly clients: readonly Instant[];
  /** Line of the cursor in `screen`, 0 at the top. */
  readonly cursorRow: number;
  /** What it shows, with its colour sequences. */
  readonly screen: string;
}

/** `unavailable`: could not look. It is never the same as `absent`. */
export type Look =
  | { readonly state: 'present'; readonly pane: Pane }
  | { readonly state: 'absent' }
  | { readonly state: 'unavailable'; readonly reason: string };

export type Sessions =
  | { readonly state: 'listed'; readonly names: readonly string[] }
  | { readonly state: 'unavailable'; readonly reason: string };

/** `''` when it was done, else why not. */
export type Typed = string;

export interface Terminal {
  /** Names of all sessions; a terminal server that does not run has none. */
  sessions(signal: AbortSignal): Promise<Sessions>;
  /** The active pane of the session with exactly this name. */
  look(session: string, signal: AbortSignal): Promise<Look>;
  /** Pastes one line into a pane, without Enter. */
  paste(paneId: string, line: string, signal: AbortSignal): Promise<Typed>;
  /** Presses Enter in a pane. */
  enter(paneId: string, signal: AbortSignal): Promise<Typed>;
}
