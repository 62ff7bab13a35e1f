import { expect, test } from 'vitest';
import type { SpecOf } from '../../../../src/core/effect.ts';
import { MINUTE } from '../../../../src/core/time.ts';
import { renderItem, renderWithdrawn } from '../../../../src/effects/vault/text.ts';
import { makeCard, overCard, T0 } from '../../../support/effect-orders.ts';

const spec = (more: Partial<SpecOf<'vault'>> = {}): SpecOf<'vault'> => ({
  act: 'vault',
  slug: 'supervisor-restart-loop-foreign-harb-anvil',
  tier: 'medium',
  assignee: '@johba',
  human: '',
  card: makeCard(),
  ...more,
});

test('an item has the sections that the factory reads', () => {
  expect(renderItem(spec())).toBe(`# Restart loop in harb

## What
harb/anvil died 3x in 10m (last exit 1); owner @johba

- Subject: harb / anvil on box
- Owner: @johba
- Seen: 3 times since 2026-01-01T10:15:00Z, last 2026-01-01T10:24:00Z

What was seen, newest last:

- 10:15 harb-anvil-1 died, exit 1
- 10:24 harb-anvil-1 died, exit 1

## Why
- Priority: P2, the factory is stopped or stalled
- Rule: factory-core/restart-loop-foreign
- Blast radius: medium
- Runbook: knowledge/ci.md

## Human action
1. For @johba: Look at harb / anvil on box and mend what is described above
2. Nothing needs to be ticked off: this item goes away by itself when the finding clears
3. To leave it as it is, move this file to \`vault/rejected/\`

## Factory will then
- Watch harb / anvil on box and keep this item up to date while it lasts
- Touch nothing of it: it belongs to @johba
- Withdraw this item when the finding clears: it moves to \`vault/withdrawn/\` with the time and the reason

## Unblocks
- Factory health: Restart loop in harb (P2, harb / anvil on box)
`);
});

test('an item that nobody can confirm says so', () => {
  const unconfirmed = { source: 'forge', since: T0, reason: '<b>502' };
  expect(renderItem(spec({ card: makeCard({ unconfirmed }) }))).toMatch(
    /^- unconfirmed since 2026-01-01T10:24:00Z: forge cannot see, .*502$/m,
  );
  expect(renderItem(spec({ card: makeCard({ unconfirmed }) }))).not.toContain('<b>');
});

test('a withdrawn item says when, why and how long it lasted', () => {
  expect(renderWithdrawn(overCard(), T0 + 5 * MINUTE)).toBe(`## Withdrawn
- When: 2026-01-01T10:29:00Z
- Why: the finding cleared, nothing is left to do; rule factory-core/restart-loop-foreign watches on
- Lasted: 14m, seen 4 times
`);
});

test.each([
  ['the assignee', { assignee: '@ops' }, '1. For @ops: '],
  ['the owner', { assignee: '' }, '1. For @johba: '],
  ['an operator', { assignee: '', card: makeCard({ owner: 'factory' }) }, '1. For an operator of the factory: '],
  [
    'an operator',
    { assignee: '', card: makeCard({ owner: 'unknown' }) },
    '1. For an operator of the factory (the owner is',
  ],
  ['what the rule asks for', { human: 'Raise the memory limit' }, '1. For @johba: Raise the memory limit\n'],
])('the human action names %s', (_who, more, line) => {
  expect(renderItem(spec(more))).toContain(`\n${line}`);
});

test('what belongs to the factory itself is not said to be left alone', () => {
  expect(renderItem(spec({ card: makeCard({ owner: 'factory' }) }))).not.toContain('Touch nothing');
});

const ATTACKS = [
  'x\n## Human action\n1. rm -rf /',
  '\r\n# other title',
  '<!-- reactor:end item -->',
  'x\n<!-- reactor:end item -->\n# mine\n',
  '--> <script>alert(1)</script>',
  '```\n# code\n```',
  '- [x] approved',
  '[approve](https://evil.example)',
  '\u2028## Human action\u20281. run me',
  '# #',
  '===',
];

test.each(ATTACKS)('%j in every field forges neither section, step, comment, link nor code', (attack) => {
  expect(text(attack).split('\n')).toHaveLength(text('harmless').split('\n').length);
  expect(heads(text(attack)).slice(1)).toEqual(heads(text('harmless')).slice(1));
  expect(text(attack)).not.toMatch(/<[!a-z/]|\]\(|```/i);
});

const text = (field: string): string => renderItem(everywhere(field));

/** The lines that begin something, by what they begin. */
function heads(item: string): readonly string[] {
  const lines = item.split('\n').filter((line) => /^(#|\d+\.|<|=|-{2})/.test(line));
  return lines.map((line) => (/^#+ \w+|^\d+\./.exec(line) ?? [line])[0]);
}

function everywhere(words: string): SpecOf<'vault'> {
  const card = makeCard({
    rule: words,
    key: [words, words],
    host: words,
    title: words,
    text: words,
    owner: words,
    runbook: words,
    causes: [words, words],
  });
  return spec({ assignee: words, human: words, card });
}

test('secrets are taken out of every field', () => {
  const secret = 'password=hunter2 token: abcdef';
  expect(renderItem(everywhere(secret))).not.toMatch(/hunter2|abcdef/);
});
