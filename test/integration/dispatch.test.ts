import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { done, failed, skipped, type Effect, type EffectOrder, type EffectResult } from '../../src/core/effect.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { dispatch, pauseAfter, recover, type Delivery } from '../../src/engine/dispatch.ts';
import { openStore } from '../../src/store/store.ts';
import { makeCard, makeOrder, T0 } from '../support/effect-orders.ts';
import { fakeClock } from '../support/fake-clock.ts';

const notice = (id: string, more: Partial<EffectOrder> = {}): EffectOrder =>
  makeOrder({ act: 'notify', to: 'ops', card: makeCard() }, { id, thread: id, target: 'notify:ops', ...more });

/** A dispatcher over a real outbox; the effect answers what the test says, in order, then done. */
function stage(answers: readonly EffectResult[], repeatable = true) {
  const folder = mkdtempSync(join(tmpdir(), 'reactor-dispatch-'));
  const clock = fakeClock(T0);
  const store = openStore({ path: join(folder, 'reactor.db'), now: () => clock.now() });
  const left = [...answers];
  const tried: string[] = [];
  const deliveries: Delivery[] = [];
  const effect: Effect = {
    act: 'notify',
    repeatable,
    run(order) {
      tried.push(`${order.id}@${(clock.now() - T0) / SECOND}s`);
      return Promise.resolve(left.shift() ?? done(`ref-${order.id}`));
    },
  };
  const abort = new AbortController();
  const effects = new Map([['notify', effect]]);
  const options = { outbox: store.outbox, effects, clock, signal: abort.signal, random: () => 0.5 };
  const pokes = new Subject<void>();
  const start = (): void => {
    const subscription = pokes.pipe(dispatch(options)).subscribe((delivery) => deliveries.push(delivery));
    abort.signal.addEventListener('abort', () => subscription.unsubscribe());
  };
  return {
    clock,
    store,
    tried,
    options,
    start,
    poke: () => pokes.next(),
    stop: () => abort.abort(),
    states: () => deliveries.map(({ row, state }) => `${row.id}:${state}`),
    async [Symbol.asyncDispose]() {
      abort.abort();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

test('orders of one target go one after the other, in the order in which they were decided', async () => {
  await using it = stage([]);
  it.start();
  it.store.outbox.add([notice('a'), notice('b'), notice('c')]);
  it.poke();
  await it.clock.settle();
  expect(it.states()).toEqual(['a:done', 'b:done', 'c:done']);
  expect(it.store.outbox.firedRef('a')).toBe('ref-a');
});

test('a failure is tried again with growing pauses, and holds back only its own target', async () => {
  const refused = failed('502', { retry: true });
  await using it = stage([refused, done('other'), refused, refused]);
  it.start();
  it.store.outbox.add([notice('a'), notice('b'), notice('c', { target: 'notify:harb' })]);
  it.poke();
  await it.clock.advance(10 * SECOND);
  expect(it.tried).toEqual(['a@0s', 'c@0s', 'a@1s', 'a@3s', 'a@7s', 'b@7s']);
  expect(it.states()).toEqual(['a:failing', 'c:done', 'a:failing', 'a:failing', 'a:done', 'b:done']);
});

test('the pause that the world asks for is kept', async () => {
  await using it = stage([failed('429', { retry: true, retryAfter: 30 * SECOND })]);
  it.start();
  it.store.outbox.add([notice('a')]);
  it.poke();
  await it.clock.advance(MINUTE);
  expect(it.tried).toEqual(['a@0s', 'a@30s']);
});

test('what may not be tried again is dead, and the next one goes', async () => {
  await using it = stage([failed('no such room', { retry: false })]);
  it.start();
  it.store.outbox.add([notice('a'), notice('b')]);
  it.poke();
  await it.clock.settle();
  expect(it.states()).toEqual(['a:dead', 'b:done']);
});

test('what could not be done in time is dead, with the last answer', async () => {
  await using it = stage(Array.from({ length: 100 }, () => failed('down', { retry: true })));
  it.start();
  it.store.outbox.add([notice('a', { maxAge: HOUR })]);
  it.poke();
  await it.clock.advance(2 * HOUR);
  expect(it.states().at(-1)).toBe('a:dead');
  expect(it.store.outbox.get('a')?.reason).toBe('could not be done within 1h; last answer: down');
});

test('an effect that throws is a failure like any other', async () => {
  await using it = stage([]);
  const broken: Effect = { act: 'notify', repeatable: true, run: () => Promise.reject(new Error('bug')) };
  it.options.effects.set('notify', broken);
  it.start();
  it.store.outbox.add([notice('a')]);
  it.poke();
  await it.clock.settle();
  expect(it.states()).toEqual(['a:failing']);
});

test('what must not be done now is final and says why', async () => {
  await using it = stage([skipped('someone types')]);
  it.start();
  it.store.outbox.add([notice('a')]);
  it.poke();
  await it.clock.settle();
  expect(it.store.outbox.get('a')).toMatchObject({ state: 'skipped', reason: 'someone types' });
});

test('an order for later is done when its time comes, without a poke', async () => {
  await using it = stage([]);
  it.store.outbox.add([notice('a', { notBefore: T0 + 10 * MINUTE })]);
  it.start();
  await it.clock.advance(9 * MINUTE);
  expect(it.tried).toEqual([]);
  await it.clock.advance(MINUTE);
  expect(it.tried).toEqual(['a@600s']);
});

test.each([
  [true, ['a:done'], 'done'],
  [false, [], 'interrupted'],
])('an order that was begun when the process died, repeatable %s', async (repeatable, states, end) => {
  await using it = stage([], repeatable);
  it.store.outbox.add([notice('a')]);
  it.store.outbox.begin('a', T0);
  const reported = recover(it.options);
  it.start();
  await it.clock.settle();
  expect(it.states()).toEqual(states);
  expect(reported.map((delivery) => delivery.state)).toEqual(repeatable ? [] : ['interrupted']);
  expect(it.store.outbox.get('a')?.state).toBe(end);
});

test.each([
  [1, 0.5, 0, SECOND],
  [2, 0.5, 0, 2 * SECOND],
  [1, 0, 0, 800],
  [1, 0.999, 0, 1200],
  [20, 0.5, 0, 5 * MINUTE],
  [1, 0.5, MINUTE, MINUTE],
])('after try %i (random %d, asked %i ms) it waits %i ms', (attempts, random, asked, pause) => {
  expect(pauseAfter(attempts, random, asked)).toBe(pause);
});

test('a disk that is full stops nothing: what was done is written down when there is room', async () => {
  await using it = stage([]);
  const { outbox } = it.options;
  let isFull = true;
  const full = (): never => {
    throw Object.assign(new Error('no space'), { code: 'STORE_FULL' });
  };
  it.options.outbox = { ...outbox, settle: (id, result) => (isFull ? full() : outbox.settle(id, result)) };
  it.start();
  it.store.outbox.add([notice('a'), notice('b')]);
  it.poke();
  await it.clock.advance(MINUTE);
  expect(it.tried).toEqual(['a@0s']);
  isFull = false;
  await it.clock.advance(MINUTE);
  expect(it.tried).toEqual(['a@0s', 'b@65s']);
  expect(it.states()).toEqual(['a:done', 'b:done']);
});

test('an outbox that takes nothing for a while is tried again by itself', async () => {
  await using it = stage([]);
  const { outbox } = it.options;
  let isBusy = true;
  const begin: typeof outbox.begin = (id, at) => {
    if (isBusy) throw Object.assign(new Error('somebody else writes'), { code: 'STORE_BUSY' });
    outbox.begin(id, at);
  };
  it.options.outbox = { ...outbox, begin };
  it.start();
  it.store.outbox.add([notice('a')]);
  it.poke();
  await it.clock.advance(SECOND);
  isBusy = false;
  await it.clock.advance(MINUTE);
  expect(it.tried).toEqual(['a@5s']);
  expect(it.states()).toEqual(['a:done']);
});

test('an outbox that is broken for good is no delivery: it ends the dispatch', async () => {
  await using it = stage([]);
  const settle = (): never => {
    throw Object.assign(new Error('damaged'), { code: 'STORE_CORRUPT' });
  };
  it.options.outbox = { ...it.options.outbox, settle };
  it.store.outbox.add([notice('a')]);
  const ends: unknown[] = [];
  dispatch(it.options)(new Subject<void>()).subscribe({
    next: ({ state }) => ends.push(state),
    error: (error: unknown) => ends.push(error),
  });
  await it.clock.settle();
  expect(ends).toMatchObject([{ message: 'damaged' }]);
});

test('what follows an announcement is told where that one is', async () => {
  await using it = stage([]);
  const told: string[] = [];
  it.options.effects.set('notify', {
    act: 'notify',
    repeatable: true,
    run(order, { firedRef }) {
      told.push(`${order.id} ${firedRef}`.trim());
      return Promise.resolve(done(`ref-${order.id}`));
    },
  });
  it.start();
  const later = { thread: 'a', phase: 'update' } as const;
  it.store.outbox.add([notice('a'), notice('a2', later), notice('b'), notice('a3', { ...later, phase: 'resolve' })]);
  it.poke();
  await it.clock.settle();
  expect(told).toEqual(['a', 'a2 ref-a', 'b', 'a3 ref-a']);
});

test('what ends while the reactor stops is written down, not left as begun', async () => {
  await using it = stage([]);
  const { promise, resolve } = Promise.withResolvers<EffectResult>();
  it.options.effects.set('notify', { act: 'notify', repeatable: true, run: () => promise });
  it.start();
  it.store.outbox.add([notice('a')]);
  it.poke();
  it.stop();
  resolve(done('sent'));
  await it.clock.settle();
  expect(it.store.outbox.unsettled()).toEqual([]);
  expect(it.store.outbox.get('a')).toMatchObject({ state: 'done', ref: 'sent' });
});
