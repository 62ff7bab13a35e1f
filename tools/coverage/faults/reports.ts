/** Of its preflight and its recipes. */

import type { Fault } from './fault.ts';

const core = 'rules/tests/core.toml';
const ci = 'rules/tests/ci.toml';
const pulls = 'rules/tests/pulls.toml';
const work = 'rules/tests/work.toml';
const reactor = 'rules/tests/reactor.toml';

export const REPORTS: readonly Fault[] = [
  {
    number: 7,
    what: 'a pattern never matched the line it was written for',
    ours: 'rules read typed fields, a misspelt one is an error at load, and every rule has a case in which it fires; preflight has lines that the patterns find',
    shown: [
      ['test/unit/rulebook/shipped.test.ts', 'the shipped packs have no mistakes, and every rule its cases'],
      ['test/unit/factory/preflight/recipes.test.ts', 'find what is stuck and pending, which they never could before'],
    ],
  },
  {
    number: 8,
    what: 'it counted every open pull request as stale, every blocked issue as exhausted, and swap alone as a crisis',
    ours: 'one finding a subject, with the whole condition',
    shown: [
      [
        'test/scenarios/old-faults.test.ts',
        'forty open pull requests, thirty blocked issues and a full swap beside free memory',
      ],
      [core, 'swap alone is not a memory crisis; both together are'],
      [pulls, 'a draft, and one that was reviewed, wait for nobody'],
    ],
  },
  {
    number: 9,
    what: 'a healthy CI agent was unhealthy, and restarted with its pipelines',
    ours: 'healthy is healthy, starting and not seen are not known; nothing is restarted',
    shown: [
      ['test/unit/sources/ci/agents.test.ts', '%s and %s makes the agent %s'],
      [ci, 'a container that reports healthy is healthy, and so is one that starts'],
      [
        'test/architecture/docker-reads.test.ts',
        'an engine is only read: requests are GET, but for a command that looks into a container',
      ],
    ],
  },
  {
    number: 10,
    what: 'a count came out as two lines and broke the comparison',
    ours: 'counts are numbers from the reader on, and none is not the same as not read',
    shown: [
      ['test/unit/sources/ci/agents.test.ts', '%s counts %i'],
      ['test/unit/sources/ci/agents.test.ts', 'that cannot be read are not none'],
      ['test/unit/http/events.test.ts', 'an event with %s is refused and told what to write'],
    ],
  },
  {
    number: 11,
    what: 'one section that found something ended all the others',
    ours: 'sections are made apart, sources run apart, and one that fails is run again alone',
    shown: [
      [
        'test/unit/factory/preflight/headings.test.ts',
        'they are all there when something is stale, and what stands behind it too',
      ],
      ['test/unit/engine/supervise.test.ts', 'a source that fails is run again, and says that it could not see'],
    ],
  },
  {
    number: 12,
    what: 'names without a number, other phases and other projects were missed; an issue that was deleted kept its file for ever, one that was opened again lost it',
    ours: 'names are read whole by one grammar for all roles; any phase counts; the state of the issue is asked for again',
    shown: [
      ['test/unit/sources/files/names.test.ts', '%s names its session'],
      ['test/unit/sources/files/names.test.ts', '%j is none of the factory'],
      [work, 'a phase file of an issue that is closed for a day is noted'],
      ['test/scenarios/old-faults.test.ts', 'a file that says %s is left over a day after its issue was closed'],
      [
        'test/unit/sources/forge/look-issues.test.ts',
        'an issue that the forge does not have keeps its state, until it is gone for a minute',
      ],
      ['test/unit/factory/preflight/sections.test.ts', 'an issue that was opened again has nothing stale'],
    ],
  },
  {
    number: 13,
    what: 'conditions had become prose for which nobody collected data',
    ours: 'the table above: each condition has a rule, each rule the kinds it reads, each kind a source',
    shown: [
      ['test/unit/factory/preflight/recipes.test.ts', 'see %s'],
      [work, 'a rebase that was begun long ago is told at once'],
      [work, 'a clone that stays on another branch is told'],
      [work, 'a run whose process is gone is told after half an hour of silence'],
      [work, 'six polls in a row without ready issues'],
      [work, 'ready work that nobody takes for twenty minutes is told, and a run ends it'],
      [pulls, 'a circle is told once, by its smallest number'],
      [pulls, 'a dependency that has been open for a month'],
    ],
  },
  {
    number: 14,
    what: 'a table of containers was always empty, and 1.5 GiB would have been 1.5 MB',
    ours: 'figures come as numbers from the engine; labels, state and mounts from where they are; what was not measured says so',
    shown: [
      [
        'test/integration/docker-figures.test.ts',
        'say what a container uses, in its engine’s own words since when, and where it writes',
      ],
      ['test/unit/adapters/docker-stats.test.ts', '1.5 GiB are 1536 MB'],
      ['test/unit/factory/preflight/sections.test.ts', 'with Nomad on the box, the allocations are what Nomad runs'],
      ['test/unit/factory/preflight/sections.test.ts', 'that %s are question marks, and it is said why'],
    ],
  },
  {
    number: 15,
    what: 'it looked for logs where they no longer were, and read the log of all for that of a project',
    ours: 'logs are read under DISINTO_LOG_DIR, each project’s own by its name',
    shown: [
      [
        'test/unit/app/agents.test.ts',
        'logs are looked for where the factory writes them: DISINTO_LOG_DIR, and its root only without that',
      ],
      [
        'test/unit/app/agents.test.ts',
        'each project has its own log, and what one says is not taken for another, nor for the log of all',
      ],
    ],
  },
  {
    number: 16,
    what: 'an action failed and was called done',
    ours: 'an effect is done when the world said so; one that fails for good is a finding',
    shown: [
      ['test/integration/dispatch.test.ts', 'an effect that throws is a failure like any other'],
      ['test/integration/dispatch.test.ts', 'what may not be tried again is dead, and the next one goes'],
      [reactor, 'an effect that was given up is told once a sink, until one is delivered'],
    ],
  },
  {
    number: 17,
    what: 'what one rule would have done was skipped when another fired too',
    ours: 'every rule that matches runs',
    shown: [['test/unit/engine/engine.test.ts', 'every matching rule runs; there is no first match']],
  },
  {
    number: 18,
    what: 'it waited for a label that does not exist, and took the first number in a text for the linked issue',
    ours: 'nothing waits for a label that the factory does not make; a pull request’s issue is the one of its branch',
    shown: [
      ['test/architecture/hands-off.test.ts', 'nothing waits for a label that no forge has'],
      ['test/unit/sources/forge/linked-issue.test.ts', 'a pull request is for %s'],
    ],
  },
  {
    number: 19,
    what: 'old failures with green runs after them broke the circuit for ever, nothing closed it, and it switched agents on again',
    ours: 'successes count; the next green run ends it; nothing is switched off or on',
    shown: [
      ['test/unit/sources/ci/belonging.test.ts', 'is red for as long as nothing passed: successes count'],
      [ci, 'old failures with a green run after them are no news'],
      [ci, 'two red pipelines of the default branch in a row, and a green one ends it'],
      [
        'test/e2e/hands-off.test.ts',
        'what it finds wrong it leaves as it is: files, locks, logs, worktrees, guards, clones and processes',
      ],
    ],
  },
  {
    number: 20,
    what: 'what was on the second page did not exist',
    ours: 'lists are read to their end, and counts are of all',
    shown: [
      ['test/contract/forge.test.ts', 'lists are whole: 120 of everything that has pages'],
      [
        'test/unit/sources/ci/pipelines.test.ts',
        'reads all pages: 120 pipelines at the start, and 120 more in one minute',
      ],
      [
        'test/unit/sources/forge/look-issues.test.ts',
        'children that were closed long ago count, and the parent is told when the last one closes',
      ],
      ['test/unit/factory/preflight/sections.test.ts', 'issues beyond a page are counted'],
    ],
  },
];
