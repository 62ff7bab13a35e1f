/** Kinds about agent sessions: terminals, and runs without one. */

import { bool, number, text, time, words, type FieldSpec, type KindSpec } from './field.ts';

/** Where something of the factory was seen. */
export const PLACE: FieldSpec<'string'> = words('"" on the box itself, else the name of the container it is in');

/** Whose session it is, as far as its name tells. */
export const WHOSE = {
  place: PLACE,
  session: text('session name, e.g. dev-harb-42'),
  role: text('dev review action vault supervisor planner predictor gardener architect'),
  project: text('project name'),
  repo: text('owner/name of the project, "" when it is not known'),
  number: number('issue or pull request number in the name, 0 when it has none'),
  issue: number('issue number, 0 when none'),
  pr: number('pull request number, 0 when none'),
};

export const SESSIONS = {
  'session.terminal': {
    doc: 'A tmux session whose name is one of the factory.',
    fields: {
      ...WHOSE,
      exists: bool('the session is there'),
      state: text('busy waiting_human idle dead unknown'),
      state_since: time('when the state was first seen, not before the last output'),
      decided_by: text('what decided the state: pane hook transcript phase'),
      evidence: words('what was seen there, in words'),
      attached: bool('somebody is attached'),
      interactive: bool('it is labelled as driven by a person'),
      active_at: time('last output; said again within 5 min while there is more'),
      quiet_s: number('seconds since the last output, when this was observed'),
      started_at: time('when the session was started'),
      windows: number('its windows'),
      command: words('program in the foreground'),
      folder: words('working folder of the pane'),
    },
  },
  'session.run': {
    doc: 'A run of an agent without a terminal: claude -p, its session id file and its status line.',
    fields: {
      ...WHOSE,
      exists: bool('its session id file is there, or the status line of its agent names it'),
      runner: text('alive dead unknown: the process that holds its lock, or a claude -p in its worktree'),
      pid: number('process id of the runner, 0 when not known'),
      pid_alive: bool('runner is alive'),
      evidence: words('what decided the runner'),
      started_at: time('when its session id was written, "" without one'),
      status_text: words('what the agent last said it does, "" when it says nothing'),
      status_since: time('when it said so'),
      waits_for: text('ci review human merge, as far as the status says; "" when it works'),
      active_at: time(
        'last sign of work: status, session id or transcript; said again within 5 min while there is more',
      ),
      last_result: text('ok error, "" before the first'),
      last_result_at: time('when that came'),
      last_error: text('what kind of error: error_max_turns error_during_execution …, "" when ok'),
      marker: text('idle exited, as the hooks of the agent left it; "" when they left nothing'),
      marker_at: time('when'),
    },
  },
} as const satisfies Record<string, KindSpec>;
