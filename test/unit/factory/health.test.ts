import { expect, test } from 'vitest';
import type { EventData, EventKind } from '../../../src/core/catalog/catalog.ts';
import { toEvent } from '../../../src/core/event.ts';
import { createHealthFold } from '../../../src/factory/health.ts';

function fold(...events: readonly (readonly [EventKind, Record<string, unknown>, string?])[]) {
  const folded = createHealthFold('box');
  for (const [kind, data, host = 'box'] of events) {
    const head = { id: 'e', source: 's', subject: JSON.stringify(data['name'] ?? kind), time: 0, host };
    folded.apply(toEvent(kind, head, data as Partial<EventData>));
  }
  return folded.health();
}

const blind = { ramMb: null, swapMb: null, diskPct: null, load: null, containers: null };

test('what nobody looked at is unavailable, not zero', () => {
  expect(fold()).toEqual(blind);
});

test('figures are the newest, the disk is the fullest, and only running containers count', () => {
  const health = fold(
    ['host.memory', { available_mb: 1, swap_used_mb: 2 }],
    ['host.memory', { available_mb: 3000, swap_used_mb: 7 }],
    ['host.disk', { fs_id: '8:1', used_pct: 40 }],
    ['host.disk', { fs_id: '8:2', used_pct: 80 }],
    ['host.load', { load1: 1.5 }],
    ['docker.container', { name: 'a', state: 'running', exists: true }],
    ['docker.container', { name: 'b', state: 'running', exists: true }],
    ['docker.container', { name: 'b', state: 'exited', exists: true }],
  );
  expect(health).toEqual({ ramMb: 3000, swapMb: 7, diskPct: 80, load: 1.5, containers: 1 });
});

test('a source that can no longer see takes its figures with it', () => {
  const health = fold(
    ['host.memory', { available_mb: 1 }],
    ['host.disk', { fs_id: '8:1', used_pct: 40 }],
    ['docker.container', { name: 'a', state: 'running', exists: true }],
    ['reactor.source', { source: 'docker', state: 'unavailable' }],
    ['reactor.source', { source: 'host', state: 'unavailable' }],
  );
  expect(health).toEqual(blind);
});

test('an engine that is lost takes its containers with it, and a source that sees in part keeps them', () => {
  const one = ['docker.container', { name: 'a', state: 'running', exists: true }] as const;
  expect(fold(one, ['docker.daemon', { action: 'disconnected' }]).containers).toBeNull();
  expect(fold(one, ['reactor.source', { source: 'docker', state: 'degraded' }]).containers).toBe(1);
  const lost = ['reactor.source', { source: 'docker', state: 'unavailable' }] as const;
  expect(fold(lost, ['reactor.source', { source: 'docker', state: 'degraded' }], one).containers).toBe(1);
});

test('a container that somebody tells of is not all of them while the engine cannot be seen', () => {
  const told = ['docker.container', { name: 'a', state: 'running', exists: true }] as const;
  const lost = ['reactor.source', { source: 'docker', state: 'unavailable' }] as const;
  expect(fold(lost, told).containers).toBeNull();
  expect(fold(lost, told, ['reactor.source', { source: 'docker', state: 'available' }]).containers).toBe(1);
});

test('an engine of another box takes nothing of this one with it', () => {
  const health = fold(
    ['docker.container', { name: 'a', state: 'running', exists: true }],
    ['reactor.source', { source: 'docker@box-2', state: 'unavailable' }],
  );
  expect(health.containers).toBe(1);
});

test('an engine without containers has none, which is not unavailable', () => {
  expect(fold(['docker.daemon', { action: 'connected' }]).containers).toBe(0);
});

test('another box is another box', () => {
  expect(fold(['host.memory', { available_mb: 1 }, 'other'])).toEqual(blind);
});
