import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/app/configure.ts';
import { loadRules } from '../../src/app/rules.ts';
import { DAY, MINUTE } from '../../src/core/time.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { healthyDays } from '../support/healthy-box.ts';
import { withQueue } from '../support/healthy-box/queue.ts';

const START = Date.UTC(2026, 0, 1);
const rulebook = await loadRules(readConfig({}, join(import.meta.dirname, '../..')), START);

/** Findings that fired over some days, as `priority rule [key]`. */
function foundIn(days: number, change: (events: ReturnType<typeof healthyDays>) => ReturnType<typeof healthyDays>) {
  const engine = createEngine({ rulebook, lookup: () => null });
  engine.open(START);
  const found = new Set<string>();
  const collect = (): void => {
    for (const { firedAt, priority, rule, key } of engine.drain().findings) {
      if (firedAt !== null) found.add(`${priority} ${rule} [${key.join(', ')}]`);
    }
  };
  for (const event of withQueue(change(healthyDays(START, days)))) {
    engine.handle(event);
    collect();
  }
  engine.advance(START + days * DAY);
  collect();
  return [...found].toSorted();
}

test('a busy box on which nothing is wrong raises nothing above P4 in a week', () => {
  const events = healthyDays(START, 7);
  expect(events.length).toBeGreaterThan(10_000);
  expect(foundIn(7, (all) => all).filter((finding) => !finding.startsWith('P4'))).toEqual([]);
});

test('every rule is put to the test in it: something that it reads happens', () => {
  const kinds = new Set(healthyDays(START, 1).map(({ kind }) => kind));
  const idle = rulebook.rules.filter((rule) => !rule.on.some((kind) => kinds.has(kind))).map(({ name }) => name);
  expect(idle).toEqual([]);
});

test('the same week is not blind: what is taken out of it is missed', () => {
  const withoutRecovery = foundIn(1, (all) =>
    all.filter(
      (event) => event.kind !== 'host.memory' || event.data.available_mb < 500 || event.time < START + 13 * 60 * MINUTE,
    ),
  );
  expect(withoutRecovery).toContain('P0 factory-core/mem-floor [box]');
  const withoutPushes = foundIn(1, (all) => all.filter((event) => event.kind !== 'forge.push'));
  expect(withoutPushes.some((finding) => finding.startsWith('P3 factory-core/pr-stale'))).toBe(true);
});

test('an image that is replaced as usual is not written down, one that is edited and forgotten is', () => {
  const drift = 'P4 factory-core/image-drift [box, harb, anvil, 1]';
  expect(foundIn(1, (all) => all).filter((finding) => finding.includes('image-drift'))).toEqual([]);
  const isDone = (event: ReturnType<typeof healthyDays>[number]): boolean =>
    event.kind === 'compose.service' && (event.data.state === 'same' || !event.data.exists);
  expect(foundIn(1, (all) => all.filter((event) => !isDone(event)))).toContain(drift);
  const withoutRuns = foundIn(1, (all) => all.filter((event) => event.kind !== 'session.run'));
  expect(withoutRuns).toContain('P2 work/queue-stalled [johba/harb]');
  const withoutReturn = foundIn(1, (all) =>
    all.filter((event) => event.kind !== 'git.repo' || !event.data.on_primary || event.data.what !== 'project'),
  );
  expect(withoutReturn).toContain('P2 work/git-wrong-branch [/repos/harb]');
});
