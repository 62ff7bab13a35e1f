/** The temporal block of a rule, and the expressions around it. */

import type { Condition, Path, Predicate } from '../core/rule.ts';
import { parseDuration } from '../core/duration.ts';
import { HOUR, type Millis } from '../core/time.ts';
import type { Desk } from './desk.ts';
import type { RuleDoc } from './shape.ts';

/** A match without a temporal block is over after so long, when the rule does not say. */
const DEFAULT_TTL: Millis = HOUR;
/** Silence lasts so long before `missing` applies: the outage that a hold without `since` survives. */
const DEFAULT_MISSING_AFTER: Millis = HOUR;

const BLOCKS = ['hold', 'count', 'absence', 'sequence'] as const;
type Block = (typeof BLOCKS)[number];

export interface Decision {
  readonly when: Predicate | null;
  readonly clear: Predicate | null;
  readonly condition: Condition;
}

/** When a rule fires and when it is over. */
export function toDecision(doc: RuleDoc, desk: Desk): Decision {
  const blocks = BLOCKS.filter((name) => doc[name] !== undefined);
  const [block, another] = blocks;
  if (another !== undefined) {
    desk.fault([another], {
      message: `a rule has one temporal block, and ${block} is there already.`,
      hint: 'two rules',
    });
  }
  checkCompany(doc, block, desk);
  return {
    when: desk.optional(doc.when, ['when']),
    clear: desk.optional(doc.clear, ['clear']),
    condition: toCondition(doc, desk),
  };
}

/** What must and must not stand beside a block. */
function checkCompany(doc: RuleDoc, block: Block | undefined, desk: Desk): void {
  if (block === 'absence' || block === 'sequence') {
    if (doc.when !== undefined) refuse('when', block, `the condition inside ${INSIDE[block]}`, desk);
  } else if (doc.when === undefined) {
    desk.fault(['when'], { message: 'is missing.', hint: "when = 'e.<field> == …'" });
  }
  if (block === undefined) return;
  if (doc.clear !== undefined && block !== 'hold') refuse('clear', block, CLEARED_BY[block], desk);
  if (doc.ttl !== undefined) refuse('ttl', block, CLEARED_BY[block], desk);
}

function refuse(key: string, block: Block, hint: string, desk: Desk): void {
  desk.fault([key], { message: `does not go with ${block}.`, hint });
}

const INSIDE = { absence: 'absence.start', sequence: 'sequence.steps' } as const;

const CLEARED_BY: Readonly<Record<Block, string>> = {
  hold: 'clear, and hold.clear_for',
  count: 'count.clear_after',
  absence: 'absence.expect, absence.cancel, absence.ttl',
  sequence: 'sequence.ttl',
};

function toCondition(doc: RuleDoc, desk: Desk): Condition {
  if (doc.hold !== undefined) return toHold(doc.hold, desk);
  if (doc.count !== undefined) return toCount(doc.count, desk);
  if (doc.absence !== undefined) return toAbsence(doc.absence, desk);
  if (doc.sequence !== undefined) return toSequence(doc.sequence, desk);
  return { type: 'match', ttl: positive(doc.ttl, ['ttl'], desk) ?? DEFAULT_TTL };
}

function toHold(doc: NonNullable<RuleDoc['hold']>, desk: Desk): Condition {
  return {
    type: 'hold',
    for: span(doc.for) ?? 0,
    since: doc.since === undefined ? null : timePath(doc.since, desk),
    clearFor: span(doc.clear_for) ?? 0,
    missing: doc.missing ?? 'keep',
    missingAfter: positive(doc.missing_after, ['hold', 'missing_after'], desk) ?? DEFAULT_MISSING_AFTER,
  };
}

function timePath(source: string, desk: Desk): Path {
  const { path, type } = desk.path(source, ['hold', 'since']);
  if (type !== 'time' && path.source !== '') {
    const times = [...desk.names.union.fields].flatMap(([name, field]) => (field.type === 'time' ? [`e.${name}`] : []));
    const hint = times.length === 0 ? 'nothing: these kinds have no time' : `one of ${times.join(', ')}`;
    desk.fault(['hold', 'since'], { message: `${source} is not a time.`, hint });
  }
  return path;
}

function toCount(doc: NonNullable<RuleDoc['count']>, desk: Desk): Condition {
  const within = positive(doc.within, ['count', 'within'], desk) ?? 0;
  return {
    type: 'count',
    n: doc.n,
    within,
    distinct: doc.distinct === undefined ? null : desk.path(doc.distinct, ['count', 'distinct']).path,
    clearAfter: positive(doc.clear_after, ['count', 'clear_after'], desk) ?? within,
  };
}

function toAbsence(doc: NonNullable<RuleDoc['absence']>, desk: Desk): Condition {
  return {
    type: 'absence',
    start: desk.predicate(doc.start, ['absence', 'start']),
    expect: desk.predicate(doc.expect, ['absence', 'expect']),
    cancel: desk.optional(doc.cancel, ['absence', 'cancel']),
    within: positive(doc.within, ['absence', 'within'], desk) ?? 0,
    rearm: doc.rearm ?? false,
    ttl: positive(doc.ttl, ['absence', 'ttl'], desk),
  };
}

function toSequence(doc: NonNullable<RuleDoc['sequence']>, desk: Desk): Condition {
  return {
    type: 'sequence',
    steps: doc.steps.map((step, i) => desk.predicate(step, ['sequence', 'steps', i])),
    within: positive(doc.within, ['sequence', 'within'], desk) ?? 0,
    ttl: positive(doc.ttl, ['sequence', 'ttl'], desk) ?? DEFAULT_TTL,
  };
}

function span(text: string | undefined): Millis | null {
  return text === undefined ? null : parseDuration(text);
}

function positive(text: string | undefined, at: readonly string[], desk: Desk): Millis | null {
  const ms = span(text);
  if (ms === 0) desk.fault(at, { message: 'is no time at all.', hint: 'more than 0s' });
  return ms;
}
