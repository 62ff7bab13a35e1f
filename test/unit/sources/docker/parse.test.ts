import { expect, test } from 'vitest';
import { identify } from '../../../../src/sources/docker/identity.ts';
import { isLater, toInstant, toSince } from '../../../../src/sources/docker/nanos.ts';
import { parseLine } from '../../../../src/sources/docker/parse.ts';

const line = (over: object, nanos = '1795218841152317274'): string =>
  `${JSON.stringify({ Type: 'container', Action: 'start', Actor: { ID: 'abc', Attributes: { name: 'x' } }, time: 1795218841, ...over }).slice(0, -1)},"timeNano":${nanos}}`;

test('the nanoseconds keep every digit', () => {
  expect(parseLine(line({}))).toEqual({
    type: 'container',
    action: 'start',
    detail: '',
    id: 'abc',
    attributes: { name: 'x' },
    nanos: '1795218841152317274',
    at: 1795218841152,
  });
});

test('an engine that sends the time first, or a label of the same name, is read right', () => {
  const first =
    '{"timeNano":1795218841152317274,"Type":"container","Action":"start","Actor":{"ID":"abc","Attributes":{"timeNano":"7"}}}';
  expect(parseLine(first)?.at).toBe(1795218841152);
  expect(parseLine(line({ Actor: { ID: 'abc', Attributes: { l: '"timeNano":12' } } }))?.nanos).toBe(
    '1795218841152317274',
  );
});

test('an engine without nanoseconds is read by its seconds', () => {
  const old = '{"Type":"container","Action":"die","Actor":{"ID":"abc"},"time":1795218841}';
  expect(parseLine(old)).toMatchObject({ nanos: '1795218841000000000', attributes: {} });
});

test.each([
  ['health_status: unhealthy', 'health', 'unhealthy'],
  ['health_status:healthy', 'health', 'healthy'],
  ['die', 'die', ''],
])('%s is action %s with detail "%s"', (Action, action, detail) => {
  expect(parseLine(line({ Action }))).toMatchObject({ action, detail });
});

test.each([
  ['an exec', line({ Action: 'exec_create: /bin/sh -c true' })],
  ['an exec that ends', line({ Action: 'exec_die' })],
  ['an update', line({ Action: 'update' })],
  ['a mount', line({ Type: 'volume', Action: 'mount' })],
  ['a prune', line({ Type: 'image', Action: 'prune', Actor: { ID: '', Attributes: { reclaimed: '0' } } })],
  ['a plugin', line({ Type: 'plugin', Action: 'enable' })],
  ['half a line', line({}).slice(0, 40)],
  ['a number', '12'],
  ['null', 'null'],
  ['nothing', ''],
])('%s is none of ours', (_, text) => {
  expect(parseLine(text)).toBeNull();
});

test.each([
  ['1795218841152317274', 0, '1795218841.152317274'],
  ['1795218841152317274', 2_000, '1795218839.152317274'],
  ['1795218841000000001', 1, '1795218840.999000001'],
  ['1795218841002000000', 2_003, '1795218838.999000000'],
])('a subscription from %s, %d ms earlier, asks since %s', (nanos, back, since) => {
  expect(toSince(nanos, back)).toBe(since);
});

test('times compare as numbers, whatever their length', () => {
  expect(isLater('1795218841152317275', '1795218841152317274')).toBe(true);
  expect(isLater('999', '1000')).toBe(false);
  expect(isLater('1', '')).toBe(true);
  expect(toInstant('')).toBe(0);
});

const compose = (over: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  'com.docker.compose.project': 'harb',
  'com.docker.compose.service': 'anvil',
  'com.docker.compose.container-number': '2',
  ...over,
});

test.each([
  ['a service by stack, service and number', 'harb-anvil-2', compose({}), 'harb/anvil/2', 'anvil', 2],
  ['a service in the middle of a recreate', '1a2b_harb-anvil-2', compose({}), 'harb/anvil/2', 'anvil', 2],
  [
    'a one-off by its name',
    'harb-anvil-run-1',
    compose({ 'com.docker.compose.oneoff': 'True' }),
    'harb/harb-anvil-run-1',
    'harb-anvil-run-1',
    1,
  ],
  [
    'a service without a number',
    'harb-anvil',
    compose({ 'com.docker.compose.container-number': '' }),
    'harb/anvil/1',
    'anvil',
    1,
  ],
  ['anything else by its name', 'redis', {}, 'redis', 'redis', 1],
])('a container is %s', (...[, name, labels, subject, service, number]) => {
  expect(identify(name, labels, { ownStacks: [], siblings: new Map() })).toMatchObject({ subject, service, number });
});
