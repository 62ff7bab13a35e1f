/** What a file of rules may say, key by key. The checks of the loader and the completion of editors are made from it. */

import { TomlDate } from 'smol-toml';
import * as z from 'zod';
import { EVENT_KINDS } from '../core/catalog/catalog.ts';
import { PRIORITIES } from '../core/finding.ts';
import { NUDGE_LINES } from '../core/nudge-lines.ts';
import { TIERS } from '../core/rule.ts';

/** Messages that the shape gives; hints.ts says what to write instead. */
export const NOT_A_SPAN = 'is not a span of time';
export const NOT_AN_ID = 'is not an id';
export const NOT_A_NAME = 'is not a name';
export const NOT_A_DATE = 'is not a date with a time and an offset';

/** A span as core/duration.ts reads it; here as a pattern, for editors. */
export const SPAN = /^(?=\d)(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/;

const span = z.string().regex(SPAN, NOT_A_SPAN).describe('a span of time, such as 30s, 9m30s, 24h, 7d');
const id = z.string().regex(/^[a-z][a-z0-9-]*$/, NOT_AN_ID);
const name = z.string().regex(/^[a-z_][a-z0-9_]*$/, NOT_A_NAME);
const cel = z.string().min(1).describe('CEL over e, event, vars, f, now, macro');
const path = z.string().describe('e.<field>, or event.source, event.subject, event.host, event.kind');
const template = z
  .string()
  .describe('text with {{path}}, {{path | mb}}, {{path | ago}}, {{path | short}}, {{path | known}}');
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const date = z
  .date(NOT_A_DATE)
  .refine((value) => !(value instanceof TomlDate && value.isLocal()), NOT_A_DATE)
  .meta({ type: 'string', format: 'date-time' });

const timing = {
  after: span.optional().describe('wait so long after firing; dropped when the finding resolves meanwhile'),
  if: cel.optional(),
  max: z.number().int().min(1).optional().describe('at most so many times a firing'),
  every: span.optional().describe('again so long after the last time'),
};

const tier = z.enum(TIERS);

export const step = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('notify'), to: template.optional().describe('room; default ops'), ...timing }),
  z.strictObject({
    act: z.literal('vault'),
    tier: tier.optional().describe('default medium'),
    assignee: template.optional(),
    human: template.optional().describe('what a person should do'),
    name: template.optional().describe('file name of the item, without .md; default supervisor-<rule>-<key>'),
    ...timing,
  }),
  z.strictObject({
    act: z.literal('nudge'),
    session: template.describe('tmux session; facts only, no words that people chose'),
    template: z.enum(Object.keys(NUDGE_LINES)).describe('name of the fixed line'),
    ...timing,
  }),
  z.strictObject({ act: z.literal('journal'), ...timing }),
  z.strictObject({ act: z.literal('incident'), ...timing }),
]);

const hold = z.strictObject({
  for: span,
  since: path.optional().describe('a time field: the hold is counted from there, whatever happened to the reactor'),
  clear_for: span.optional().describe('must be clear for so long before it resolves; default 0s'),
  missing: z.enum(['keep', 'clear', 'fire']).optional().describe('when nothing is heard any more; default keep'),
  missing_after: span.optional().describe('how long silence lasts before `missing` applies; default 1h'),
});

const count = z.strictObject({
  n: z.number().int().min(1).max(64),
  within: span,
  distinct: path.optional().describe('count different values of this'),
  clear_after: span.optional().describe('over when so long passed without another; default: within'),
});

const absence = z.strictObject({
  start: cel,
  expect: cel,
  cancel: cel.optional(),
  within: span,
  rearm: z.boolean().optional().describe('a repeated start begins anew; default false'),
  ttl: span.optional().describe('resolves after so long at the latest'),
});

const sequence = z.strictObject({
  steps: z.array(cel).min(2).max(8),
  within: span,
  ttl: span.optional().describe('default 1h'),
});

export const rule = z.strictObject({
  id,
  title: template,
  priority: z.enum(PRIORITIES),
  on: z.array(z.enum(EVENT_KINDS)).min(1),
  key: z.array(path).optional().describe('one finding for each value; default: one finding in all'),
  when: cel.optional(),
  clear: cel.optional().describe('default: the opposite of when'),
  hold: hold.optional(),
  count: count.optional(),
  absence: absence.optional(),
  sequence: sequence.optional(),
  ttl: span.optional().describe('without a temporal block: resolves after so long; default 1h'),
  text: template,
  do: z.array(step).min(1),
  inhibited_by: z.array(z.strictObject({ rule: z.string(), equal: z.array(path).optional() })).optional(),
  repeat: z
    .union([span, z.literal('never')])
    .optional()
    .describe('said again so long after the last time'),
  mode: z.enum(['live', 'shadow', 'off']).optional().describe('default live'),
  owner: z.string().optional().describe('default: owner of the pack'),
  runbook: z.string().optional(),
});

export const exception = z.strictObject({
  rule: z.string().describe('id, or pack/id for a rule of another pack'),
  if: cel,
  reason: z.string().min(1),
  until: date,
  by: z.string().optional(),
});

/** One file of rules. */
export const pack = z.strictObject({
  schema: z.literal(1),
  pack: z.strictObject({ id, owner: z.string().min(1) }),
  vars: z.record(name, scalar).optional(),
  macros: z.record(name, cel).optional(),
  rule: z.array(rule).optional(),
  exception: z.array(exception).optional(),
});

/** The same, with rules and exceptions still to be looked at one by one, so that one mistake does not hide the others. */
export const shell = pack.extend({ rule: z.array(z.unknown()).optional(), exception: z.array(z.unknown()).optional() });

export type RuleDoc = z.infer<typeof rule>;
export type StepDoc = z.infer<typeof step>;
export type ExceptionDoc = z.infer<typeof exception>;
