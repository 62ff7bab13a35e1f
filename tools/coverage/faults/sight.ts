/** Of how it was built: what it could see, when it ran, what it remembered. */

import type { Fault } from './fault.ts';

const core = 'rules/tests/core.toml';
const work = 'rules/tests/work.toml';
const reactor = 'rules/tests/reactor.toml';

export const SIGHT: readonly Fault[] = [
  {
    number: 1,
    what: 'it could not see what it watched, and called that healthy',
    ours: 'a source that cannot look is unavailable, which is a finding; what is in a container is read there, or said to be unseen',
    shown: [
      ['test/unit/sources/in-places.test.ts', 'does not take its own temporary folder for the agents’'],
      [
        'test/integration/places.test.ts',
        'phase files and locks are read, and the owners of locks by the process ids of the container',
      ],
      [
        'test/integration/places.test.ts',
        'without any container of agents a bare sidecar is unavailable, and a named one that is not there is missed',
      ],
      [
        'test/integration/files-locks.test.ts',
        'in another PID namespace a living owner whose id means nobody here is unknown, never dead',
      ],
      [
        'test/unit/sources/host/disks.test.ts',
        "inside a container the machine's disk is seen through what is mounted from it",
      ],
      ['test/unit/factory/preflight/sight.test.ts', '%s has not looked yet does not say that there is nothing: %s'],
      [reactor, 'a source that is blind for 30s is said, once, until it sees again'],
    ],
  },
  {
    number: 2,
    what: 'two supervisors acted on one box, and with two projects one was skipped',
    ours: 'the state file has one writer, a second reactor is refused; one reactor has all projects',
    shown: [
      ['test/e2e/start.test.ts', 'a second reactor on the same state is refused with 2, and says who has it'],
      ['test/e2e/start.test.ts', 'an address that is taken is refused with 2, and says what to set'],
      [
        'test/integration/preflight.test.ts',
        'shows the projects that are asked for, and says which there are when there is no such one',
      ],
    ],
  },
  {
    number: 3,
    what: 'it was started without what it needs and could not complete, or never ran and nobody knew',
    ours: 'with nothing configured it runs; the banner and doctor name what is missing; a project file that is wrong is a problem, not ignored',
    shown: [
      [
        'test/e2e/nothing-configured.test.ts',
        'with nothing configured it starts, says what is missing, answers, and ends with 0 when it is told to',
      ],
      [
        'test/e2e/nothing-configured.test.ts',
        'before it ever ran, the read commands say so instead of claiming that all is well',
      ],
      ['test/unit/config/projects.test.ts', '%s is a problem'],
      ['test/unit/config/projects.test.ts', 'a folder that is not there is no mistake: a shallow clone has none'],
    ],
  },
  {
    number: 4,
    what: 'a date it could not read was 1970, and the grace period was over; tools that BusyBox lacks failed in silence',
    ours: 'times are parsed strictly, and what is not known is never old; in containers BusyBox is all that is needed',
    shown: [
      ['test/unit/core/time.test.ts', '%j is no instant, and is not guessed at'],
      ['test/unit/factory/preflight/sections.test.ts', 'an escalation whose issue was %s'],
      [work, 'an issue that is opened again within the day, or of which nothing is known, keeps its file'],
      ['test/integration/places.test.ts', 'runs, worktrees, logs and guards are seen by BusyBox alone'],
    ],
  },
  {
    number: 5,
    what: 'the guard against low memory hid low memory',
    ours: 'memory is looked at every second, whatever is left of it',
    shown: [
      [
        'test/unit/sources/host/source.test.ts',
        'memory that falls below a limit is said within five seconds, with the largest processes',
      ],
      [core, 'memory below the floor for 30s fires at once, and a vault item follows after 10m'],
    ],
  },
  {
    number: 6,
    what: 'it looked every 20 minutes and remembered in prose, by the day, until its container was made anew',
    ours: 'events are handled as they come; findings are in a ledger that outlives restarts and midnight',
    shown: [
      [
        'test/e2e/docker.test.ts',
        'a foreign container that dies three times is one vault item, one message and one journal line within a second',
      ],
      ['test/unit/engine/restart.test.ts', 'what happened while nobody ran ends the firing, once'],
      [
        'test/unit/engine/engine.test.ts',
        'a finding of the ledger goes on as the same firing when the log no longer shows its beginning',
      ],
      ['test/unit/effects/journal/journal.test.ts', 'is on the page of its UTC day'],
    ],
  },
];
