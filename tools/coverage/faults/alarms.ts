/** Of what it cried about for nothing, and of what it missed. */

import type { Fault } from './fault.ts';

const core = 'rules/tests/core.toml';
const pulls = 'rules/tests/pulls.toml';
const work = 'rules/tests/work.toml';

export const ALARMS: readonly Fault[] = [
  {
    number: 21,
    what: 'a long implementation and a wait on purpose were alarms',
    ours: 'a run that waits is not stuck, one whose process lives is not dead, and silence is counted from the last sign of work',
    shown: [
      [work, 'a normal implementation of ninety minutes raises nothing'],
      [work, 'a run that waits for CI or a review is not stuck, and one that lives is not dead'],
    ],
  },
  {
    number: 22,
    what: 'a status file that was missing was 29,567,290 minutes old',
    ours: 'what is not there, or has no time, has no age',
    shown: [
      ['test/unit/sources/sessions/runs.test.ts', 'with a status that makes no sense has none: it is not 56 years old'],
      ['test/unit/sources/sessions/status.test.ts', '%j has no time that can be trusted, and is none'],
      ['test/scenarios/old-faults.test.ts', 'a session of which no status file is known: what is not there has no age'],
      ['test/unit/factory/preflight/sections.test.ts', 'a time that is not known has no age'],
    ],
  },
  {
    number: 23,
    what: 'a pull request somebody worked on was stale',
    ours: 'a push or a close ends the wait, and the push counts when it came, whatever its commits say',
    shown: [
      [core, 'PR stale fires 20m after CI, a push cancels, closed PR cancels'],
      [
        'test/unit/sources/forge/look-pulls.test.ts',
        'the push of a webhook is the last push, whatever date the commit has',
      ],
    ],
  },
  {
    number: 24,
    what: 'it hunted for what closed a dependency, and took related issues for dependencies',
    ours: 'an issue that is closed is closed; only what says that it depends is a dependency',
    shown: [
      [
        'test/unit/factory/issue-graph.test.ts',
        'an issue waits for those of its dependencies that are open, whatever their text says',
      ],
      ['test/unit/factory/dependencies.test.ts', 'it takes %s'],
      ['test/unit/factory/dependencies.test.ts', 'it leaves out %s'],
    ],
  },
  {
    number: 25,
    what: 'work that another agent or a person had taken was taken for abandoned',
    ours: 'what is in progress, blocked or not a developer’s is not ready, nor is what was claimed a moment ago; no label is changed',
    shown: [
      ['test/unit/factory/queue.test.ts', 'ready is what waits for no other issue, no person and no other agent'],
      ['test/scenarios/old-faults.test.ts', 'an issue that is also %s is not work that nobody takes'],
      [work, 'ready work that nobody takes for twenty minutes is told, and a run ends it'],
    ],
  },
  {
    number: 26,
    what: 'it killed sessions of people, and long runs of agents',
    ours: 'it kills nothing; what a person runs is nobody else’s business, and a one-shot agent of three hours is a note',
    shown: [
      ['test/unit/sources/host/processes.test.ts', 'of a person is told apart, and belongs to nobody'],
      [work, "what a person runs interactively is nobody else's business"],
      ['test/architecture/hands-off.test.ts', 'no process is sent a signal: it is only asked whether it is there'],
    ],
  },
  {
    number: 27,
    what: 'an alert was lost because something else crashed before it was sent',
    ours: 'an effect is in the outbox until the world took it; a target that fails holds up no other, nor does a project',
    shown: [
      [
        'test/integration/dispatch.test.ts',
        'a failure is tried again with growing pauses, and holds back only its own target',
      ],
      ['test/e2e/storm.test.ts', 'loses no event, and nothing is filed, told or typed twice'],
      ['test/unit/sources/forge/seeing.test.ts', 'one repository that is not there does not hide the other'],
    ],
  },
  {
    number: 28,
    what: 'the pipeline of a push was taken for that of the pull request',
    ours: 'pipelines are told apart by event and head commit',
    shown: [
      [
        'test/unit/sources/ci/belonging.test.ts',
        'tells the pipeline of a pull request from that of a push to its branch: both are the latest of their line',
      ],
      [core, 'a push pipeline without a pull request has nobody to remind'],
    ],
  },
  {
    number: 29,
    what: 'a review that came before the session listened was never heard',
    ours: 'that is a finding',
    shown: [[work, 'a session that waits for a review it was given before is told']],
  },
  {
    number: 30,
    what: 'a conflict went unseen for a day, and so did changes that were made as asked',
    ours: 'a conflict has an age of its own, counted once the forge has settled; a review that a push made stale no longer counts, and is missed',
    shown: [
      [
        'test/unit/sources/forge/look-pulls.test.ts',
        'not mergeable is a conflict when a second look a minute later still says so',
      ],
      [pulls, 'a conflict of a day is told, however old it is when it is first seen'],
      [
        'test/unit/sources/forge/look-pulls.test.ts',
        'a review that a push made stale no longer counts, and a number that begins alike is another pull request',
      ],
      [pulls, 'commits came as asked, CI is green, and nobody looked again'],
    ],
  },
  {
    number: 31,
    what: 'after a crash it waited for itself, its loops hung, and a lock was held for 47 minutes by nobody',
    ours: 'owners of locks are alive, dead or unknown, with the evidence, those of reviews too; a run whose process is gone is told; a source that fails is run again',
    shown: [
      ['test/unit/sources/files/names.test.ts', '%s is written by %j'],
      [work, 'a dead dev lock stops the factory, and is told as that'],
      [
        'test/integration/files-locks.test.ts',
        'an owner that lives is alive, and when it is killed its lock is dead soon after',
      ],
      ['test/unit/sources/sessions/runs.test.ts', 'is dead when the lock of the run that the status names is'],
      ['test/e2e/storm.test.ts', 'loses no event, and nothing is filed, told or typed twice'],
    ],
  },
  {
    number: 32,
    what: 'it removed a label that the next step waits for, and posted labels in a shape that the forge does not take',
    ours: 'the forge is only asked: no label is set, removed or waited for',
    shown: [
      [
        'test/integration/only-asked.test.ts',
        'the forge is only asked: no label, comment, merge or other change can leave its client',
      ],
      ['test/architecture/hands-off.test.ts', 'nothing waits for a label that no forge has'],
    ],
  },
  {
    number: 33,
    what: 'number 62 was a part of number 623, and quotes and blank lines in titles and texts broke what was filed',
    ours: 'numbers and names are compared whole; no text of anybody breaks an item',
    shown: [
      [pulls, 'number 1 is not number 12'],
      [
        'test/unit/sources/forge/parse.test.ts',
        'a push finds the open pull request and the issue of its branch, each number whole',
      ],
      ['test/unit/effects/nudge/gates.test.ts', 'must exist under exactly its name'],
      [
        'test/unit/effects/vault/text.test.ts',
        '%j in every field forges neither section, step, comment, link nor code',
      ],
    ],
  },
  {
    number: 34,
    what: 'vault items could fire twice, one of their two shapes was rejected, and nobody saw that the ops repository stood still',
    ours: 'filing is idempotent and leaves to people what people touched; both shapes are read; nothing is carried out yet; an ops repository that is not pushed is a finding',
    shown: [
      ['test/unit/effects/vault/vault.test.ts', 'once, however often the same order is carried out'],
      [
        'test/unit/effects/vault/vault.test.ts',
        'an item that a person moves while it is looked for is not filed twice',
      ],
      ['test/unit/sources/vault/vault.test.ts', 'without a formula is a request to people'],
      [work, 'an item that nothing can carry out is told'],
      [work, 'commits that nobody else can see for a day are noted, and told after another'],
    ],
  },
  {
    number: 35,
    what: 'failures of the infrastructure were charged to each pull request, and two actors retriggered at once',
    ours: 'errors of an agent are one finding about the agent; nothing is retriggered',
    shown: [
      [
        'test/scenarios/old-faults.test.ts',
        'errors of an agent are one finding about the agent, and none about each pipeline that they broke',
      ],
      [
        'test/unit/sources/ci/agents.test.ts',
        'are found within seconds, three are too many, and they are forgotten after 20 minutes',
      ],
      ['test/integration/only-asked.test.ts', 'CI is only asked: nothing can start, stop or approve a pipeline'],
    ],
  },
];
