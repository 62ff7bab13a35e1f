/** The faults of the factory's shell supervisor, by their numbers, and the test that shows that ours does not have it. */

export interface Fault {
  readonly number: number;
  readonly what: string;
  /** How ours is built so that it cannot happen. */
  readonly ours: string;
  /**
   * Where it is shown: a test file and a part of the test's title, or `rules/tests/…` and the name of a case. Empty: what had the fault
   * does not exist in this version, and `ours` says so.
   */
  readonly shown: readonly (readonly [file: string, title: string])[];
}

const work = 'rules/tests/work.toml';
const core = 'rules/tests/core.toml';
const ci = 'rules/tests/ci.toml';
const pulls = 'rules/tests/pulls.toml';

export const FAULTS: readonly Fault[] = [
  {
    number: 1,
    what: 'it could not see what it watched, and called that healthy',
    ours: 'a source that cannot look is unavailable, which is a finding; sections and figures say so',
    shown: [
      ['test/integration/files.test.ts', 'a folder that appears later is found, lost again is unavailable'],
      ['test/unit/factory/health.test.ts', 'what nobody looked at is unavailable, not zero'],
    ],
  },
  {
    number: 2,
    what: 'two supervisors acted on one box',
    ours: 'the state file has one writer; a second reactor is refused',
    shown: [['test/e2e/start.test.ts', 'second reactor']],
  },
  {
    number: 3,
    what: 'it was started without what it needs and could not complete',
    ours: 'with nothing configured it runs, and the banner and doctor name what is missing',
    shown: [['test/e2e/nothing-configured.test.ts', '']],
  },
  {
    number: 4,
    what: 'a date it could not read was 1970, and the grace period was over',
    ours: 'times are parsed strictly; what cannot be read is not known, and not known is never old',
    shown: [
      ['test/unit/core/time.test.ts', 'is no instant'],
      [work, 'an issue that is opened again within the day, or of which nothing is known, keeps its file'],
    ],
  },
  {
    number: 5,
    what: 'the guard against low memory hid low memory',
    ours: 'memory is an event like any other, looked at every 5 s',
    shown: [[core, 'memory below the floor for 30s fires at once, and a vault item follows after 10m']],
  },
  {
    number: 6,
    what: 'it looked every 20 minutes and remembered in prose',
    ours: 'events are handled as they come; findings are in a ledger that outlives restarts and midnight',
    shown: [
      ['test/e2e/docker.test.ts', 'a foreign container that dies three times is one vault item'],
      ['test/unit/engine/restart.test.ts', 'what happened while nobody ran ends the firing, once'],
    ],
  },
  {
    number: 7,
    what: 'a pattern never matched the line it was written for',
    ours: 'rules read typed fields; a misspelt one is an error at load, and every rule has a case in which it fires',
    shown: [['test/unit/rulebook/shipped.test.ts', 'the shipped packs have no mistakes, and every rule its cases']],
  },
  {
    number: 8,
    what: 'it counted every open pull request as stale, and swap alone as a crisis',
    ours: 'one finding a subject, with the whole condition',
    shown: [
      [core, 'swap alone is not a memory crisis; both together are'],
      [pulls, 'a draft, and one that was reviewed, wait for nobody'],
    ],
  },
  {
    number: 9,
    what: 'a healthy CI agent was unhealthy, and restarted with its pipelines',
    ours: 'healthy is healthy, starting is not known; nothing is restarted',
    shown: [[ci, 'a container that reports healthy is healthy, and so is one that starts']],
  },
  {
    number: 10,
    what: 'a count came out as two lines and broke the comparison',
    ours: 'figures are numbers from the reader on; what is none is refused',
    shown: [['test/unit/http', 'is refused and told what to write']],
  },
  {
    number: 11,
    what: 'one section that found something ended all the others',
    ours: 'sources run apart, and one that fails is run again alone',
    shown: [['test/unit/engine/supervise.test.ts', 'a source that fails is run again']],
  },
  {
    number: 12,
    what: 'names without a number, other phases and other projects were missed',
    ours: 'names are read by one grammar for all roles; projects may have digits in their names',
    shown: [['test/unit/sources/files/names.test.ts', '']],
  },
  {
    number: 13,
    what: 'conditions had become prose for which nobody collected data',
    ours: 'this page: each condition has a rule, each rule the kinds it reads, each kind a source',
    shown: [
      [work, 'a rebase that was begun long ago is told at once'],
      [work, 'a clone that stays on another branch is told'],
    ],
  },
  {
    number: 14,
    what: 'a table of containers was always empty, and 1.5 GiB would have been 1.5 MB',
    ours: 'sizes are read as numbers with their unit; what was not read says so',
    shown: [['test/unit/sources/host', 'MB']],
  },
  {
    number: 16,
    what: 'an action failed and was called done',
    ours: 'an effect is done when the world said so; one that fails for good is a finding',
    shown: [
      ['rules/tests/reactor.toml', 'dead'],
      ['test/integration/dispatch.test.ts', 'what may not be tried again is dead, and the next one goes'],
    ],
  },
  {
    number: 17,
    what: 'what one rule would have done was skipped when another fired too',
    ours: 'every rule that matches runs',
    shown: [['test/unit/engine/engine.test.ts', 'every matching rule runs; there is no first match']],
  },
  {
    number: 19,
    what: 'old failures with green runs after them broke the circuit for ever, and nothing closed it',
    ours: 'successes count; the next green run ends it; nothing is switched off or on',
    shown: [
      [ci, 'old failures with a green run after them are no news'],
      [ci, 'two red pipelines of the default branch in a row, and a green one ends it'],
    ],
  },
  {
    number: 20,
    what: 'what was on the second page did not exist',
    ours: 'lists are read to their end',
    shown: [['test/contract/forge.test.ts', 'lists are whole: 120 of everything that has pages']],
  },
  {
    number: 21,
    what: 'a long implementation and a wait on purpose were alarms',
    ours: 'a run that waits is not stuck, and silence is counted from the last sign of work',
    shown: [
      [work, 'a normal implementation of ninety minutes raises nothing'],
      [work, 'a run that waits for CI or a review is not stuck, and one that lives is not dead'],
    ],
  },
  {
    number: 23,
    what: 'a pull request somebody worked on was stale',
    ours: 'a push or a close ends the wait',
    shown: [[core, 'PR stale fires 20m after CI, a push cancels, closed PR cancels']],
  },
  {
    number: 24,
    what: 'it hunted for what closed a dependency, and took related issues for dependencies',
    ours: 'an issue that is closed is closed; only what says that it depends is a dependency',
    shown: [['test/unit', 'an issue waits for those of its dependencies that are open']],
  },
  {
    number: 25,
    what: 'work that another agent or a person had taken was taken for abandoned',
    ours: 'what is in progress, blocked or not a developer’s is not ready; no label is changed',
    shown: [
      ['test/unit/factory/queue.test.ts', 'ready is what waits for no other issue, no person and no other agent'],
    ],
  },
  {
    number: 26,
    what: 'it killed sessions of people, and long runs of agents',
    ours: 'it kills nothing; what a person runs is nobody else’s business',
    shown: [[work, 'what a person runs interactively is nobody else']],
  },
  {
    number: 27,
    what: 'an alert was lost because something else crashed before it was sent',
    ours: 'an effect is in the outbox until the world took it; a target that fails holds up no other',
    shown: [
      [
        'test/integration/dispatch.test.ts',
        'a failure is tried again with growing pauses, and holds back only its own target',
      ],
    ],
  },
  {
    number: 28,
    what: 'the pipeline of a push was taken for that of the pull request',
    ours: 'pipelines are told apart by event and head commit',
    shown: [['test/unit/sources/ci', 'pull request']],
  },
  {
    number: 29,
    what: 'a review that came before the session listened was never heard',
    ours: 'that is a finding',
    shown: [[work, 'a session that waits for a review it was given before is told']],
  },
  {
    number: 30,
    what: 'a conflict went unseen for a day',
    ours: 'a conflict has an age of its own, counted once the forge has settled',
    shown: [[pulls, 'a conflict of a day is told, however old it is when it is first seen']],
  },
  {
    number: 31,
    what: 'a lock was held for 47 minutes by nobody',
    ours: 'owners of locks are alive, dead or unknown, with the evidence',
    shown: [
      [work, 'a dead dev lock stops the factory, and is told as that'],
      [
        'test/integration/files-locks.test.ts',
        'an owner that lives is alive, and when it is killed its lock is dead soon after',
      ],
    ],
  },
  {
    number: 33,
    what: 'number 62 was a part of number 623',
    ours: 'numbers and names are compared whole',
    shown: [
      [pulls, 'number 1 is not number 12'],
      ['test/unit/effects/nudge', 'must exist under exactly its name'],
    ],
  },
  {
    number: 34,
    what: 'vault items could fire twice, and one of their two shapes was rejected',
    ours: 'filing is idempotent and leaves to people what people touched; both shapes are read',
    shown: [
      ['test/unit/effects/vault', 'an item that a person moves while it is looked for is not filed twice'],
      [work, 'an item that nothing can carry out is told'],
    ],
  },
  {
    number: 36,
    what: 'pruning took the images and containers of other stacks',
    ours: 'nothing is pruned, started, stopped or removed: engines are only read',
    shown: [['test/architecture/docker-reads.test.ts', 'an engine is only read']],
  },
  {
    number: 37,
    what: 'logs were emptied with the evidence in them, and live worktrees removed',
    ours: 'nothing is deleted; age is the last activity, and what is preserved or lived in is left alone',
    shown: [[work, 'a worktree that is preserved, lived in, or of which nobody knows is safe']],
  },
  {
    number: 39,
    what: 'secrets leaked through logs',
    ours: 'secrets are taken out by name and by shape of everything that is written',
    shown: [['test/unit/log.test.ts', 'secret']],
  },
];
