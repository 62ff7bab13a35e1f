/** Kinds about the factory's own files, sessions and vault. */

import { bool, number, text, time, words, type KindSpec } from './field.ts';

export const FACTORY = {
  'session.phase': {
    doc: 'The phase file of an agent session.',
    fields: {
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
      unreadable: bool('three readings in a row made no sense; phase is the last good one'),
    },
  },
  'lock.file': {
    doc: 'A lock file.',
    fields: {
      path: words('the file'),
      name: words('its name'),
      exists: bool('the file is there'),
      pid: number('process id in it, 0 when it has none'),
      owner: text('alive dead unknown'),
      evidence: words('what decided the owner'),
      age_s: number('seconds since it was last written, when this was observed'),
      locked_at: time('when it was last written'),
    },
  },
  'vault.item': {
    doc: 'An item of the approval queue.',
    fields: {
      id: words('slug'),
      state: text('pending approved rejected fired withdrawn'),
      tier: text('low medium high'),
      finding: text('fingerprint'),
      path: words('the file'),
    },
  },
} as const satisfies Record<string, KindSpec>;
