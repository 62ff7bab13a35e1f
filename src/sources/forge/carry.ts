/**
 * What a webhook does not say and is still known from before. A rule reads the newest event of an entity alone, so an event
 * that leaves a field out would undo it.
 */

import type { EventData } from '../../core/catalog/catalog.ts';
import type { IssueView, PullView } from '../../factory/picture.ts';

type Pull = Pick<EventData<'forge.pull'>, 'sha' | 'state' | 'draft' | 'mergeable'>;

/** The fields of an open pull request that depend on its head: whose checks ran, whose code was reviewed. */
const OF_THE_HEAD = {
  ci_state: '',
  ci_since: '',
  ci_finished_at: '',
  reviewed: false,
  reviewed_at: '',
  approved: false,
  changes_requested: false,
};

type Carried = Omit<PullView, 'number' | 'branch' | 'sha'>;

/** What is still true of a pull request. A new head has neither checks nor reviews; `pushedAt` is when it came, as far as that is known. */
export function carryPull(known: PullView | null, pull: Pull, pushedAt: string): Carried {
  if (known === null) {
    return { ...OF_THE_HEAD, last_push_at: pushedAt, changes_requested_stale: false, conflict_since: '' };
  }
  const { number: _number, branch: _branch, sha, ...same } = known;
  const conflict_since = pull.mergeable || pull.draft || pull.state !== 'open' ? '' : known.conflict_since;
  if (sha === pull.sha) return { ...same, conflict_since };
  const stale = known.changes_requested || known.changes_requested_stale;
  return { ...OF_THE_HEAD, last_push_at: pushedAt, changes_requested_stale: stale, conflict_since };
}

type Standing = Omit<IssueView, 'state' | 'closed_at'>;

const ALONE: Standing = {
  linked_dependencies: [],
  open_dependencies: 0,
  unknown_dependencies: 0,
  oldest_open_dependency_at: '',
  dependencies_closed_at: '',
  in_cycle: false,
  cycle: '',
  children: 0,
  children_open: 0,
  children_closed_at: '',
};

/** What is still true of an issue: how it stands to others, of which a webhook says nothing. */
export function carryIssue(known: IssueView | null): Standing {
  if (known === null) return ALONE;
  const { state: _state, closed_at: _closedAt, ...standing } = known;
  return standing;
}
