/** Terminals that agents run in: sessions by exact name, what their pane shows, and one line typed into it. */

import type { Instant } from '../core/time.ts';

/** Which pane of all places. */
export interface PaneAddress {
  /** `''` for this machine, else the name of the container. */
  readonly place: string;
  /** A container that was made anew is another one. */
  readonly placeId: string;
  /** Socket of its server, in that place. */
  readonly socket: string;
  /** Names the pane for as long as its server lives: `%3`. */
  readonly id: string;
}

/** The pane a person would see on attaching to a session. */
export interface Pane extends PaneAddress {
  readonly session: string;
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

/** `unavailable`: could not look. It is never the same as `absent`. `several`: more than one session has this name, at `where`. */
export type Look =
  | { readonly state: 'present'; readonly pane: Pane }
  | { readonly state: 'several'; readonly where: readonly string[] }
  | { readonly state: 'absent' }
  | { readonly state: 'unavailable'; readonly reason: string };

export type Sessions =
  | { readonly state: 'listed'; readonly names: readonly string[] }
  | { readonly state: 'unavailable'; readonly reason: string };

/** `''` when it was done, else why not. */
export type Typed = string;

/** Sessions on this machine, and in the containers that agents work in. */
export interface Terminal {
  /** Names of all sessions; a terminal server that does not run has none. */
  sessions(signal: AbortSignal): Promise<Sessions>;
  /** The active pane of the one session with exactly this name, wherever it is. */
  look(session: string, signal: AbortSignal): Promise<Look>;
  /** The active pane of a session that was seen before, looked for only where it was. */
  again(pane: Pane, signal: AbortSignal): Promise<Look>;
  /** Pastes one line into a pane, without Enter. */
  paste(pane: PaneAddress, line: string, signal: AbortSignal): Promise<Typed>;
  /** Presses Enter in a pane. */
  enter(pane: PaneAddress, signal: AbortSignal): Promise<Typed>;
}
