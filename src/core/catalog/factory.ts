/** Kinds about the factory's own files, sessions and vault. */

import { bool, number, text, time, words, type KindSpec } from './field.ts';
import { PLACE } from './sessions.ts';

export const FACTORY = {
  'factory.queue': {
    doc: 'The work that waits in a repository, and whether an agent takes it up.',
    fields: {
      repo: text('owner/name'),
      backlog: number('open issues labelled backlog'),
      ready: number('those that wait for no other issue and for no person'),
      in_progress: number('open issues labelled in-progress'),
      blocked: number('open issues labelled blocked'),
      running: number('dev sessions and runs that are alive'),
      paused: bool('an operator took the dev agent off: its guard is gone'),
      seen: bool('something of the dev agent can be seen: its log, a session or a run'),
      last_run_at: time('last start or end of a dev run, "" when none is known'),
      idle_since: time(
        'since when work is ready and nobody runs: by the times of issues, runs and logs, and never earlier than they can show',
      ),
    },
  },
  'session.phase': {
    doc: 'The phase file of an agent session.',
    fields: {
      place: PLACE,
      session: text('session name, e.g. dev-harb-42'),
      role: text('dev review action supervisor planner predictor gardener vault'),
      project: text('project name'),
      repo: text('owner/name of the project, "" when it is not known'),
      number: number('issue or pull request number in the name, 0 when it has none'),
      issue: number('issue number, 0 when none'),
      pr: number('pull request number, 0 when none'),
      path: words('the file'),
      exists: bool('the file is there'),
      phase: text(
        'working awaiting_ci awaiting_review awaiting_changes escalate done merged failed review_complete crashed none unreadable',
      ),
      phase_since: time('when the file was last written'),
      reason: words('second line of the file'),
      issue_state: text('open closed, "" when not known'),
      issue_closed_at: time('when its issue was closed, "" while it is open or when that is not known'),
      reviewed_before: bool('the head of its pull request had been reviewed before the session began to wait for that'),
      unreadable: bool('three readings in a row made no sense; phase is the last good one'),
    },
  },
  'lock.file': {
    doc: 'A lock file.',
    fields: {
      place: PLACE,
      path: words('the file; with the name of the container in front when it is in one'),
      name: words('its name'),
      exists: bool('the file is there'),
      pid: number('process id in it, 0 when it has none'),
      owner: text('alive dead unknown'),
      evidence: words('what decided the owner'),
      age_s: number('seconds since it was last written, when this was observed'),
      locked_at: time('when it was last written'),
      holder: words('who holds a stack lock, as it says itself'),
      heartbeat_at: time('last heartbeat of a stack lock, "" for other locks'),
    },
  },
  'vault.item': {
    doc: 'An item of the approval queue: a request in Markdown, or an action that can be run.',
    fields: {
      id: words(
        'name of the file without its ending; of an ops repository that is not the main one, with that in front',
      ),
      exists: bool('it is in one of the folders, or a pull request asks for it'),
      state: text('pending approved fired failed rejected withdrawn'),
      folder: text(
        'folder of the vault it is in: pending approved fired rejected actions withdrawn; "" when only its pull request is known',
      ),
      repo: text('ops repository at the forge, "" when it was read as a folder'),
      pr: number('pull request that asks for it, 0 when its file was read'),
      shape: text('request action human_only legacy: Markdown, the ten-key TOML, TOML for people, JSON of old'),
      conforming: bool('the factory can read it: a title and its sections, or legal keys with legal values'),
      reason: words('what is wrong with it, "" when nothing is'),
      title: words('first heading, or context'),
      formula: words('what an action runs, "" when it runs nothing'),
      tier: text('low medium high'),
      tier_reason: words('where the tier comes from'),
      claimed_tier: text(
        'what the item says of itself, "" when it says nothing; it may raise the tier, never lower it',
      ),
      exit_code: number('of the action, -1 while it has not run'),
      changed_at: time('when its file was last written'),
      finding: text('fingerprint'),
      path: words('the file, below the ops repository'),
    },
  },
} as const satisfies Record<string, KindSpec>;
