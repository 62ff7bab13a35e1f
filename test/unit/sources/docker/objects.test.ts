import { expect, test } from 'vitest';
import type { AnyEvent, StoredEvent } from '../../../../src/core/event.ts';
import type { ObjectType } from '../../../../src/ports/docker.ts';
import { createDenials } from '../../../../src/sources/docker/denials.ts';
import { createObjects } from '../../../../src/sources/docker/objects.ts';

const HARB = { owner: '@johba', contact: '', repo: '', note: '', room: '' };
const OWNERSHIP = { ownStacks: ['disinto'], siblings: new Map([['harb', HARB]]) };
const TYPES: readonly ObjectType[] = ['image', 'volume', 'network'];

const object = (name: string, stack: string) => ({
  id: name,
  name,
  driver: 'local',
  labels: stack === '' ? {} : { 'com.docker.compose.project': stack },
});

const dataOf = (events: readonly AnyEvent[]): readonly unknown[] => events.map(({ data }) => data);

test.each(TYPES)('of each %s it is said whose it is, and only the factory’s own is managed', (type) => {
  const objects = createObjects('box', OWNERSHIP, []);
  const list = [object('a', 'disinto'), object('b', 'harb'), object('c', '')];
  expect(dataOf(objects.reconcile(type, list, 1))).toMatchObject([
    { name: 'a', managed: true, stack_owner: 'factory' },
    { name: 'b', managed: false, stack_owner: '@johba' },
    { name: 'c', managed: false, stack_owner: 'unknown' },
  ]);
});

test.each(TYPES)(
  'a %s that the log knew and no list shows is gone, once, and another box’s is not ours to miss',
  (type) => {
    const before = createObjects('box', OWNERSHIP, []).reconcile(type, [object('a', 'harb')], 1);
    const past = before.flatMap((event, seq): readonly StoredEvent[] => {
      const stored = { ...event, received: 1, seq };
      return [stored, { ...stored, host: 'box-2', data: { ...event.data, id: 'z', name: 'z' } } as StoredEvent];
    });
    const objects = createObjects('box', OWNERSHIP, past);
    expect(dataOf(objects.reconcile(type, [], 2))).toMatchObject([{ name: 'a', exists: false, stack: 'harb' }]);
    expect(objects.reconcile(type, [], 3)).toEqual([]);
  },
);

test('what is let through again is denied no more', () => {
  const denials = createDenials();
  denials.note('images', { denied: true, reason: 'proxy denies GET /images' });
  expect([denials.has('images'), denials.describe()]).toEqual([true, 'proxy denies GET /images']);
  denials.note('images', { denied: false, value: [] });
  expect([denials.has('images'), denials.describe()]).toEqual([false, '']);
});
