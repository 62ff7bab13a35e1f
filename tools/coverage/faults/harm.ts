/** Of the harm it did. */

import type { Fault } from './fault.ts';

const work = 'rules/tests/work.toml';

export const HARM: readonly Fault[] = [
  {
    number: 36,
    what: 'pruning took the images and containers of other stacks',
    ours: 'nothing is pruned, started, stopped or removed: engines are only read',
    shown: [
      [
        'test/architecture/docker-reads.test.ts',
        'an engine is only read: requests are GET, but for a command that looks into a container',
      ],
      [
        'test/integration/preflight.test.ts',
        'looks into the containers of agents by a command, and asks for nothing else that is not a GET',
      ],
    ],
  },
  {
    number: 37,
    what: 'logs were emptied with the evidence in them, live worktrees removed, and sessions killed',
    ours: 'nothing is deleted; age is the last activity, and what is preserved or lived in is left alone',
    shown: [
      [
        'test/e2e/hands-off.test.ts',
        'what it finds wrong it leaves as it is: files, locks, logs, worktrees, guards, clones and processes',
      ],
      ['test/unit/sources/work/work.test.ts', 'is as old as the last activity in it, not as its folder'],
      [work, 'a worktree that is preserved, lived in, or of which nobody knows is safe'],
    ],
  },
  {
    number: 38,
    what: 'it checked out and rebased in a clone where somebody worked, also when that was dirty on purpose',
    ours: 'a clone is only asked, without a lock; while an evolution run works in it, nothing about it is told',
    shown: [
      ['test/architecture/hands-off.test.ts', 'git is asked by one file, with questions only'],
      ['test/integration/work.test.ts', 'is looked at without a trace, and none of the programs it names is run'],
      [
        'test/e2e/hands-off.test.ts',
        'what it finds wrong it leaves as it is: files, locks, logs, worktrees, guards, clones and processes',
      ],
      ['test/unit/sources/work/clones.test.ts', 'in which an evolution run works is guarded while that lives'],
      [
        'test/scenarios/old-faults.test.ts',
        'a clone on another branch, dirty and in a rebase, while somebody works there on purpose',
      ],
    ],
  },
  {
    number: 39,
    what: 'it wrote two logs, acted under another’s name, and leaked secrets through logs',
    ours: 'one log; a token goes to its own forge alone; secrets are taken out by name and by shape of everything that is written',
    shown: [
      ['test/unit/log.test.ts', 'the value of %s is not written, however deep it is'],
      ['test/unit/log.test.ts', 'a secret in a text is not written either'],
      ['test/unit/core/redact.test.ts', '%j becomes %j, and stays so'],
      ['test/unit/effects/journal/journal.test.ts', 'secrets are taken out'],
      ['test/unit/effects/incident/incident.test.ts', 'secrets are taken out'],
      ['test/unit/effects/vault/text.test.ts', 'secrets are taken out of every field'],
      [
        'test/integration/forgejo.test.ts',
        'the token goes in the header, the page in the query; a folder in the URL is kept, a login is not',
      ],
    ],
  },
];
