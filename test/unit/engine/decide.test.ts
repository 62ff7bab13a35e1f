import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { fillData } from '../../../src/core/catalog/catalog.ts';
import type { StoredEvent } from '../../../src/core/event.ts';
import { HOUR, SECOND } from '../../../src/core/time.ts';
import type { Batch } from '../../../src/engine/bus.ts';
import { decide } from '../../../src/engine/decide.ts';
import { createEngine } from '../../../src/engine/engine.ts';
import { words } from '../../support/drive.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { makeRule, makeRulebook } from '../../support/make-rule.ts';

const hold = { type: 'hold', since: null, clearFor: 0, missing: 'keep', missingAfter: HOUR } as const;

function stage(span: number) {
  const clock = fakeClock();
  const rule = makeRule({ name: 'a', condition: { ...hold, for: span } });
  const engine = createEngine({ rulebook: makeRulebook([rule]), lookup: () => null });
  engine.open(clock.now());
  const batches = new Subject<Batch>();
  const said: string[] = [];
  const subscription = batches.pipe(decide(engine, clock)).subscribe((decision) => said.push(...words(decision)));
  const event = (available_mb: number): StoredEvent => {
    const data = fillData('host.memory', { host: 'box', available_mb });
    const received = clock.now();
    return {
      id: `e${received}`,
      kind: 'host.memory',
      source: 's',
      subject: 's',
      host: 'box',
      time: received,
      received,
      data,
      seq: 1,
    };
  };
  return { clock, batches, said, event, subscription };
}

test('a batch is decided in the turn in which it comes', () => {
  const it = stage(0);
  it.batches.next([it.event(0), it.event(9000)]);
  expect(it.said).toEqual(['a:resolved', 'notify:fire', 'notify:resolve']);
});

test('time passes by one timer, and a batch moves it', async () => {
  const it = stage(30 * SECOND);
  it.batches.next([it.event(0)]);
  expect(it.clock.pending()).toBe(1);
  await it.clock.advance(29 * SECOND);
  expect(it.said).toEqual(['a:pending']);
  await it.clock.advance(SECOND);
  expect(it.said).toEqual(['a:pending', 'a:firing', 'notify:fire']);
});

test('what was decided before anybody listened is said at once, and its timer runs', async () => {
  const clock = fakeClock();
  const rule = makeRule({ name: 'a', condition: { ...hold, for: 30 * SECOND } });
  const engine = createEngine({ rulebook: makeRulebook([rule]), lookup: () => null });
  engine.open(clock.now());
  engine.handle(stage(0).event(0));
  const said: string[] = [];
  const subscription = new Subject<Batch>()
    .pipe(decide(engine, clock))
    .subscribe((decision) => said.push(...words(decision)));
  expect(said).toEqual(['a:pending']);
  await clock.advance(30 * SECOND);
  expect(said).toEqual(['a:pending', 'a:firing', 'notify:fire']);
  subscription.unsubscribe();
});

test('an empty batch says nothing', () => {
  const it = stage(0);
  it.batches.next([]);
  expect(it.said).toEqual([]);
});

test('whoever stops listening stops the timer', () => {
  const it = stage(30 * SECOND);
  it.batches.next([it.event(0)]);
  it.subscription.unsubscribe();
  expect(it.clock.pending()).toBe(0);
});
