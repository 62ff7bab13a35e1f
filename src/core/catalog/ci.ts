/** Kinds that CI makes. */

import { bool, number, text, time, words, type KindSpec } from './field.ts';

export const CI = {
  'ci.pipeline': {
    doc: 'A CI pipeline. Said once a run, and then at each new status.',
    fields: {
      repo: text('owner/name'),
      repo_slug: text('name alone'),
      action: text(
        'observed: the first look of a run; changed: its status or task changed; linked: its pull request became known; gone: the server no longer has it; notified: a step of it told us and nobody could be asked',
      ),
      author: words('login of who did it'),
      number: number('pipeline number'),
      pr: number('pull request it belongs to, 0 when none'),
      issue: number('issue the branch works on, 0 when it names none'),
      branch: words('head branch; fork:<branch> when it is that of a fork, "" for a tag'),
      base: words('branch that a pull request goes to, "" for anything else'),
      sha: text('commit; the head of the pull request for a pull request'),
      event: text(
        'push pull_request pull_request_closed pull_request_metadata tag release deployment cron manual; tells the pipeline of a pull request from that of a push',
      ),
      status: text(
        'created blocked (waits for approval) pending running success failure error killed canceled declined skipped, or gone',
      ),
      created_at: time('created'),
      started_at: time('started'),
      finished_at: time('finished'),
      queued_at: time('since when it could have been run: created, or approved when it had to be'),
      duration_s: number('from start to finish, 0 until then'),
      latest: bool('when this was said, no newer pipeline of its pull request or branch and event was known'),
      default_branch: bool('it ran on the default branch, not for a pull request'),
      red_in_a_row: number(
        'on the default branch: how many of the last finished pipelines failed, up to this one and back to the last success; 0 elsewhere',
      ),
      rerun_of: number('pipeline it repeats, 0 when none'),
      superseded_by: number('pipeline that canceled it, 0 when none'),
      task: text(
        'while it is pending or running, by the queue: assigned, queued, paused (the queue is), ghost (neither an agent nor the queue has had it for two looks a minute apart); "" when the queue could not be read',
      ),
      task_since: time('of a ghost: the first of the looks that found it so, "" for anything else'),
      failed_step: words('first step that failed, "" when none or not known'),
      exit_code: number('exit code of that step, -1 when not known'),
      infra: bool('that step failed as steps do when the machine is at fault: a clone with 128, anything with 137'),
    },
  },
  'ci.agent': {
    doc: 'A Woodpecker agent: what the server says of it, and the container it runs in. Said once a run, and then when something in it changes.',
    fields: {
      name: words('name at the server; name of the container when the server does not tell'),
      number: number('id at the server, 0 when the server does not tell'),
      action: text('observed changed gone'),
      exists: bool('the server or an engine knows it'),
      health: text('healthy unhealthy unknown'),
      evidence: words('what decided'),
      unhealthy_since: time(
        'since when it is unhealthy, as far as its silence tells: 5 min after the last contact; "" while it is not, or for another reason',
      ),
      last_contact: time('when the server last heard of it, "" when not known'),
      contact_age_s: number(
        'seconds since then when this was said, -1 when not known; said again at 5 min and on steps',
      ),
      superseded: bool('silent, and another agent has taken its place: a row that the server never cleared away'),
      no_schedule: bool('an admin has paused it'),
      version: words('of the agent'),
      container: words('name of its container, "" when no engine we watch has it'),
      container_host: text('box of that engine'),
      container_state: text('created running paused restarting exited dead removed, "" when not known'),
      container_health: text('none starting healthy unhealthy, "" when not known'),
      grpc_errors: number(
        'gRPC errors in the last 20 min of its log, -1 when the log could not be read; said again at each up to 10, then at 20 50 100 …',
      ),
      fast_failures: number('pipelines on it that failed within 60 s of their start, in the last 15 min'),
      fast_failures_in_a_row: number('how many of those with nothing slower or better since'),
    },
  },
} as const satisfies Record<string, KindSpec>;
