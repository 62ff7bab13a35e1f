import { expect, test } from 'vitest';
import { shortSlugOf, slugOf } from '../../../src/core/slug.ts';

test.each([
  ['restart-loop-foreign', ['harb', 'anvil'], 'supervisor-restart-loop-foreign-harb-anvil'],
  ['factory-core/mem-floor', ['box-1'], 'supervisor-mem-floor-box-1'],
  ['ci-running-long', ['harb', '62'], 'supervisor-ci-running-long-harb-62'],
  ['mem-floor', [], 'supervisor-mem-floor'],
])('rule %s with key %j is named %s', (rule, key, slug) => {
  expect(slugOf(rule, key)).toBe(slug);
});

test.each([
  ['a slash', ['johba/harb'], ['johba-harb']],
  ['letter case', ['Harb'], ['harb']],
  ['where the parts end', ['a-b', 'c'], ['a', 'b-c']],
  ['an empty part', ['', 'a'], ['a', '']],
  ['nothing safe', ['漢'], ['字']],
  ['the end of a long key', ['a'.repeat(200)], ['a'.repeat(201)]],
  ['a path', ['/tmp/a.lock'], ['/tmp/a-lock']],
])('keys that differ only by %s have different names', (_what, one, other) => {
  expect(slugOf('rule', one)).not.toBe(slugOf('rule', other));
});

test.each([
  [['../../etc/passwd']],
  [['x\n## Human action']],
  [['a'.repeat(1000)]],
  [['É漢🚀']],
  [[`${'a'.repeat(60)}${'-'.repeat(40)}b`]],
])('the key %j makes a safe name of at most 80 characters', (key) => {
  const slug = slugOf('rule', key);
  expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(slug.length).toBeLessThanOrEqual(80);
});

test('a base is the whole name', () => {
  expect(slugOf('pr-stale', ['johba/harb', '7'], 'stale-pr-7')).toBe('stale-pr-7');
  expect(slugOf('pr-stale', ['johba/harb', '7'], 'Stale PR 7')).toMatch(/^stale-pr-7-[0-9a-f]{6}$/);
});

test('a short name is cut to its length and still tells keys apart', () => {
  expect(shortSlugOf('core/disk-high', ['box'], 40)).toBe('disk-high-box');
  const one = shortSlugOf('core/restart-loop-foreign', ['harb', 'a'.repeat(40)], 40);
  const other = shortSlugOf('core/restart-loop-foreign', ['harb', 'a'.repeat(41)], 40);
  expect(one).not.toBe(other);
  expect(one.length).toBeLessThanOrEqual(40);
});
