/** What a file of rule tests may say, key by key. */

import { TomlDate } from 'smol-toml';
import * as z from 'zod';
import { EVENT_KINDS } from '../core/catalog/catalog.ts';
import { ACTS } from '../core/rule.ts';
import { NOT_A_DATE, NOT_A_SPAN, SPAN } from './shape.ts';

export const NOT_A_JUMP = 'is not a jump of the clock';

const span = z.string().regex(SPAN, NOT_A_SPAN);
const key = z.array(z.union([z.string(), z.number()]));

const step = z.strictObject({
  at: span,
  emit: z.enum(EVENT_KINDS).optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  late: span.optional(),
  expect: z.enum(['none', 'pending', 'firing', 'resolved', 'flapping']).optional(),
  acts: z.array(z.enum(ACTS)).optional(),
  key: key.optional(),
  restart: z.literal(true).optional(),
  gap: z.string().min(1).optional(),
  for: span.optional(),
  clock: z
    .string()
    .regex(new RegExp(`^[+-]${SPAN.source.slice(1)}`), NOT_A_JUMP)
    .optional(),
  silence: span.optional(),
  ack: z.literal(true).optional(),
  reload: z.union([z.literal(true), z.array(z.string()).min(1)]).optional(),
  replay: z.string().min(1).optional(),
});

export const testFile = z.strictObject({
  schema: z.literal(1),
  packs: z.array(z.string()).min(1),
  start: z.date(NOT_A_DATE).refine((value) => !(value instanceof TomlDate && value.isLocal()), NOT_A_DATE),
  case: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        rule: z.string().min(1),
        given: z.record(z.string(), z.unknown()).optional(),
        steps: z.array(step).min(1),
      }),
    )
    .min(1),
});

export type CaseDoc = z.infer<typeof testFile>['case'][number];
export type TestStepDoc = z.infer<typeof step>;
