import { describe, expect, test } from 'vitest';
import { parseLogLine, parseLogName, signalOf, summarize } from '../../../../src/sources/work/log-lines.ts';

const AT = Date.UTC(2026, 0, 1, 10, 0, 0);
const line = (minute: number, text: string): string =>
  `[2026-01-01 10:${String(minute).padStart(2, '0')}:00 UTC] ${text}`;
const at = (minute: number): number => AT + minute * 60_000;

describe('a line', () => {
  test.each([
    ['[2026-01-01 10:00:00 UTC] poll: no ready issues', { at: AT, text: 'poll: no ready issues' }],
    ['[2026-01-01T10:00:00Z] supervisor: started', { at: AT, text: 'supervisor: started' }],
    ['[2026-01-01 10:00:00 UTC]', { at: AT, text: '' }],
  ])('%s is read', (text, read) => {
    expect(parseLogLine(text)).toEqual(read);
  });

  test.each([
    'no time',
    '[2026-01-01 10:00:00] x',
    '[2026-01-01 10:00:00 CET] x',
    '[2026-01-01T10:00:00] x',
    '[2026-02-30T10:00:00Z] x',
    '[2026-01-01 25:00:00 UTC] x',
    '  [2026-01-01T10:00:00Z] x',
    '01T10:00:00Z] supervisor: x',
  ])('%s has no time', (text) => {
    expect(parseLogLine(text)).toBeNull();
  });

  test.each([
    ['poll: no ready issues (all blocked by unmerged deps)', 'no_ready_issues'],
    ['poll: agent running (PID 812)', 'agent_running'],
    ['SKIP: only 1200MB available (need 2000MB)', 'skipped_memory'],
    ['--- Supervisor run start ---', 'run_started'],
    ['supervisor: --- Supervisor run start ---', 'run_started'],
    ['--- Planner run done ---', 'run_done'],
    ['poll: launching dev-agent for #42', 'run_started'],
    ['the run started well', null],
    ['poll: checking PR #7', null],
  ])('"%s" signals %s', (text, signal) => {
    expect(signalOf(text)).toBe(signal);
  });
});

describe('the end of a log', () => {
  test('says when it last spoke, what was last of note, and when runs began and ended', () => {
    const tail = [
      'half a line] --- Supervisor run start ---',
      line(0, '--- Supervisor run start ---'),
      line(4, '--- Supervisor run done ---'),
      line(20, 'SKIP: only 900MB available (need 2000MB)'),
      line(21, 'nothing of note'),
      'Traceback without a time',
    ];
    expect(summarize(`${tail.join('\n')}\n`)).toEqual({
      lastLineAt: at(21),
      signal: 'skipped_memory',
      signalAt: at(20),
      noReadyPolls: 0,
      lastRunAt: at(0),
      lastDoneAt: at(4),
      skippedMemoryAt: at(20),
    });
  });

  test('an empty log says nothing', () => {
    expect(summarize('')).toMatchObject({ lastLineAt: null, signal: '', noReadyPolls: 0 });
  });

  const NONE = 'poll: no ready issues (all blocked by unmerged deps)';
  test.each([
    ['six in a row', [NONE, NONE, NONE, NONE, NONE, NONE], 6],
    ['a run in between', [NONE, 'poll: launching dev-agent for #42', NONE, NONE], 2],
    ['an agent that runs', [NONE, NONE, 'poll: agent running (PID 5)'], 0],
    ['another poll in between', [NONE, 'poll: found ready issue #7', NONE], 1],
    ['a remark in between', [NONE, 'rate limit is fine', NONE], 2],
    ['a skipped run in between', [NONE, 'SKIP: only 10MB available', NONE], 1],
  ])('%s', (_, texts, polls) => {
    const tail = texts.map((text, i) => line(i, text)).join('\n');
    expect(summarize(tail).noReadyPolls).toBe(polls);
  });
});

test.each([
  ['dev', 'dev-agent.log', { agent: 'dev', project: '' }],
  ['dev', 'dev-agent-app-2.log', { agent: 'dev', project: 'app-2' }],
  ['review', 'review.log', { agent: 'review', project: '' }],
  ['supervisor', 'supervisor.log', { agent: 'supervisor', project: '' }],
  ['', 'dev-poll.log', { agent: 'dev', project: '' }],
  ['', 'gardener.log', { agent: 'gardener', project: '' }],
  ['', 'agent-entrypoint.log', null],
  ['dev', 'dev-agent.log.old', null],
  ['dev', 'ci-fixes-harb.json', null],
  ['node_modules', 'x.log', null],
])('%s/%s is the log of %j', (folder, name, of) => {
  expect(parseLogName(folder, name)).toEqual(of);
});
