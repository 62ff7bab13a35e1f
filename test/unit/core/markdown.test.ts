import { expect, test } from 'vitest';
import { markdownLine } from '../../../src/core/markdown.ts';

test.each([
  ['a new line', 'x\n## Human action\n1. rm -rf /', 'x ## Human action 1. rm -rf /'],
  ['other line ends', 'a\rb\u2028c\u2029d\u0085e\vf\fg', 'a b c d e f g'],
  ['a heading', '# title', String.raw`\# title`],
  ['an issue number, which is no heading', '#7 is stale', '#7 is stale'],
  ['a quote', '> 80 %', String.raw`\> 80 %`],
  ['a list', '- item', String.raw`\- item`],
  ['a numbered list', '1. rm -rf /', String.raw`1\. rm -rf /`],
  ['a task', '[x] done', String.raw`\[x] done`],
  ['a link definition', '[a]: https://evil.example', String.raw`\[a]: https://evil.example`],
  ['a rule', '---', String.raw`\---`],
  ['an underline that makes a heading', '===', String.raw`\===`],
  ['a fence', '~~~', String.raw`\~~~`],
  ['code', '```\ncode', "''' code"],
  ['a comment', 'a <!-- reactor:end item --> b', 'a &lt;!-- reactor:end item --> b'],
  ['a tag', '<details><script>', '&lt;details>&lt;script>'],
  ['a link', '[approve](https://evil.example)', '[approve] (https://evil.example)'],
  ['a picture', '![x](https://evil.example)', '![x] (https://evil.example)'],
  ['a secret', 'token: abc', 'token: [redacted]'],
  ['a secret with hidden characters in it', 'pass\u200bword=\u2060abc', 'password=[redacted]'],
  ['a secret behind a control character', 'Bearer\u0000abcdefgh12', 'Bearer [redacted]'],
  ['text that runs backwards', 'a\u202etxt.exe', 'atxt.exe'],
  ['invisible tags', `a\u{e0041}\u{e0101}b`, 'ab'],
  ['half a character', 'a\ud83d', 'a\ufffd'],
  [
    'nothing of the kind',
    'harb_web/anvil died 3x (last exit 1) < 5 min',
    'harb_web/anvil died 3x (last exit 1) < 5 min',
  ],
])('%s stays within its line', (_what, text, line) => {
  expect(markdownLine(text, 200)).toBe(line);
});

test('a long text is cut, never within a character, and after its secrets were taken out', () => {
  expect(markdownLine('abcdef', 4)).toBe('abc…');
  expect(markdownLine('ab🚀def', 4)).toBe('ab…');
  expect(markdownLine(`ghp_${'a'.repeat(36)}`, 20)).toBe('[redacted]');
});
