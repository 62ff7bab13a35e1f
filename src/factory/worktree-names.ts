/** What the name of a working folder says: whose it is and what it is for. */

import { formulaSession, numberedSession, type SessionName } from './session-names.ts';

const PROJECT = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';
const NUMBER = '[1-9]\\d{0,8}';

/** In this order: the first that fits. A name may fit more than one, and the longer word says more. */
const SHAPES: readonly (readonly [shape: RegExp, read: (match: RegExpExecArray) => SessionName])[] = [
  [
    new RegExp(`^(${PROJECT})-worktree-(${NUMBER})$`),
    (match) => numberedSession('dev', match[1] ?? '', Number(match[2])),
  ],
  [
    new RegExp(`^(${PROJECT})-review-(${NUMBER})$`),
    (match) => numberedSession('review', match[1] ?? '', Number(match[2])),
  ],
  [
    /^action-([1-9]\d{0,8})-\d{9,11}$/,
    (match) => ({ ...formulaSession('action', ''), session: '', issue: Number(match[1]) }),
  ],
  [new RegExp(`^(${PROJECT})-sup-retry-.+$`), (match) => ({ ...formulaSession('retry', match[1] ?? ''), session: '' })],
  [
    new RegExp(`^(${PROJECT})-(supervisor|planner|predictor|gardener|architect)-run$`),
    (match) => formulaSession(match[2] ?? '', match[1] ?? ''),
  ],
  [
    /^disinto-(supervisor|planner|predictor|gardener|architect)-(.+)$/,
    (match) => formulaSession(match[1] ?? '', match[2] ?? ''),
  ],
];

/** Whose working folder it is by its base name; `session` is `''` where the name does not tell one. Null when it is none of the factory's. */
export function parseWorktreeName(name: string): SessionName | null {
  for (const [shape, read] of SHAPES) {
    const match = shape.exec(name);
    if (match !== null) return read(match);
  }
  return null;
}

/** The working folder of the factory that a path is in: its base name, `''` when it is in none. */
export function worktreeOf(path: string): string {
  return path.split('/').find((part) => parseWorktreeName(part) !== null) ?? '';
}
