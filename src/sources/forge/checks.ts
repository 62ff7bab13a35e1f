/** What the checks of a commit come to. Pure. */

import { latestOf } from './draft.ts';
import { fieldsOf, type Fields } from './fields.ts';

export interface CheckSeen {
  readonly context: string;
  readonly state: string;
  /** ISO 8601 UTC of when the status was posted. */
  readonly at: string;
  readonly author: string;
}

export interface CiJudgement {
  readonly ci_state: string;
  readonly ci_since: string;
  readonly ci_finished_at: string;
}

/** From the worst; what is not known has not ended. */
const ORDER = ['failure', 'warning', 'pending', 'success'] as const;
const MEANS: Readonly<Record<string, (typeof ORDER)[number]>> = {
  error: 'failure',
  failure: 'failure',
  warning: 'warning',
  success: 'success',
  skipped: 'success',
};

/** The newest status of each check, as they stand in a combined status: there the state is called `status`. */
export function readChecks(list: readonly unknown[]): readonly CheckSeen[] {
  return list.map((raw) => readCheck(fieldsOf(raw)));
}

function readCheck(status: Fields): CheckSeen {
  return {
    context: status.words('context'),
    state: status.fact('status', /^[a-z]{1,20}$/),
    at: latestOf(status.time('created_at'), status.time('updated_at')),
    author: status.words('creator.login'),
  };
}

/** The worst of them all, as the forge itself combines them; `''` when there is none, which is neither green nor pending. */
export function judgeChecks(checks: readonly CheckSeen[]): CiJudgement {
  const meanings = checks.map((check) => ({ means: MEANS[check.state] ?? 'pending', at: check.at }));
  const worst = ORDER.find((state) => meanings.some(({ means }) => means === state));
  if (worst === undefined) return { ci_state: '', ci_since: '', ci_finished_at: '' };
  const times = meanings.filter(({ means }) => means === worst).map(({ at }) => at);
  return {
    ci_state: worst,
    ci_since: worst === 'success' ? latestOf(...times) : earliestOf(times),
    ci_finished_at: meanings.some(({ means }) => means === 'pending') ? '' : latestOf(...checks.map(({ at }) => at)),
  };
}

function earliestOf(times: readonly string[]): string {
  return times.reduce((earliest, at) => (at !== '' && (earliest === '' || at < earliest) ? at : earliest), '');
}
