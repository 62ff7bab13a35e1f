import { expect, test } from 'vitest';
import { parseTurn, transcriptFolder } from '../../../../src/sources/sessions/transcript.ts';

const assistant = (content: readonly object[], stop: string | null = null): string =>
  JSON.stringify({ type: 'assistant', message: { role: 'assistant', stop_reason: stop, content } });
const user = (content: unknown): string => JSON.stringify({ type: 'user', message: { role: 'user', content } });
const text = { type: 'text', text: 'Done. Shall I go on?' };
const tool = { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'rm -rf /' } };
const aside = JSON.stringify({
  type: 'assistant',
  isSidechain: true,
  message: { stop_reason: 'end_turn', content: [text] },
});

test.each([
  ['an answer that ended', [user('go'), assistant([text], 'end_turn')], 'ended'],
  ['an answer that goes on', [user('go'), assistant([text])], 'answering'],
  ['a call of a tool', [assistant([text, tool], 'tool_use')], 'tool'],
  ['a report of a tool', [assistant([tool]), user([{ type: 'tool_result' }])], 'answering'],
  ['a question just asked', [assistant([text], 'end_turn'), user('and now?')], 'answering'],
  [
    'an interruption',
    [assistant([tool]), user([{ type: 'text', text: '[Request interrupted by user for tool use]' }])],
    'ended',
  ],
  ['an interruption in plain text', [user('[Request interrupted by user]')], 'ended'],
  ['a helper that ended while the agent waits for it', [assistant([tool]), aside], 'tool'],
  [
    'what is no message behind it',
    [assistant([text], 'end_turn'), '{"type":"summary"}', '{"type":"file-history-snapshot"}'],
    'ended',
  ],
  ['half a line in front', ['content":[]}}', assistant([text], 'end_turn')], 'ended'],
  ['half a line at the end', [assistant([tool]), '{"type":"assistant","mess'], 'tool'],
])('after %s', (_, lines, turn) => {
  expect(parseTurn(`${lines.join('\n')}\n`)).toBe(turn);
});

test.each([[''], ['{"type":"summary"}'], ['no json'], ['null'], ['{"type":"assistant","isSidechain":true}']])(
  '%j tells no turn',
  (lines) => {
    expect(parseTurn(lines)).toBeNull();
  },
);

test('the folder of transcripts has a dash for whatever is neither letter nor digit', () => {
  expect(transcriptFolder('/tmp/harb-worktree-42')).toBe('-tmp-harb-worktree-42');
  expect(transcriptFolder('/home/a.b/x_y')).toBe('-home-a-b-x-y');
});
