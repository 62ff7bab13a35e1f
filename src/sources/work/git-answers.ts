/** What git and its own files say of a clone. Pure. */

import { SECOND, type Instant } from '../../core/time.ts';

export interface StatusAnswer {
  /** `''` when HEAD is a commit. */
  readonly branch: string;
  /** Tracked files that are changed. */
  readonly changed: number;
}

/** The output of `git status --porcelain=v2 --branch --untracked-files=no`; null when it is none. */
export function parseStatus(output: string): StatusAnswer | null {
  const head = /^# branch\.head (.+)$/m.exec(output)?.[1];
  if (head === undefined) return null;
  const changed = output.split('\n').filter((line) => /^[12u] /.test(line)).length;
  return { branch: head === '(detached)' ? '' : head, changed };
}

export interface Unpushed {
  readonly count: number;
  readonly oldest: Instant | null;
}

/** The output of `git rev-list --timestamp`: seconds and a commit on each line. */
export function parseUnpushed(output: string): Unpushed {
  const seconds = output.split('\n').flatMap((line) => {
    const match = /^(\d+) [0-9a-f]{40,64}$/.exec(line);
    return match === null ? [] : [Number(match[1])];
  });
  return { count: seconds.length, oldest: seconds.length === 0 ? null : Math.min(...seconds) * SECOND };
}

/** When the reflog of a remote branch last says `update by push`; null when it never does. */
export function lastPush(reflog: string): Instant | null {
  const line = reflog.split('\n').findLast((one) => one.endsWith('\tupdate by push'));
  const match = /> (\d{9,11}) [+-]\d{4}\t/.exec(line ?? '');
  return match === null ? null : Number(match[1]) * SECOND;
}

/**
 * When the reflog of HEAD last says that the primary branch was left, for the branch that HEAD is on now (`''` for a commit). Where the beginning is
 * missing, the first time at which it says that another branch was checked out; null when what it says last is not how things are.
 */
export function leftPrimary(reflog: string, primary: string, branch: string): Instant | null {
  const moves = reflog.split('\n').flatMap((line) => {
    const match = /> (\d{9,11}) [+-]\d{4}\tcheckout: moving from \S+ to (\S+)$/.exec(line);
    return match === null ? [] : [{ at: Number(match[1]) * SECOND, to: match[2] ?? '' }];
  });
  const last = moves.at(-1);
  if (last === undefined || last.to === primary || (branch !== '' && last.to !== branch)) return null;
  return moves[moves.findLastIndex((move) => move.to === primary) + 1]?.at ?? null;
}

/** The branch that `refs/remotes/origin/HEAD` points to, `''` when it points to none. */
export function primaryOf(text: string): string {
  return /^ref: refs\/remotes\/origin\/(.+)$/m.exec(text)?.[1] ?? '';
}

/** Names of the filters that a clone configures: they are programs, and are switched off before anything is compared. */
export function filterNames(output: string): readonly string[] {
  const names = output.split('\n').flatMap((line) => /^filter\.(.+)\.(?:clean|process|smudge)$/.exec(line)?.[1] ?? []);
  return [...new Set(names)];
}
