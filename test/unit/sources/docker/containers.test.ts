import { expect, test } from 'vitest';
import { toEvent, type AnyEvent, type StoredEvent } from '../../../../src/core/event.ts';
import { createContainers, type Containers } from '../../../../src/sources/docker/containers.ts';
import { toNanos } from '../../../../src/sources/docker/nanos.ts';
import type { EngineEvent } from '../../../../src/sources/docker/parse.ts';
import { seenContainer } from '../../../support/fake-docker.ts';

const T = 1_795_000_000_000;

const open = (past: readonly StoredEvent[] = []): Containers =>
  createContainers({ host: 'box', ownership: { ownStacks: [], siblings: new Map() }, past, watchedSince: T });

const web = seenContainer({ name: 'web', takenAt: T });

const stream = (action: string, at: number, attributes: Readonly<Record<string, string>> = {}): EngineEvent => ({
  type: 'container',
  action,
  detail: '',
  id: web.id,
  attributes: { name: 'web', image: 'bb:1', ...attributes },
  nanos: toNanos(at),
  at,
});

const actions = (events: readonly AnyEvent[]): readonly string[] =>
  events.map((event) => ('action' in event.data ? event.data.action : ''));

test('the exit of a container that is up again, found by a look, is not told again by the stream', () => {
  const containers = open();
  containers.reconcile({ containers: [web], takenAt: T });
  const back = { ...web, finishedAt: toNanos(T + 100), startedAt: toNanos(T + 200), takenAt: T + 1_000 };
  expect(actions(containers.reconcile({ containers: [back], takenAt: T + 1_000 }).events)).toEqual(['die', 'start']);
  expect(containers.take(stream('die', T + 120, { exitCode: '1' }))).toEqual([]);
  expect(containers.take(stream('start', T + 210))).toEqual([]);
  expect(actions(containers.take(stream('die', T + 2_000, { exitCode: '1' })))).toEqual(['die']);
});

test('an exit that was made up in an earlier run is not told again by the stream', () => {
  const head = { id: 'e1', source: 'docker://box', subject: 'web', time: T, host: 'box' };
  const data = { action: 'die', id: web.id, name: 'web', state: 'exited', synthetic: true, exists: true };
  const containers = open([{ ...toEvent('docker.container', head, data), seq: 1 }]);
  expect(containers.take(stream('die', T + 22, { exitCode: '1' }))).toEqual([]);
  expect(actions(containers.take(stream('start', T + 500)))).toEqual(['start']);
  expect(actions(containers.take(stream('die', T + 900, { exitCode: '1' })))).toEqual(['die']);
});

test('a container that is removed is not heard of again', () => {
  const containers = open();
  containers.reconcile({ containers: [web], takenAt: T });
  expect(actions(containers.take(stream('destroy', T + 10)))).toEqual(['destroy']);
  expect(containers.take(stream('stop', T + 20))).toEqual([]);
});

test('a container that is younger than a list is not gone because it is not in it', () => {
  const containers = open();
  containers.take(stream('create', T + 10));
  expect(containers.reconcile({ containers: [], takenAt: T }).events).toEqual([]);
  expect(actions(containers.reconcile({ containers: [], takenAt: T + 20 }).events)).toEqual(['destroy']);
});

test('a storm of names that never end stays within bounds', () => {
  const containers = open();
  for (let i = 0; i < 20_000; i += 1) {
    containers.take({ ...stream('create', T + i), id: `${i}`.padStart(64, '0') });
  }
  const { events } = containers.reconcile({ containers: [], takenAt: T + 30_000 });
  expect(events.length).toBeLessThanOrEqual(16_384);
});
