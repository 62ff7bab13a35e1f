import { expect, test, vi } from 'vitest';
import type { AnyEvent } from '../../../src/core/event.ts';
import type { Source, SourceContext } from '../../../src/core/source.ts';
import { supervise } from '../../../src/engine/supervise.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function watch(source: Source) {
  const events: AnyEvent[] = [];
  const states: string[] = [];
  const abort = new AbortController();
  const clock = fakeClock();
  const subscription = supervise(source, {
    intake: (taken) => {
      events.push(...taken);
      return Promise.resolve({ stored: taken.length, known: 0 });
    },
    clock,
    log: silent,
    host: 'box',
    signal: abort.signal,
    onState: (name, state) => states.push(`${name}:${state}`),
  }).subscribe();
  return { events, states, abort, clock, subscription };
}

test('a source that fails is run again, and says that it could not see', async () => {
  vi.useFakeTimers();
  let runs = 0;
  const source: Source = {
    name: 'docker',
    run: (context) => {
      runs++;
      if (runs < 3) return Promise.reject(new Error('refused'));
      context.report('available', '');
      return new Promise(() => {});
    },
  };
  const it = watch(source);
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toBe(2);
  await vi.advanceTimersByTimeAsync(2000);
  expect(runs).toBe(3);
  it.subscription.unsubscribe();
  vi.useRealTimers();
  expect(it.states).toEqual(['docker:unavailable', 'docker:available']);
  expect(it.events.map((event) => event.subject)).toEqual(['docker', 'docker']);
});

test('the same state is said once', async () => {
  const source: Source = {
    name: 'files',
    run: (context) => {
      for (const state of ['available', 'available', 'degraded', 'degraded'] as const) context.report(state, 'x');
      return Promise.resolve();
    },
  };
  const it = watch(source);
  await Promise.resolve();
  expect(it.states).toEqual(['files:available', 'files:degraded']);
  expect(it.events).toHaveLength(2);
});

test('what is so again after it was otherwise is another event, which no log takes for the first', async () => {
  const reports: SourceContext['report'][] = [];
  const source: Source = {
    name: 'files',
    run: (context) => {
      reports.push(context.report);
      return new Promise(() => {});
    },
  };
  const it = watch(source);
  for (const state of ['unavailable', 'available', 'unavailable', 'available'] as const) {
    reports[0]?.(state, 'x');
    await it.clock.advance(1_000);
  }
  it.subscription.unsubscribe();
  expect(new Set(it.events.map(({ id }) => id)).size).toBe(4);
});

test('a source that stops says nothing any more', async () => {
  const source: Source = {
    name: 'files',
    run: async (context) => {
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      context.report('unavailable', 'stopped');
    },
  };
  const it = watch(source);
  it.abort.abort();
  await new Promise((resolve) => setImmediate(resolve));
  expect(it.states).toEqual([]);
});
