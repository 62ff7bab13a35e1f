import { expect, test } from 'vitest';
import { toEvent } from '../../../src/core/event.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { at, drive, type Drive } from '../../support/drive.ts';
import { makeRule, notify, predicate, step, vault } from '../../support/make-rule.ts';

const bad = { available_mb: 0 };
const now = { type: 'hold', for: 0, since: null, clearFor: 0, missing: 'keep', missingAfter: 0 } as const;

const said = (story: Drive, span: string): readonly string[] | undefined =>
  story.decided(span).findings[0]?.gates.map(({ gate, reason }) => `${gate}: ${reason}`);

test('all gates are asked in their order, and each that lets a step through says why', () => {
  const story = drive([makeRule({ name: 'a', condition: now })]);
  story.emit('0s', 'host.memory', bad);
  expect(said(story, '0s')).toEqual([
    'resolve: still true',
    'dedup: not said yet in this firing',
    'inhibit: no finding explains it',
    'silence: not silenced',
    'flap: steady',
    'budget: 0 announced within a minute',
    'policy: telling people is always allowed',
  ]);
});

test('what somebody acknowledged is not repeated, and that is the reason', () => {
  const story = drive([makeRule({ name: 'a', condition: now, repeat: HOUR })]);
  story.emit('0s', 'host.memory', bad);
  const [finding] = story.decided('0s').findings;
  story.emit('1m', 'operator.command', { verb: 'ack', finding: finding?.fingerprint ?? '', from: '@op' });
  story.decided('1m');
  expect(said(story, '1h')?.at(-1)).toBe('silence: acknowledged');
});

test('a silence is asked before flapping is, and is what holds', () => {
  const story = drive([makeRule({ name: 'a', condition: now })]);
  for (const minute of [0, 2, 4]) {
    story.emit(`${minute}m`, 'host.memory', bad);
    story.emit(`${minute + 1}m`, 'host.memory', { available_mb: 9000 });
  }
  story.decided('6m');
  story.emit('7m', 'operator.command', { verb: 'silence', args: ['a', '1h'], from: '@op' });
  story.emit('8m', 'host.memory', bad);
  expect(said(story, '20m')?.at(-1)).toMatch(/^silence: silenced by @op until/);
});

test.each([
  ['far', ''],
  ['box', 'test/cause'],
])('a finding of %j explains one of "box": %j', (host, by) => {
  const on = (name: string, where: string) => predicate(name, (_, event) => event.host === where);
  const cause = makeRule({ name: 'cause', condition: now, when: on('cause', host) });
  const inhibitedBy = [{ rule: 'test/cause', equal: [] }];
  const story = drive([cause, makeRule({ name: 'a', condition: now, when: on('a', 'box'), inhibitedBy })]);
  for (const where of ['far', 'box']) {
    const head = { id: where, source: 'test://box', subject: 's', time: at('0s'), host: where };
    story.engine.handle({ ...toEvent('host.memory', head, bad), received: at('0s') });
  }
  expect(story.engine.findings(at('1m')).find(({ rule }) => rule === 'test/a')?.inhibitedBy).toBe(by);
});

test('what a gate holds is handed over at once, with the time at which it is asked again', () => {
  const story = drive([makeRule({ name: 'a', condition: now, steps: [step(0, notify, { after: 5 * MINUTE })] })]);
  story.emit('0s', 'host.memory', bad);
  expect(story.decided('1m').findings[0]?.gates).toEqual([]);
  story.emit('2m', 'operator.command', { verb: 'silence', args: ['a', '1h'], from: '@op' });
  const [finding] = story.decided('5m').findings;
  expect(finding?.gates).toMatchObject([{ gate: 'silence', pass: false, step: 0, at: at('5m'), retryAt: at('62m') }]);
});

test('a step whose condition does not hold says when it is asked again', () => {
  const asked = predicate('f.count > 5', () => false);
  const steps = [step(0, notify), step(1, vault, { if: asked, max: 3, every: 20 * MINUTE })];
  const story = drive([makeRule({ name: 'a', condition: now, steps })]);
  story.emit('0s', 'host.memory', bad);
  const held = (span: string) => story.decided(span).findings[0]?.gates.filter((answer) => !answer.pass);
  expect(held('1m')).toMatchObject([{ reason: 'if is false: f.count > 5', step: 1, retryAt: at('20m') }]);
  expect(held('20m')).toMatchObject([{ reason: 'if is false: f.count > 5', step: 1, retryAt: at('40m') }]);
  expect(held('40m')).toMatchObject([{ reason: 'if is false: f.count > 5', step: 1, retryAt: null }]);
});

test('an acknowledgement is handed over at once', () => {
  const story = drive([makeRule({ name: 'a', condition: now })]);
  story.emit('0s', 'host.memory', bad);
  const [finding] = story.decided('0s').findings;
  story.emit('1m', 'operator.command', { verb: 'ack', finding: finding?.fingerprint ?? '', from: '@op' });
  expect(story.decided('1m').findings).toMatchObject([{ state: 'firing', acked: true }]);
});

test('a finding says which expression held, which block, and since when', () => {
  const story = drive([makeRule({ name: 'a', condition: now })]);
  story.emit('0s', 'host.memory', bad);
  expect(story.decided('0s').findings[0]?.because).toBe('bad; true for 0s; since 2026-01-01T00:00:00.000Z');
});

test('of many causes the last are kept, and people are told the last ten of these', () => {
  const story = drive([makeRule({ name: 'a', condition: now })]);
  const told = (from: number, to: number): void => {
    for (let second = from; second < to; second += 1) story.emit(`${second}s`, 'host.memory', bad);
  };
  told(0, 60);
  const [finding] = story.decided('1m').findings;
  expect([finding?.causes.length, finding?.causes.at(0), finding?.causes.at(-1)]).toEqual([50, 'e11', 'e60']);
  told(60, 61);
  story.events.splice(0, 52);
  const card = story.decided('10m').orders.at(-1)?.spec.card;
  expect(card?.causes).toHaveLength(10);
  expect(card?.causes.at(0)).toBe('event e52, no longer in the log');
  expect(card?.causes.at(-1)).toBe('2026-01-01T00:01:00Z host.memory s');
});

test('what a silence held is said as soon as the silence is ended', () => {
  const story = drive([makeRule({ name: 'a', condition: now })]);
  story.emit('0s', 'operator.command', { verb: 'silence', args: ['a', '1h'], from: '@op' });
  story.emit('1m', 'host.memory', bad);
  expect(story.decided('1m').orders).toEqual([]);
  story.emit('2m', 'operator.command', { verb: 'unsilence', args: ['a'], from: '@op' });
  expect(story.decided('2m').orders.map(({ phase }) => phase)).toEqual(['fire']);
});
