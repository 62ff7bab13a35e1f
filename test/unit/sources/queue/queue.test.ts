import { expect, test } from 'vitest';
import { toEvent, type AnyEvent } from '../../../../src/core/event.ts';
import { MINUTE } from '../../../../src/core/time.ts';
import { createQueueFold } from '../../../../src/factory/queue.ts';
import { queueSource } from '../../../../src/sources/queue/index.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

test('a repository is said once a run, and again when a figure changed', async () => {
  const clock = fakeClock();
  const queue = createQueueFold([{ name: 'harb', repo: 'johba/harb' }]);
  const emitted: AnyEvent[] = [];
  const abort = new AbortController();
  const source = queueSource({ host: 'box', queue, clock });
  const say = (state: string): boolean => {
    const head = { id: 'e', source: 's', subject: '1', time: clock.now(), host: 'box' };
    return queue.apply(toEvent('forge.issue', head, { repo: 'johba/harb', number: 1, state, labels: ['backlog'] }));
  };
  const running = source.run({
    signal: abort.signal,
    report: () => {},
    emit: (events) => {
      emitted.push(...events);
      return Promise.resolve({ stored: events.length, known: 0 });
    },
  });
  const ready = (): readonly unknown[] =>
    emitted.map((event) => (event.kind === 'factory.queue' ? event.data.ready : null));
  await clock.advance(MINUTE);
  expect(ready()).toEqual([]);
  say('open');
  source.hint();
  await clock.advance(500);
  expect(ready()).toEqual([1]);
  await clock.advance(5 * MINUTE);
  expect(ready()).toEqual([1]);
  say('closed');
  source.hint();
  await clock.advance(500);
  expect(ready()).toEqual([1, 0]);
  expect(new Set(emitted.map((event) => event.id)).size).toBe(2);
  abort.abort();
  await clock.advance(MINUTE);
  await running;
});

test('what changes while something is said is said right after it, and not a minute later', async () => {
  const clock = fakeClock();
  const queue = createQueueFold([{ name: 'harb', repo: 'johba/harb' }]);
  const said: unknown[] = [];
  const abort = new AbortController();
  const source = queueSource({ host: 'box', queue, clock });
  const open = (number: number): void => {
    const head = { id: 'e', source: 's', subject: '1', time: clock.now(), host: 'box' };
    queue.apply(toEvent('forge.issue', head, { repo: 'johba/harb', number, state: 'open', labels: ['backlog'] }));
    source.hint();
  };
  open(1);
  const running = source.run({
    signal: abort.signal,
    report: () => {},
    emit: async (events) => {
      said.push(...events.map((event) => (event.kind === 'factory.queue' ? event.data.ready : null)));
      if (said.length === 1) open(2);
      return { stored: events.length, known: 0 };
    },
  });
  await clock.advance(1_000);
  expect(said).toEqual([1, 2]);
  abort.abort();
  await clock.advance(MINUTE);
  await running;
});
