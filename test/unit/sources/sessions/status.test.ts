import { describe, expect, test } from 'vitest';
import {
  parseMarkerTime,
  parseResult,
  parseSessionId,
  parseStatus,
  parseStatusName,
  waitsFor,
} from '../../../../src/sources/sessions/status.ts';

const AT = Date.UTC(2026, 0, 1, 10, 0, 0);

describe('a status line', () => {
  test.each([
    ['[2026-01-01 10:00:00 UTC] dev-agent #42: running claude', { at: AT, number: 42, text: 'running claude' }],
    ['[2026-01-01T10:00:00Z] dev-agent #42: running claude\nmore', { at: AT, number: 42, text: 'running claude' }],
    ['[2026-01-01 10:00:00 UTC] review-pr #7: waiting', { at: AT, number: 7, text: 'waiting' }],
    ['[2026-01-01 10:00:00 UTC] dev-agent: starting', { at: AT, number: 0, text: 'starting' }],
    [
      `[2026-01-01 10:00:00 UTC] dev-agent #42: a\u0007b${'x'.repeat(300)}`,
      { at: AT, number: 42, text: `a b${'x'.repeat(197)}` },
    ],
  ])('%s is read', (line, status) => {
    expect(parseStatus(line)).toEqual(status);
  });

  test.each([
    [''],
    ['running claude'],
    ['[2026-13-01 10:00:00 UTC] dev-agent #42: x'],
    ['[2026-01-01 10:00:00] dev-agent #42: x'],
    ['[2026-01-01 10:00:00 CET] dev-agent #42: x'],
    ['[01.01.2026 10:00:00 UTC] dev-agent #42: x'],
    [' [2026-01-01 10:00:00 UTC] dev-agent #42: x'],
  ])('%j has no time that can be trusted, and is none', (line) => {
    expect(parseStatus(line)).toBeNull();
  });
});

test.each([
  ['dev-agent-status-harb', { role: 'dev', project: 'harb' }],
  ['dev-agent-status-app-2', { role: 'dev', project: 'app-2' }],
  ['dev-agent-status', { role: 'dev', project: '' }],
  ['harb-review-status', { role: 'review', project: 'harb' }],
  ['supervisor-status', { role: 'supervisor', project: '' }],
  ['dev-agent-status-', null],
  ['dev-agent.lock', null],
])('%s is the status of %j', (name, of) => {
  expect(parseStatusName(name)).toEqual(of);
});

test.each([
  ['waiting for CI (pipeline 12)', 'ci'],
  ['PR #7 created, polling pipeline', 'ci'],
  ['awaiting review', 'review'],
  ['CI passed, waiting for review', 'review'],
  ['waiting for merge', 'merge'],
  ['waiting for human approval of the review', 'human'],
  ['fixing CI failure', ''],
  ['addressing review comments', ''],
  ['waiting', ''],
  ['', ''],
])('"%s" waits for "%s"', (text, what) => {
  expect(waitsFor(text)).toBe(what);
});

const RESULT = { type: 'result', subtype: 'success', is_error: false, session_id: 'abc-12345', result: 'secret words' };

describe('the last result of a run', () => {
  test.each([
    [RESULT, { session: 'abc-12345', result: 'ok', error: '' }],
    [[{ type: 'system' }, RESULT], { session: 'abc-12345', result: 'ok', error: '' }],
    [
      { ...RESULT, subtype: 'error_max_turns' },
      { session: 'abc-12345', result: 'error', error: 'error_max_turns' },
    ],
    [
      { ...RESULT, is_error: true },
      { session: 'abc-12345', result: 'error', error: 'error' },
    ],
    [
      { ...RESULT, subtype: 'Rm -rf /', is_error: true },
      { session: 'abc-12345', result: 'error', error: 'error' },
    ],
  ])('%j is read, without what it answered', (json, result) => {
    expect(parseResult(JSON.stringify(json))).toEqual(result);
  });

  test.each([[''], ['{'], ['null'], ['[]'], ['42'], ['{"type":"assistant"}'], ['{"type":"result"}']])(
    '%s is none',
    (text) => {
      expect(parseResult(text)).toBeNull();
    },
  );
});

test.each([
  ['11111111-2222-3333-4444-555555555555\n', '11111111-2222-3333-4444-555555555555'],
  ['', ''],
  ['../../etc/passwd', ''],
  ['short', ''],
])('the session id in %j is "%s"', (content, id) => {
  expect(parseSessionId(content)).toBe(id);
});

test.each([
  ['1767261600 stop', 1_767_261_600_000],
  ['1767261600', 1_767_261_600_000],
  ['stop', AT],
  ['', AT],
])('the time in a marker that says %j', (content, at) => {
  expect(parseMarkerTime(content, AT)).toBe(at);
});
