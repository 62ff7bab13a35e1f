import { expect, test } from 'vitest';
import type { EffectOrder } from '../../../src/core/effect.ts';
import { toEvent, type AnyEvent } from '../../../src/core/event.ts';
import { isOpen } from '../../../src/core/finding.ts';
import type { Condition, Rule, Step } from '../../../src/core/rule.ts';
import { HOUR, MINUTE, SECOND, toIso, type Instant } from '../../../src/core/time.ts';
import { START } from '../../support/drive.ts';
import { openLives, type Lives } from '../../support/lives.ts';
import { makeRule, notify, path, predicate, step, vault } from '../../support/make-rule.ts';
import { seededRandom, type Random } from '../../support/random.ts';

const STORIES = 60;
const EVENTS = 80;
const MODES = ['live', 'live', 'live', 'shadow'] as const;
const SUBJECTS = ['a', 'b', 'c'];
const WORDS = ['bad', 'fine', 'start', 'end', 'pushed'];

const says = (word: string) => predicate(word, (data) => data['top_rss'] === word);
const pick = <T>(random: Random, items: readonly T[]): T => {
  const item = items[random.between(0, items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};
const span = (random: Random): number => pick(random, [0, 20 * SECOND, MINUTE, 5 * MINUTE, 20 * MINUTE, 2 * HOUR]);

function conditionOf(random: Random): Condition {
  const within = span(random) + MINUTE;
  const ttl = span(random) + MINUTE;
  switch (random.between(0, 5)) {
    case 0:
      return { type: 'match', ttl };
    case 1:
      return { type: 'count', n: random.between(2, 4), within, distinct: null, clearAfter: ttl };
    case 2:
      return {
        type: 'absence',
        start: says('start'),
        expect: says('end'),
        cancel: pick(random, [null, says('pushed')]),
        within,
        rearm: random.next() < 0.5,
        ttl: pick(random, [null, ttl]),
      };
    case 3:
      return { type: 'sequence', steps: [says('start'), says('bad'), says('end')], within, ttl };
    default: {
      const since = pick(random, [null, path('swap_since')]);
      const missing = pick(random, ['keep', 'clear', 'fire'] as const);
      return { type: 'hold', for: span(random), since, clearFor: span(random), missing, missingAfter: within };
    }
  }
}

function stepsOf(random: Random): readonly Step[] {
  const more = (): Partial<Step> => ({
    after: pick(random, [0, 0, span(random)]),
    every: pick(random, [null, 10 * MINUTE]),
    max: pick(random, [2, Number.POSITIVE_INFINITY]),
  });
  return [step(0, notify, more()), step(1, { act: 'journal' }), step(2, vault, more())];
}

function ruleOf(random: Random, name: string, others: readonly string[]): Rule {
  const condition = conditionOf(random);
  return makeRule({
    name,
    condition,
    when: condition.type === 'absence' || condition.type === 'sequence' ? null : says('bad'),
    clear: pick(random, [null, says('fine')]),
    key: pick(random, [['host'], ['mount']]),
    mode: pick(random, MODES),
    priority: pick(random, ['P0', 'P2', 'P3'] as const),
    repeat: pick(random, [null, 30 * MINUTE]),
    inhibitedBy: others.length > 0 && random.next() < 0.3 ? [{ rule: `test/${pick(random, others)}`, equal: [] }] : [],
    steps: stepsOf(random),
  });
}

/** What happens at one moment of a story. */
interface Moment {
  readonly at: Instant;
  readonly event: AnyEvent;
  readonly restarts: 'no' | 'before' | 'undecided';
}

function story(random: Random): readonly Moment[] {
  let second = START;
  return Array.from({ length: EVENTS }, (_, i) => {
    second += pick(random, [0, SECOND, 20 * SECOND, MINUTE, 10 * MINUTE, 40 * MINUTE]);
    // Spans are whole seconds: what comes due by one event never does at the very moment of another.
    const now = second + i;
    const restarts = pick(random, ['no', 'no', 'no', 'before', 'undecided'] as const);
    return { at: now, event: eventOf(random, `e${i}`, now), restarts };
  });
}

function eventOf(random: Random, id: string, now: Instant): AnyEvent {
  const late = random.next() < 0.1 ? random.between(0, 30) * MINUTE : 0;
  const head = { id, source: 'test://box', subject: pick(random, SUBJECTS), time: now - late, host: 'box' };
  if (random.next() < 0.06) {
    const data = { verb: 'silence', args: [pick(random, ['*', 'r0', 'r1']), '15m'], from: '@op' };
    return { ...toEvent('operator.command', head, data), received: now };
  }
  const swap_since = random.next() < 0.5 ? '' : toIso(now - random.between(0, 60) * MINUTE);
  const data = { top_rss: pick(random, WORDS), mount: head.subject, swap_since };
  return {
    ...toEvent('host.memory', head, {}),
    data: { ...toEvent('host.memory', head, {}).data, ...data },
    received: now,
  } as AnyEvent;
}

function tell(rules: readonly Rule[], moments: readonly Moment[], isMortal: boolean): Lives {
  const lives = openLives(rules, START);
  for (const { at, event, restarts } of moments) {
    if (isMortal && restarts === 'before') lives.restart(at);
    if (isMortal && restarts === 'undecided') lives.restart(at, { undecided: event });
    else lives.take(event);
  }
  lives.pass(START + 72 * HOUR);
  return lives;
}

const lineOf = ({ id, rule, phase, spec, decidedAt }: EffectOrder): string =>
  `${toIso(decidedAt)} ${rule} ${spec.act} ${phase} ${id}`;

/** What is due at the very moment at which its finding ends may be said or not: after a restart only what is still true is. */
function said({ orders }: Lives): readonly string[] {
  const all = [...orders.values()];
  const ends = new Map(all.filter(({ phase }) => phase === 'resolve').map((order) => [order.thread, order.decidedAt]));
  const before = all.filter(({ thread, decidedAt }) => decidedAt !== ends.get(thread));
  const told = new Set(before.map(({ thread }) => thread));
  const after = all.filter(({ thread, phase }) => phase === 'resolve' && told.has(thread));
  return [...before, ...after].map(lineOf).toSorted();
}

/** Gates say how many others were told at the same moment, and of what has ended what held it last: both depend on the order within the moment. */
const found = ({ ledger }: Lives): readonly object[] =>
  [...ledger.values()]
    .map((finding) => ({ ...finding, gates: [], ...(isOpen(finding) ? {} : { inhibitedBy: '', silenced: false }) }))
    .toSorted((a, b) => a.fingerprint.localeCompare(b.fingerprint));

/** A second on an idle machine. */
const PATIENCE = 30_000;

test(
  'whatever happens and whenever the process dies, what is said and what is found is the same',
  { timeout: PATIENCE },
  () => {
    // The same stories each time; others by REACTOR_TEST_SEED.
    const random = seededRandom(2026);
    let orders = 0;
    for (let n = 0; n < STORIES; n += 1) {
      const names = ['r0', 'r1', 'r2', 'r3'];
      const rules = names.map((name, i) => ruleOf(random, name, names.slice(0, i)));
      const moments = story(random);
      const immortal = tell(rules, moments, false);
      const mortal = tell(rules, moments, true);
      expect(said(mortal), `story ${n}`).toEqual(said(immortal));
      expect(found(mortal), `story ${n}`).toEqual(found(immortal));
      orders += immortal.orders.size;
    }
    expect(orders).toBeGreaterThan(STORIES * 5);
  },
);
