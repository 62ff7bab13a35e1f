/** Kinds about the agents' work: worktrees, repositories, logs, guards and what they leave behind. */

import { bool, number, text, time, words, type KindSpec } from './field.ts';
import { PLACE, WHOSE } from './sessions.ts';

export const WORK = {
  worktree: {
    doc: 'A working folder of an agent, keyed by path.',
    fields: {
      place: PLACE,
      path: words('the folder; with the name of the container in front when it is in one'),
      name: words('its base name'),
      exists: bool('it is there'),
      role: text(
        'dev review action retry supervisor planner predictor gardener architect, "" when the name does not say',
      ),
      project: text('project name, "" when the name does not say'),
      repo: text('owner/name of the project, "" when it is not known'),
      issue: number('issue in the name or the branch, 0 when none'),
      pr: number('pull request in the name, 0 when none'),
      branch: words('branch, "" when detached or not a git worktree'),
      active_at: time(
        'last change of HEAD, index, reflog, or what lies directly in it; said again within 5 min while there is more',
      ),
      idle_s: number('seconds since then, when this was observed'),
      preserved: bool('kept on purpose: .worktree-preserved is in it'),
      preserved_reason: words('first line of that file'),
      process: text('yes no unknown: a process has its working folder in it'),
      session: text('tmux session with a pane in it, "" when none is known'),
    },
  },
  'git.repo': {
    doc: 'A clone that the factory works in, keyed by path.',
    fields: {
      place: PLACE,
      path: words(
        'the folder; with the name of the container in front when it is in one; forge://… when only the forge was asked',
      ),
      exists: bool('it is there'),
      what: text('project ops factory'),
      project: text('project name'),
      repo: text('owner/name, "" when it is not known'),
      branch: words('branch, "" when detached'),
      primary: words('branch it should be on'),
      on_primary: bool('it is on that branch; true also when it is not known which one that is'),
      branch_since: time(
        'since when it is not on that branch, "" while it is, and when the reflog does not tell; not before a run that works in it ended',
      ),
      detached: bool('HEAD is a commit'),
      rebase_in_progress: bool('a rebase or git am was begun and not ended'),
      rebase_since: time('when'),
      merge_in_progress: bool('a merge, cherry-pick or revert was begun and not ended'),
      dirty: bool('tracked files are changed and not committed'),
      changed: number('how many'),
      ahead: number('commits of the primary branch that the remote does not have; -1 when only the forge was asked'),
      behind: number('commits of the remote branch, as last fetched, that the primary branch does not have'),
      unpushed_since: time('committer time of the oldest commit that the remote does not have, "" when there is none'),
      last_push_at: time(
        'last push from this clone, "" when it never pushed; when only the forge was asked, the date in the newest commit',
      ),
      guarded: bool('a run is under way that works in it on purpose'),
    },
  },
  'agent.log': {
    doc: 'The log of an agent, keyed by path.',
    fields: {
      place: PLACE,
      path: words('the file; with the name of the container in front when it is in one'),
      agent: text('dev review gardener planner predictor supervisor architect action vault dispatcher …'),
      project: text('project in the name of the file, "" when the agent has one log for all'),
      exists: bool('it is there'),
      last_line_at: time('time of the last line that has one'),
      written_at: time('when the file was last written; said again within 5 min while there is more'),
      size_mb: number('size, with one decimal'),
      signal: text(
        'last thing of note in it: no_ready_issues run_started run_done skipped_memory agent_running, "" when none',
      ),
      signal_at: time('when'),
      no_ready_polls: number('how many of the last polls in a row found no ready issues'),
      last_run_at: time('last start of a run in what was read (the last 256 KB), "" when none'),
      last_done_at: time('last end of a run, "" when none'),
      skipped_memory_at: time('last run that was skipped for lack of memory, "" when none'),
    },
  },
  'agent.guard': {
    doc: 'Whether an agent is allowed to run: state/.<agent>-active is there.',
    fields: {
      place: PLACE,
      path: words('the file; with the name of the container in front when it is in one'),
      agent: text('dev reviewer gardener architect planner predictor supervisor action'),
      active: bool('it may run'),
    },
  },
  'evidence.file': {
    doc: 'The newest page of an area of evidence in an ops repository, keyed by area folder.',
    fields: {
      place: PLACE,
      path: words('the newest file, or the folder while it has none'),
      area: text('engagement red-team holdout evolution user-test …'),
      exists: bool('there is a dated file'),
      date: text('YYYY-MM-DD out of the name of the newest file, "" when there is none'),
      dated_at: time('start of that day, UTC'),
      age_s: number('seconds since the start of that day, when this was observed; 0 without a file'),
    },
  },
  'session.files': {
    doc: 'What a session left beside its phase file: summary, context, scratch, results, markers.',
    fields: {
      ...WHOSE,
      exists: bool('there is at least one'),
      count: number('how many'),
      newest_at: time('when the newest was written'),
    },
  },
} as const satisfies Record<string, KindSpec>;
