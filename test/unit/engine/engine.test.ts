import { describe, expect, test } from 'vitest';
import { fillData } from '../../../src/core/catalog/catalog.ts';
import type { Condition } from '../../../src/core/rule.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { createEngine } from '../../../src/engine/engine.ts';
import { at, drive, START, words, type Drive } from '../../support/drive.ts';
import { makeRule, makeRulebook, notify, path, predicate, step, vault } from '../../support/make-rule.ts';

const bad = { available_mb: 0 };
const fine = { available_mb: 9000 };
const now: Condition = { type: 'hold', for: 0, since: null, clearFor: 0, missing: 'keep', missingAfter: HOUR };
const flag = (name: string) => predicate(name, (data) => data['top_rss'] === name);

const gatesOf = (story: Drive, span: string) =>
  story.engine
    .findings(at(span))
    .flatMap((finding) => finding.gates.map((answer) => `${answer.gate}: ${answer.reason}`));

test('every matching rule runs; there is no first match', () => {
  const story = drive([makeRule({ name: 'a', condition: now }), makeRule({ name: 'b', condition: now })]);
  story.emit('0s', 'host.memory', bad);
  expect(story.look('0s')).toEqual(['a:firing', 'b:firing', 'notify:fire', 'notify:fire']);
});

test('keys are apart, and so are hosts', () => {
  const story = drive([makeRule({ name: 'a', condition: now, key: ['top_rss'] })]);
  for (const top_rss of ['x', 'y', 'x']) story.emit('0s', 'host.memory', { ...bad, top_rss });
  const { findings } = story.decided('0s');
  expect(findings.map((finding) => finding.key)).toEqual([['x'], ['y']]);
  expect(new Set(findings.map((finding) => finding.fingerprint)).size).toBe(2);
});

describe('steps', () => {
  test('a step with `after` waits, and is cancelled by a resolution', () => {
    const rule = makeRule({
      name: 'a',
      condition: now,
      steps: [step(0, notify), step(1, vault, { after: 10 * MINUTE })],
    });
    const story = drive([rule]);
    story.emit('0s', 'host.memory', bad);
    expect(story.look('9m')).toEqual(['a:firing', 'notify:fire']);
    expect(story.look('10m')).toEqual(['a:firing', 'vault:fire']);
    const other = drive([rule]);
    other.emit('0s', 'host.memory', bad);
    other.emit('9m', 'host.memory', fine);
    expect(other.look('1h')).toEqual(['a:resolved', 'notify:fire', 'notify:resolve']);
  });

  test('a step with `every` and `max` comes so often and no more', () => {
    const nudge = { act: 'nudge', session: { source: 'dev-x-1', segments: [] }, template: 'pr-stale' } as const;
    const steps = [step(0, nudge, { every: 20 * MINUTE, max: 3 })];
    const story = drive([makeRule({ name: 'a', condition: now, priority: 'P4', steps })]);
    story.emit('0s', 'host.memory', bad);
    const when = ['0s', '19m', '20m', '39m', '40m', '60m', '5h'].map((span) => story.decided(span).orders.length);
    expect(when).toEqual([1, 0, 1, 0, 1, 0, 0]);
  });

  test('a step whose `if` is false is not done, and the reason is kept', () => {
    const steps = [step(0, notify, { if: predicate('f.count > 5', () => false) })];
    const story = drive([makeRule({ name: 'a', condition: now, steps })]);
    story.emit('0s', 'host.memory', bad);
    expect(story.look('1m')).toEqual(['a:firing']);
    expect(gatesOf(story, '1m')).toEqual(['policy: if is false: f.count > 5']);
  });

  test('what lasts is said again after `repeat`, in the same thread', () => {
    const story = drive([makeRule({ name: 'a', condition: now, repeat: 4 * HOUR })]);
    story.emit('0s', 'host.memory', bad);
    const [first] = story.decided('3h').orders;
    const [again] = story.decided('4h').orders;
    expect(again?.phase).toBe('fire');
    expect(again?.thread).toBe(first?.thread);
    expect(again?.id).not.toBe(first?.id);
  });

  test('a value that may not be typed refuses the nudge, with its reason', () => {
    const nudge = { act: 'nudge', session: { source: 'x', segments: [] }, template: 'pr-stale' } as const;
    const rule = makeRule({ name: 'a', condition: now, steps: [step(0, nudge)] });
    const refusing = {
      ...rule,
      renderSafe: () => {
        throw new Error('"a b" is not a safe token');
      },
    };
    const story = drive([refusing]);
    story.emit('0s', 'host.memory', bad);
    expect(story.look('1m')).toEqual(['a:firing']);
    expect(gatesOf(story, '1m')).toEqual(['policy: "a b" is not a safe token']);
  });
});

describe('gates', () => {
  test('a finding that another explains waits, and speaks when the other is over', () => {
    const cause = makeRule({ name: 'cause', condition: now, when: flag('cause'), clear: flag('over') });
    const effect = makeRule({
      name: 'effect',
      condition: now,
      when: predicate('e', (data) => data['top_rss'] !== ''),
      clear: flag('never'),
      inhibitedBy: [{ rule: 'test/cause', equal: [path('host')] }],
    });
    const story = drive([effect, cause]);
    story.emit('0s', 'host.memory', { top_rss: 'cause' });
    expect(story.look('0s')).toEqual(['effect:firing', 'cause:firing', 'notify:fire']);
    expect(story.engine.findings(at('0s')).map((finding) => finding.inhibitedBy)).toEqual(['test/cause', '']);
    story.emit('5m', 'host.memory', { top_rss: 'over' });
    const orders = story.decided('5m').orders.map((order) => `${order.rule} ${order.phase}`);
    expect(orders).toEqual(['test/cause resolve', 'test/effect fire']);
  });

  test('a silence holds what is new, ends by itself, and never holds a resolution', () => {
    const story = drive([makeRule({ name: 'a', condition: now, key: ['top_rss'] })]);
    story.emit('0s', 'host.memory', { ...bad, top_rss: 'x' });
    story.look('0s');
    story.emit('1m', 'operator.command', { verb: 'silence', args: ['a', '1h'], from: '@op' });
    story.emit('2m', 'host.memory', { ...bad, top_rss: 'y' });
    expect(story.look('2m')).toEqual(['a:firing']);
    expect(gatesOf(story, '2m').at(-1)).toMatch(/^silence: silenced by @op until/);
    story.emit('3m', 'host.memory', { ...fine, top_rss: 'x' });
    expect(story.look('3m')).toEqual(['a:resolved', 'notify:resolve']);
    expect(story.look('61m')).toEqual(['a:firing', 'notify:fire']);
  });

  test('an acknowledged finding is not said again, but its end is', () => {
    const story = drive([makeRule({ name: 'a', condition: now, repeat: HOUR })]);
    story.emit('0s', 'host.memory', bad);
    const [finding] = story.decided('0s').findings;
    story.emit('1m', 'operator.command', { verb: 'ack', finding: finding?.fingerprint ?? '', from: '@op' });
    expect(story.look('3h').filter((word) => word.startsWith('notify'))).toEqual([]);
    story.emit('3h', 'host.memory', fine);
    expect(story.look('3h')).toEqual(['a:resolved', 'notify:resolve']);
  });

  test('it takes four turns in an hour to be flapping, which is one state with one message', () => {
    const story = drive([makeRule({ name: 'a', condition: now })]);
    const said: string[] = [];
    for (let minute = 0; minute < 40; minute += 2) {
      story.emit(`${minute}m`, 'host.memory', bad);
      story.emit(`${minute + 1}m`, 'host.memory', fine);
      said.push(...story.look(`${minute + 1}m`).filter((word) => word.startsWith('notify')));
    }
    expect(said).toEqual(['notify:fire', 'notify:resolve', 'notify:fire', 'notify:resolve', 'notify:fire']);
    expect(story.engine.findings(at('40m')).map((finding) => finding.state)).toEqual(['flapping']);
    expect(story.look('90m').filter((word) => word.includes('resolve'))).toEqual([]);
    expect(story.look('48h').filter((word) => word.includes('resolve'))).toEqual(['a:resolved', 'notify:resolve']);
  });

  test('more than ten new findings of a rule in a minute are announced later, none is lost', () => {
    const story = drive([makeRule({ name: 'a', condition: now, key: ['top_rss'], repeat: 24 * HOUR })]);
    for (let i = 0; i < 25; i++) story.emit('0s', 'host.memory', { ...bad, top_rss: `k${i}` });
    const perMinute = ['1s', '61s', '121s', '10m'].map((span) => story.decided(span).orders.length);
    expect(perMinute).toEqual([10, 10, 5, 0]);
  });

  test('P0 has no budget', () => {
    const story = drive([makeRule({ name: 'a', condition: now, key: ['top_rss'], priority: 'P0' })]);
    for (let i = 0; i < 25; i++) story.emit('0s', 'host.memory', { ...bad, top_rss: `k${i}` });
    expect(story.decided('1s').orders).toHaveLength(25);
  });

  test('a rule in shadow decides everything and does nothing', () => {
    const story = drive([makeRule({ name: 'a', condition: now, mode: 'shadow' })]);
    story.emit('0s', 'host.memory', bad);
    expect(story.look('1h')).toEqual(['a:firing']);
    expect(gatesOf(story, '1h')).toContain('policy: shadow: would have done notify');
  });

  test('an exception holds until its date', () => {
    const exception = { if: flag('x'), reason: 'known', until: at('1h'), by: '@op' };
    const story = drive([makeRule({ name: 'a', condition: now, exceptions: [exception] })]);
    story.emit('59m', 'host.memory', { ...bad, top_rss: 'x' });
    expect(story.look('59m')).toEqual([]);
    story.emit('60m', 'host.memory', { ...bad, top_rss: 'x' });
    expect(story.look('60m')).toEqual(['a:firing', 'notify:fire']);
  });
});

describe('a rule that throws', () => {
  test('is reported once, stops no other, and is switched off after twenty errors', () => {
    const broken = makeRule({
      name: 'broken',
      condition: now,
      when: predicate('x', () => {
        throw new Error('No such key: foo');
      }),
    });
    const story = drive([broken, makeRule({ name: 'fine', condition: now })]);
    for (let i = 0; i < 30; i++) story.emit('0s', 'host.memory', bad);
    const { reports, findings } = story.decided('0s');
    expect(reports.map((report) => report.reason)).toEqual([
      'No such key: foo',
      'switched off after 20 errors: No such key: foo',
    ]);
    expect(findings.map((finding) => finding.rule)).toEqual(['test/fine']);
  });
});

describe('closed and open', () => {
  test('a closed engine decides and says nothing; open, it says what is still true', () => {
    const story = drive([makeRule({ name: 'a', condition: now, key: ['top_rss'] })], { open: false });
    story.emit('0s', 'host.memory', { ...bad, top_rss: 'gone' });
    story.emit('1s', 'host.memory', { ...fine, top_rss: 'gone' });
    story.emit('2s', 'host.memory', { ...bad, top_rss: 'still' });
    expect(story.decided('10s').orders).toEqual([]);
    story.engine.open(at('20s'));
    expect(story.decided('20s').orders.map((order) => order.spec.card.key)).toEqual([['still']]);
  });

  test('when it opens, inhibitors are known whatever the order of events was', () => {
    const cause = makeRule({ name: 'cause', condition: now, when: flag('cause') });
    const effect = makeRule({
      name: 'effect',
      condition: now,
      when: flag('effect'),
      clear: flag('never'),
      inhibitedBy: [{ rule: 'test/cause', equal: [] }],
    });
    const story = drive([effect, cause], { open: false });
    story.emit('0s', 'host.memory', { top_rss: 'effect' });
    story.emit('1s', 'host.memory', { top_rss: 'cause' });
    story.engine.open(at('2s'));
    expect(story.decided('2s').orders.map((order) => order.rule)).toEqual(['test/cause']);
  });

  const steps = [step(0, notify), step(1, vault)];
  const three = { type: 'count', n: 3, within: 10 * MINUTE, distinct: null, clearAfter: 15 * MINUTE } as const;

  test.each([
    ['hold', makeRule({ name: 'a', condition: now, steps })],
    ['count', makeRule({ name: 'a', condition: three, steps })],
    ['match', makeRule({ name: 'a', condition: { type: 'match', ttl: HOUR }, steps })],
  ])('a restart over the same log decides the same orders with the same ids: %s', (_, rule) => {
    const story = drive([rule]);
    for (const span of ['0s', '1m', '2m']) story.emit(span, 'host.memory', bad);
    const before = story.decided('5m');
    const again = createEngine({ rulebook: makeRulebook([rule]), lookup: () => null });
    for (const event of story.events) again.handle(event);
    again.open(at('5m'));
    const after = again.drain();
    const fires = (orders: typeof after.orders) =>
      orders.filter((order) => order.phase === 'fire').map((order) => order.id);
    expect(fires(after.orders)).toEqual(fires(before.orders));
    expect(fires(after.orders)).toHaveLength(2);
  });

  test('a finding of the ledger goes on as the same firing when the log no longer shows its beginning', () => {
    const rule = makeRule({ name: 'a', condition: three, steps });
    const story = drive([rule]);
    for (const span of ['0s', '1m', '2m']) story.emit(span, 'host.memory', bad);
    const { findings, orders } = story.decided('2m');
    const [finding] = findings;
    if (finding === undefined) throw new Error('nothing fired');
    const again = createEngine({ rulebook: makeRulebook([rule]), lookup: () => null });
    again.seed([{ finding, event: story.events[2] ?? null, orders }], []);
    again.open(at('3m'));
    expect(again.drain().orders).toEqual([]);
    again.advance(at('16m'));
    expect(words(again.drain())).toEqual([]);
    again.advance(at('17m'));
    const resolution = again.drain();
    expect(words(resolution)).toEqual(['a:resolved', 'notify:resolve', 'vault:resolve']);
    expect(new Set(resolution.orders.map((order) => order.firing))).toEqual(new Set([finding.firing]));
  });

  test('what ended while nobody ran is told when it opens', () => {
    const rule = makeRule({ name: 'a', condition: three, steps });
    const story = drive([rule]);
    for (const span of ['0s', '1m', '2m']) story.emit(span, 'host.memory', bad);
    const { findings, orders } = story.decided('2m');
    const [finding] = findings;
    if (finding === undefined) throw new Error('nothing fired');
    const again = createEngine({ rulebook: makeRulebook([rule]), lookup: () => null });
    again.seed([{ finding, event: null, orders }], []);
    again.advance(at('3h'));
    expect(again.drain().orders).toEqual([]);
    again.open(at('3h'));
    expect(again.drain().orders.map((order) => `${order.spec.act}:${order.phase}`)).toEqual([
      'notify:resolve',
      'vault:resolve',
    ]);
  });
});

test('keys are bounded: the oldest quiet subject goes first, and it is told once', () => {
  const three = { type: 'count', n: 3, within: HOUR, distinct: null, clearAfter: HOUR } as const;
  const engine = createEngine({
    rulebook: makeRulebook([makeRule({ name: 'a', condition: three, key: ['top_rss'] })]),
    lookup: () => null,
  });
  engine.open(START);
  for (let i = 0; i < 10_050; i++) {
    const data = fillData('host.memory', { ...bad, host: 'box', top_rss: `k${i}` });
    const head = { id: `e${i}`, source: 's', subject: 's', host: 'box', time: START, received: START };
    engine.handle({ ...head, kind: 'host.memory', data });
  }
  expect(engine.states.get('test/a')?.tracks.size).toBe(10_000);
  expect(engine.states.get('test/a')?.tracks.has('box\u0000k0')).toBe(false);
  expect(engine.drain().reports.map((report) => report.state)).toEqual(['overflow']);
});

test.each([
  ['gone', []],
  ['switched off', [makeRule({ name: 'a', condition: now, mode: 'off' })]],
])('a finding whose rule is %s is over, and whoever was told is told so', (_, rules) => {
  const story = drive([makeRule({ name: 'a', condition: now, steps: [step(0, vault)] })]);
  story.emit('0s', 'host.memory', bad);
  const { findings, orders } = story.decided('0s');
  const [finding] = findings;
  if (finding === undefined) throw new Error('nothing fired');
  const again = createEngine({ rulebook: makeRulebook(rules), lookup: () => null });
  again.seed([{ finding, event: null, orders }], []);
  again.open(at('1m'));
  const decision = again.drain();
  expect(words(decision)).toEqual(['a:resolved', 'vault:resolve']);
  expect(words(again.drain())).toEqual([]);
});
