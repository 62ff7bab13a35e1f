import { expect, test } from 'vitest';
import { captureCommand, listCommand, parsePanes, parseScreens } from '../../../../src/sources/sessions/panes.ts';

const ROW = '%3 0 11 1 1767261600 1767258000 1 0 0 0 dev-harb-42|claude|/tmp/harb-worktree-42';

test('a row is a session with what tmux knows of its front pane', () => {
  expect(parsePanes(`= /tmp/tmux-1000/default\n${ROW}\n`)).toEqual({
    flaws: [],
    rows: [
      {
        name: { session: 'dev-harb-42', role: 'dev', project: 'harb', issue: 42, pr: 0 },
        socket: '/tmp/tmux-1000/default',
        id: '%3',
        ended: false,
        endedAt: null,
        attached: true,
        activity: 1_767_261_600_000,
        started: 1_767_258_000_000,
        windows: 1,
        interactive: false,
        defaultShell: false,
        command: 'claude',
        folder: '/tmp/harb-worktree-42',
      },
    ],
  });
});

test.each([
  ['a session of another name', ROW.replace('dev-harb-42', 'notes')],
  ['a session of a person with a blank in its name', ROW.replace('dev-harb-42', 'dev harb 42')],
  ['a window behind', ROW.replace(' 11 ', ' 01 ')],
  ['a pane beside', ROW.replace(' 11 ', ' 10 ')],
])('%s is left out', (_, row) => {
  expect(parsePanes(`= s\n${row}\n`)).toEqual({ rows: [], flaws: [] });
});

test('numbers are whole: session 12 is not session 123', () => {
  const two = parsePanes(`= s\n${ROW.replace('-42|', '-12|')}\n${ROW.replace('-42|', '-123|')}`);
  expect(two.rows.map((row) => row.name.issue)).toEqual([12, 123]);
});

test.each([
  ['no server running on /tmp/tmux-0/default', []],
  ['error connecting to /tmp/tmux-0/default (No such file or directory)', []],
  ['error connecting to s (Connection refused)', []],
  ['error connecting to s (Permission denied)', ['tmux at s: error connecting to s (Permission denied)']],
  ['tmux is not installed', ['tmux at s: tmux is not installed']],
])('a server that says "%s"', (complaint, flaws) => {
  expect(parsePanes(`= s\n${complaint}\n`)).toEqual({ rows: [], flaws });
});

test('a server without any session says nothing, and no socket is no server', () => {
  expect(parsePanes('')).toEqual({ rows: [], flaws: [] });
});

test('the socket is the default one unless another was named', () => {
  expect(listCommand('').at(-2)).toBe('default');
  expect(listCommand('agents').at(-2)).toBe('agents');
});

test('screens are told apart by a word that no screen can know', () => {
  const { rows } = parsePanes(`= s\n${ROW}\n${ROW.replace('%3', '%4').replace('-42|', '-43|')}`);
  expect(captureCommand(rows, 'word-1').slice(-5)).toEqual(['word-1', 's', '%3', 's', '%4']);
  const screens = parseScreens('word-1 %3 s\nfirst\nword-2 %4 s\nstill first\nword-1 %4 s\nsecond\n', 'word-1');
  expect([...screens]).toEqual([
    ['%3 s', 'first\nword-2 %4 s\nstill first'],
    ['%4 s', 'second\n'],
  ]);
});
