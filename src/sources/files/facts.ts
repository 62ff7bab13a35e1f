/** Event data out of what is believed of a file, and what makes two of them the same news. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { parseIso, SECOND, toIso, type Instant } from '../../core/time.ts';
import type { Picture } from '../../factory/picture.ts';
import { placed } from '../../factory/placed.ts';
import { ageStep, type LockOwner } from './lock.ts';
import type { LockFacts, PhaseFacts, TrackedLock, TrackedPhase } from './tracked.ts';

export type FileFacts =
  | {
      readonly kind: 'session.phase';
      readonly subject: string;
      readonly path: string;
      /** Equal keys are the same news. */
      readonly key: string;
      readonly data: Omit<EventData<'session.phase'>, 'host'>;
    }
  | {
      readonly kind: 'lock.file';
      readonly subject: string;
      readonly path: string;
      readonly key: string;
      readonly data: Omit<EventData<'lock.file'>, 'host'>;
    };

/** A project as far as phase files need it: `repo` is owner/name. */
export interface NamedRepo {
  readonly name: string;
  readonly repo: string;
}

/** What the facts of a file depend on beside the file. */
export interface Surroundings {
  /** `''` on the box itself. */
  readonly place: string;
  readonly projects: readonly NamedRepo[];
  readonly picture: Picture;
}

/** What a phase file says, with the repository and the state of its issue. */
export function phaseFacts(file: TrackedPhase, facts: PhaseFacts, around: Surroundings): FileFacts {
  const { place, projects, picture } = around;
  const { session, role, project, issue, pr } = file.name;
  const repo = projects.find((one) => one.name === project)?.repo ?? '';
  const known = repo === '' || issue === 0 ? null : picture.issue(repo, issue);
  const path = placed(place, file.path);
  const data = {
    place,
    session,
    role,
    project,
    repo,
    number: issue + pr,
    issue,
    pr,
    path,
    exists: true,
    phase: facts.phase,
    phase_since: toIso(facts.since),
    reason: facts.reason,
    issue_state: known === null ? '' : picture.issueState(repo, issue),
    issue_closed_at: known?.closed_at ?? '',
    reviewed_before: isReviewedBefore(picture, { repo, issue }, facts.since),
    unreadable: facts.unreadable,
  };
  return { kind: 'session.phase', subject: session, path, key: JSON.stringify(data), data };
}

/** A review that came before the session listened is heard by nobody. */
function isReviewedBefore(picture: Picture, work: { repo: string; issue: number }, since: Instant): boolean {
  if (work.repo === '' || work.issue === 0) return false;
  const pull = picture.pull(work.repo, picture.pullOfBranch(work.repo, `fix/issue-${work.issue}`));
  const reviewedAt = parseIso(pull?.reviewed_at ?? '');
  return pull?.reviewed === true && reviewedAt !== null && reviewedAt < since;
}

export interface OwnedLock extends LockFacts {
  readonly owner: LockOwner;
}

/** What a lock says, with its owner. */
export function lockFacts(file: TrackedLock, facts: OwnedLock, place: string, now: Instant): FileFacts {
  const { owner } = facts;
  const path = placed(place, file.path);
  const age = Math.max(0, now - facts.lockedAt);
  const lockedAt = toIso(facts.lockedAt);
  const data = {
    place,
    path,
    name: file.name,
    exists: true,
    pid: facts.pid,
    owner: owner.owner,
    evidence: owner.evidence,
    age_s: Math.floor(age / SECOND),
    locked_at: lockedAt,
    holder: '',
    heartbeat_at: '',
  };
  const key = JSON.stringify([facts.pid, facts.flaw, owner.owner, lockedAt, ageStep(age)]);
  return { kind: 'lock.file', subject: path, path, key, data };
}

/** The same file, gone; everything else is as it was last known. */
export function goneFacts(last: FileFacts): FileFacts {
  return last.kind === 'session.phase'
    ? { ...last, key: 'gone', data: { ...last.data, exists: false } }
    : { ...last, key: 'gone', data: { ...last.data, exists: false } };
}
