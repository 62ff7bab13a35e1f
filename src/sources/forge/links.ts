/** What issues are linked to as dependencies at the forge. No webhook tells of it, so it is asked for, but not each time. */

import { messageOf } from '../../core/errors.ts';
import { inParallel } from '../../core/in-parallel.ts';
import { HOUR, type Instant, type Millis } from '../../core/time.ts';
import { fullNameOf } from '../../core/repo-name.ts';
import { fieldsOf, REPO } from './fields.ts';
import { AT_ONCE } from './part.ts';
import type { LookContext } from './look-pulls.ts';

export interface Link {
  /** `7`, or `owner/name#7` in another repository. */
  readonly name: string;
  /** 0 in another repository. */
  readonly number: number;
  readonly open: boolean;
  /** ISO 8601 UTC, `''` when not known. */
  readonly createdAt: string;
  /** The same. */
  readonly closedAt: string;
}

export interface Links {
  /** Asks again for those that changed, and for those not asked for in an hour. Resolves with what could not be read, `''` when nothing. */
  refresh(issues: Iterable<Linked>): Promise<string>;
  of(issue: number): readonly Link[];
}

interface Linked {
  readonly number: number;
  readonly updatedAt: string;
}

interface Asked {
  readonly at: Instant;
  readonly updatedAt: string;
  readonly links: readonly Link[];
}

const ASK_AGAIN: Millis = HOUR;
/** So many issues are asked about in one look; the others in the next. */
const MOST = 500;

/** Nothing was asked yet. */
export function createLinks({ repo, forge, clock, signal }: LookContext): Links {
  const asked = new Map<number, Asked>();
  let isOffUntil: Instant = 0;
  const isDue = ({ number, updatedAt }: Linked, now: Instant): boolean => {
    const last = asked.get(number);
    return last === undefined || last.updatedAt !== updatedAt || now - last.at >= ASK_AGAIN;
  };
  const ask = async ({ number, updatedAt }: Linked): Promise<string> => {
    const now = clock.now();
    if (now < isOffUntil) return '';
    try {
      const list = await forge.dependencies(repo, number, signal);
      if (list === null) isOffUntil = now + ASK_AGAIN;
      asked.set(number, { at: now, updatedAt, links: (list ?? []).map((one) => readLink(one, repo)) });
      return '';
    } catch (error) {
      return messageOf(error);
    }
  };
  return {
    async refresh(issues) {
      const now = clock.now();
      const due = [...issues].filter((issue) => isDue(issue, now)).slice(0, MOST);
      return (await inParallel(due, AT_ONCE, ask)).find((flaw) => flaw !== '') ?? '';
    },
    of: (issue) => asked.get(issue)?.links.filter((link) => link.name !== '') ?? [],
  };
}

function readLink(raw: unknown, repo: string): Link {
  const issue = fieldsOf(raw);
  const number = issue.number('number');
  const place = issue.fact('repository.full_name', REPO);
  const isHere = place === '' || place === fullNameOf(repo);
  return {
    name: number === 0 ? '' : `${isHere ? '' : `${place}#`}${number}`,
    number: isHere ? number : 0,
    open: issue.fact('state', /^(?:open|closed)$/) === 'open',
    createdAt: issue.time('created_at'),
    closedAt: issue.time('closed_at'),
  };
}
