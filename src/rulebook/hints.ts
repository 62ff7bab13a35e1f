/** What to write instead, for messages and words that a nearest name would not help with. */

import type { Hints } from './issues.ts';
import { NOT_A_DATE, NOT_A_NAME, NOT_A_SPAN, NOT_AN_ID } from './shape.ts';
import { NOT_A_JUMP } from './test-shape.ts';

const NO_REPAIRS = 'vault, notify or journal: this version repairs nothing by itself';

const COMMON: readonly (readonly [word: string, hint: string])[] = [
  [NOT_A_SPAN, 'numbers and units from large to small: 30s, 9m30s, 24h, 7d'],
  [NOT_A_DATE, '2026-01-01T00:00:00Z, without quotes'],
  ['schema?', 'schema = 1'],
];

/** Hints for files of rules. */
export const PACK_HINTS: Hints = new Map([
  ...COMMON,
  [NOT_AN_ID, 'small letters, digits and dashes: disk-high'],
  [NOT_A_NAME, 'small letters, digits and underscores: ram_floor_mb'],
  ['pack?', '[pack] with id and owner'],
  ['do[]', '[{ act = "notify", to = "ops" }]'],
  ['until?', 'until = 2026-01-01T00:00:00Z: an exception has an end'],
  ['enrich', 'nothing: this version does not enrich; write what the event says, {{e.field}}'],
  ['remediate', NO_REPAIRS],
  ['handoff', NO_REPAIRS],
  ['recipe', NO_REPAIRS],
  ['description', 'title and text'],
  ['severity', 'priority'],
  ['for', 'hold = { for = "…" }'],
  ['tier', 'tier on a vault step'],
]);

/** Hints for files of tests. */
export const TEST_HINTS: Hints = new Map([
  ...COMMON,
  [NOT_A_JUMP, '+2h or -30s'],
  ['start?', 'start = 2026-01-01T00:00:00Z'],
  ['packs?', 'packs = ["core.toml"]'],
]);
