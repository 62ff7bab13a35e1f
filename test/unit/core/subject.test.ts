import { expect, test } from 'vitest';
import { EVENT_KINDS, fieldsOf, type EventKind } from '../../../src/core/catalog/catalog.ts';
import { subjectOf } from '../../../src/core/catalog/subject.ts';

const rows: readonly (readonly [EventKind, Record<string, unknown>, string])[] = [
  ['docker.container', { stack: 'harb', service: 'anvil', number: 1, name: 'harb-anvil-1' }, 'harb/anvil/1'],
  ['docker.container', { stack: 'harb', service: '', name: 'odd' }, 'harb/odd'],
  ['docker.container', { name: 'lone' }, 'lone'],
  ['host.disk', { fs_id: '8:1', mount: '/' }, '8:1'],
  ['host.memory', { host: 'box' }, 'box'],
  ['forge.pull', { repo: 'johba/harb', number: 7 }, 'johba/harb#7'],
  ['forge.pull', { repo: 'johba/harb', number: 0 }, ''],
  ['forge.push', { repo: 'johba/harb', branch: 'main' }, 'johba/harb@main'],
  ['forge.review', { repo: 'johba/harb', number: 7, reviewer: 'alice' }, 'johba/harb#7/alice'],
  ['forge.repository', { repo: 'johba/harb', what: 'repository', ref: '' }, 'johba/harb'],
  ['session.phase', { session: 'dev-harb-42' }, 'dev-harb-42'],
];

test.each(rows)('%s of %j is about %j', (kind, data, subject) => {
  expect(subjectOf(kind, data)).toBe(subject);
});

test('every kind names its entity by fields that it has', () => {
  const filled = (kind: EventKind) =>
    Object.fromEntries(Object.entries(fieldsOf(kind)).map(([name, spec]) => [name, spec.type === 'number' ? 1 : 'x']));
  expect(EVENT_KINDS.filter((kind) => subjectOf(kind, filled(kind)) === '')).toEqual([]);
  expect(EVENT_KINDS.filter((kind) => subjectOf(kind, {}) !== '')).toEqual([]);
});
