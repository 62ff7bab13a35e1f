/** What an event says has to be looked at: a webhook is a hint, the forge's answer is the truth. */

import { SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { AnyEvent } from '../../core/event.ts';
import type { Picture } from '../../factory/picture.ts';
import type { Again } from './part.ts';

export interface Target extends Omit<Again, 'after'> {
  readonly repo: string;
}

export interface Hints {
  /** Asks for a look so long from now; the earliest of several counts. */
  add(target: Target, after: Millis): void;
  /** Takes out what is due. */
  take(): readonly Target[];
}

/** Webhooks that belong together come within this, or before the loop wakes, which it does each second. */
const SOON: Millis = SECOND / 2;
/** CI posts its status to the forge a moment after it says so itself. */
const AFTER_CI: Millis = 5 * SECOND;
/** More than this is a storm, and the next look at everything finds the rest. */
const MOST = 1_000;

/** No hint yet. */
export function createHints(now: () => Instant): Hints {
  const due = new Map<string, { readonly target: Target; readonly at: Instant }>();
  return {
    add(target, after) {
      const name = `${target.repo} ${target.what} ${target.number}`;
      const at = Math.min(now() + after, due.get(name)?.at ?? Infinity);
      if (due.has(name) || due.size < MOST) due.set(name, { target, at });
    },
    take() {
      const ready = [...due].filter(([, { at }]) => at <= now());
      for (const [name] of ready) due.delete(name);
      return ready.map(([, { target }]) => target);
    },
  };
}

/** What an event hints at, null when nothing. */
export function hintOf(event: AnyEvent, picture: Picture): (Target & { readonly after: Millis }) | null {
  switch (event.kind) {
    case 'forge.pull':
    case 'forge.review':
      return pull(event.data.repo, event.data.number, SOON);
    case 'forge.push':
    case 'forge.status':
      return pull(event.data.repo, event.data.pr, SOON);
    case 'ci.pipeline':
      return pull(event.data.repo, event.data.pr, AFTER_CI);
    case 'forge.issue':
      return issue(event.data.repo, event.data.number);
    case 'session.phase':
      return unknownOf(event.data, picture);
    default:
      return null;
  }
}

type Hint = Target & { readonly after: Millis };

const pull = (repo: string, number: number, after: Millis): Hint | null =>
  number === 0 ? null : { what: 'pull', repo, number, after };

const issue = (repo: string, number: number): Hint => ({ what: 'issue', repo, number, after: SOON });

/** What a session works on, when nobody has told what became of it. */
export function unknownOf(
  phase: { readonly repo: string; readonly issue: number; readonly pr: number; readonly exists: boolean },
  picture: Picture,
): Hint | null {
  const { repo } = phase;
  if (!phase.exists || repo === '') return null;
  if (phase.issue !== 0 && picture.issueState(repo, phase.issue) === '') return issue(repo, phase.issue);
  if (phase.pr !== 0 && picture.pullState(repo, phase.pr) === '') return pull(repo, phase.pr, SOON);
  return null;
}
