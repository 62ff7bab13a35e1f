/** A branch of one developer at a time: pushed, tested, merged, and the next one. */

import { HOUR, MINUTE, SECOND, toIso, type Instant, type Millis } from '../../src/core/time.ts';
import { speak, type Thing } from './thing.ts';

/** Each stage with how long it lasts: about an hour in all. */
const STAGES: readonly (readonly [stage: string, lasts: Millis])[] = [
  ['merged', 38 * MINUTE],
  ['pushed', 10 * SECOND],
  ['pending', MINUTE],
  ['running', 7 * MINUTE],
  ['tested', 9 * MINUTE],
];

/** One developer in fifty lets a tested branch lie; one pipeline in five hundred hangs. */
export function pull(n: number): Thing {
  const repo = { repo: `acme/widget-${n % 12}`, repo_slug: `widget-${n % 12}` };
  const isSlow = n % 50 === 9;
  let turn = n;
  let place = 0;
  let created: Instant = 0;
  return {
    gap(random) {
      const [stage, lasts = 0] = STAGES[place] ?? [];
      const isStuck = (isSlow && stage === 'tested') || (turn % 500 === 3 && stage === 'running');
      return isStuck ? HOUR : lasts * (0.5 + random.next());
    },
    next(random, at) {
      place = (place + 1) % STAGES.length;
      const [stage] = STAGES[place] ?? [];
      if (stage === 'pushed') {
        turn += 1_001;
        created = at;
      }
      const fixed = { ...repo, pr: turn, issue: turn, branch: `fix/issue-${turn}`, sha: random.hex(40) };
      const ci = { ...fixed, number: turn, event: 'push', created_at: toIso(created) };
      switch (stage) {
        case 'pushed':
          return speak(random, at, 'forge.push', { ...fixed, action: 'pushed', ref: fixed.branch, after: fixed.sha });
        case 'pending':
          return speak(random, at, 'ci.pipeline', { ...ci, status: 'pending' });
        case 'running':
          return speak(random, at, 'ci.pipeline', { ...ci, status: 'running', started_at: toIso(at) });
        case 'tested':
          return speak(random, at, 'ci.pipeline', { ...ci, status: random.next() < 0.8 ? 'success' : 'failure' });
        default:
          return speak(random, at, 'forge.pull', { ...fixed, number: turn, action: 'closed', state: 'closed' });
      }
    },
  };
}
