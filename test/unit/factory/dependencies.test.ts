import { expect, test } from 'vitest';
import { parseDependencies, parseParent } from '../../../src/factory/dependencies.ts';

const text = (...lines: readonly string[]): string => lines.join('\n');

test.each<readonly [string, string, readonly number[]]>([
  ['every number under the heading', text('## Depends on', '- #12', '- #7 and #12', '', '## Notes', '#99'), [12, 7]],
  ['the other names of the heading', text('# Blocked by', '#1', '## Dependencies', '#2'), [1, 2]],
  ['in any case', text('## DEPENDS ON', '#3', '## dependencies', '#4'), [3, 4]],
  ['without a space after the signs', text('##Depends on', '#3'), [3]],
  ['a heading of any depth', text('### Depends on', '#3', '### Other', '#4'), [3]],
  ['what stands in the heading line', text('## Depends on #44', '## Dependencies: #45'), [44, 45]],
  ['a list under a deeper heading of the section', text('## Dependencies', '### Hard', '#5', '## Next', '#6'), [5]],
  ['until the next heading, though the section began higher', text('# Depends on', '#12', '## Context', '#13'), [12]],
  ['every number of a line that says so', 'This is blocked by #8 and (#9).', [8, 9]],
  ['bold words', '**Depends on:** #12, #13', [12, 13]],
  ['Windows line ends', '## Depends on\r\n#12\r\n## Notes\r\n#13', [12]],
  ['a checked box, since the state of the issue decides', text('## Depends on', '- [x] #12'), [12]],
])('it takes %s', (_, body, expected) => {
  expect(parseDependencies(body)).toEqual(expected);
});

test.each<readonly [string, string]>([
  ['what is related', text('## Related', '#12', 'blocked by #13')],
  ['what is related under a heading of dependencies', text('## Depends on', '### Related', '#12')],
  ['fenced code', text('```', '## Depends on', '#12', '```', '#13')],
  ['a fence that only a longer one ends', text('````', 'depends on #12', '```', 'depends on #13', '````')],
  ['a fence of waves, inside of which stands another', text('~~~', '```', 'depends on #12', '~~~')],
  ['an issue of another repository', 'depends on johba/harb#12'],
  ['a number that goes on in letters', 'depends on #12ab'],
  ['an address', 'depends on https://forge.example/a/b/issues/3#4'],
  ['a line that names an issue and says nothing', 'see #12'],
  ['a number that begins a line, which is no heading', text('#12', '#13')],
  ['zero', 'depends on #0'],
  ['nothing', ''],
])('it leaves out %s', (_, body) => {
  expect(parseDependencies(body)).toEqual([]);
});

test('numbers are taken whole', () => {
  expect(parseDependencies('blocked by #62 and #623')).toEqual([62, 623]);
  expect(parseDependencies('blocked by #623')).not.toContain(62);
});

test.each<readonly [string, string, number]>([
  ['the words of triage', 'Decomposed from #62 (cause 1 of 3)', 62],
  ['the mark of the filer', '<!-- decomposed-from: #623, sprint: s1, id: a -->', 623],
  ['fenced code, which says nothing', text('```', 'Decomposed from #62', '```'), 0],
  ['another word', 'undecomposed from #62', 0],
  ['no parent', 'Fixes #62', 0],
])('the parent in %s', (_, body, expected) => {
  expect(parseParent(body)).toBe(expected);
});
