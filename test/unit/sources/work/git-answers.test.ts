import { expect, test } from 'vitest';
import {
  filterNames,
  lastPush,
  leftPrimary,
  parseStatus,
  parseUnpushed,
  primaryOf,
} from '../../../../src/sources/work/git-answers.ts';
import { parseStackLock } from '../../../../src/sources/work/stack-locks.ts';

const SHA = 'a'.repeat(40);

test.each([
  ['# branch.oid 123\n# branch.head main\n# branch.ab +0 -0\n', { branch: 'main', changed: 0 }],
  ['# branch.oid 123\n# branch.head (detached)\n', { branch: '', changed: 0 }],
  [
    '# branch.head fix/issue-42\n1 .M N... a\n2 R. N... b\nu UU N... c\n? new\n! ignored\n',
    { branch: 'fix/issue-42', changed: 3 },
  ],
])('git status says %j', (output, answer) => {
  expect(parseStatus(output)).toEqual(answer);
});

test('what is no status is none', () => {
  expect(parseStatus('')).toBeNull();
  expect(parseStatus('fatal: not a git repository')).toBeNull();
});

test('unpushed commits are counted, and the oldest is found whatever the order', () => {
  expect(parseUnpushed(`200 ${SHA}\n100 ${SHA}\n300 ${SHA}\n`)).toEqual({ count: 3, oldest: 100_000 });
  expect(parseUnpushed('')).toEqual({ count: 0, oldest: null });
  expect(parseUnpushed('fatal: bad revision')).toEqual({ count: 0, oldest: null });
});

test('the last push is the last line of the reflog that says so', () => {
  const entry = (seconds: number, what: string): string => `${SHA} ${SHA} A B <a@b> ${seconds} +0100\t${what}`;
  const log = [
    entry(1_767_200_000, 'update by push'),
    entry(1_767_261_600, 'update by push'),
    entry(1_767_300_000, 'fetch origin: fast-forward'),
  ];
  expect(lastPush(`${log.join('\n')}\n`)).toBe(1_767_261_600_000);
  expect(lastPush(entry(1_767_300_000, 'fetch'))).toBeNull();
  expect(lastPush('')).toBeNull();
});

const moved = (seconds: number, from: string, to: string): string =>
  `${SHA} ${SHA} A B <a@b> ${1_767_200_000 + seconds} +0100\tcheckout: moving from ${from} to ${to}\n`;
const OTHER = `${SHA} ${SHA} A B <a@b> 1767200050 +0100\tcommit: checkout: moving from a to b, in words\n`;

test.each([
  ['it was left once', moved(1, 'main', 'fix'), 'fix', 1],
  ['it was left for one branch, and that for another', moved(1, 'main', 'a') + OTHER + moved(9, 'a', 'fix'), 'fix', 1],
  [
    'it was left, and again after a return',
    moved(1, 'main', 'fix') + moved(5, 'fix', 'main') + moved(9, 'main', 'fix'),
    'fix',
    9,
  ],
  ['it was left before the log begins', moved(4, 'a', 'b') + moved(9, 'b', 'fix'), 'fix', 4],
  ['it was left for a commit', moved(1, 'main', SHA), '', 1],
  ['the log ends on the primary branch', moved(1, 'main', 'fix') + moved(5, 'fix', 'main'), 'fix', null],
  ['the log ends on another branch', moved(1, 'main', 'a'), 'fix', null],
  ['the log tells of no move', OTHER, 'fix', null],
  ['there is no log', '', 'fix', null],
])('since when a clone is not on its primary branch when %s', (_, log, branch, since) => {
  expect(leftPrimary(log, 'main', branch)).toBe(since === null ? null : (1_767_200_000 + since) * 1_000);
});

test('the primary branch is the one the remote points to', () => {
  expect(primaryOf('ref: refs/remotes/origin/trunk\n')).toBe('trunk');
  expect(primaryOf(SHA)).toBe('');
});

test('every filter is found by its name, whatever stands in it', () => {
  expect(filterNames('filter.lfs.clean\nfilter.lfs.process\nfilter.a.b.smudge\nfilter.x.required\n')).toEqual([
    'lfs',
    'a.b',
  ]);
});

test.each([
  [
    '{"holder":"dev","since":"2026-01-01T10:00:00Z","heartbeat":"2026-01-01T10:02:00Z"}',
    { holder: 'dev', since: '10:00', heartbeat: '10:02' },
  ],
  ['{"holder":"dev","since":"2026-01-01T10:00:00Z"}', { holder: 'dev', since: '10:00', heartbeat: '10:00' }],
  ['{"holder":"dev","heartbeat":"2026-01-01T10:02:00Z"}', { holder: 'dev', since: '10:02', heartbeat: '10:02' }],
])('a stack lock %s', (text, lock) => {
  const time = (clock: string): number => Date.parse(`2026-01-01T${clock}:00Z`);
  expect(parseStackLock(text)).toEqual({
    holder: lock.holder,
    since: time(lock.since),
    heartbeat: time(lock.heartbeat),
  });
});

test.each([
  '',
  '57',
  'null',
  '{"holder":"dev"}',
  '{"holder":"dev","heartbeat":"yesterday"}',
  '{"heartbeat":"2026-01-01T10:02:00Z"}',
])('%j is no stack lock', (text) => {
  expect(parseStackLock(text)).toBeNull();
});
