/** The machine as `/proc` and statfs show it. */

import type { Instant } from '../core/time.ts';

export type ProcessSight =
  /** `startedAt` is null when start times and file times cannot be compared here; `command` is its command line, at most 512 characters. */
  | { readonly seen: 'running'; readonly startedAt: Instant | null; readonly command: string }
  /** It has exited, and only its parent has not noticed. */
  | { readonly seen: 'ended' }
  | { readonly seen: 'absent' }
  /** It may be there: `/proc` hides other users' processes. */
  | { readonly seen: 'hidden'; readonly reason: string };

/** Blocks and inodes as statfs counts them. */
export interface FilesystemFigures {
  readonly blockSize: number;
  readonly blocks: number;
  readonly blocksFree: number;
  /** Free to an ordinary user. */
  readonly blocksAvailable: number;
  /** 0 where the filesystem has no such limit. */
  readonly inodes: number;
  readonly inodesFree: number;
}

/** Which processes `/proc` shows. */
export interface PidView {
  /** `/proc` shows the PID namespace that this process lives in. */
  readonly own: boolean;
  /** This process lives in the first PID namespace of the machine: it is in no container. */
  readonly initial: boolean;
}

/** Working folders of processes, and the users whose processes do not let us see theirs. */
export interface WorkingFolders {
  readonly seen: readonly { readonly pid: number; readonly folder: string }[];
  readonly hiddenUsers: ReadonlySet<number>;
}

export interface Host {
  /** Text of a file below the proc root (`meminfo`, `pressure/memory`, `57/status`); null when the kernel does not give it. */
  proc(path: string): Promise<string | null>;
  /** All processes that `/proc` shows. */
  pids(): Promise<readonly number[]>;
  /** What is known of a process id in the PID namespace that `/proc` shows. */
  process(pid: number): Promise<ProcessSight>;
  pidView(): Promise<PidView>;
  /** The processes whose command line contains a word; null when nothing can be seen. */
  pidsOf(word: string): Promise<readonly number[] | null>;
  /** Where all processes work; null when nothing can be seen. */
  workingFolders(): Promise<WorkingFolders | null>;
  /** Figures of the filesystem at a path; null when it cannot be asked, `silent` when it has not answered in 5 s (it is not asked again until it has). */
  filesystem(path: string): Promise<FilesystemFigures | 'silent' | null>;
}
