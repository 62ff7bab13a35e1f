import { expect, test } from 'vitest';
import { memoryOf } from '../../src/app/memory.ts';
import { toEvent, type AnyEvent } from '../../src/core/event.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import type { Store } from '../../src/ports/store.ts';
import { makeRule, makeRulebook } from '../support/make-rule.ts';
import { finding, memory, order, START, tempStore } from './store/support.ts';

const hold = { type: 'hold', for: MINUTE, since: null, clearFor: 0, missing: 'keep', missingAfter: 0 } as const;
const rulebook = makeRulebook([makeRule({ name: 'a', condition: hold, window: 0 })]);

const blind = (id: string): AnyEvent => {
  const head = { id, source: 'reactor://box', subject: 'forge', time: START, host: 'box' };
  return toEvent('reactor.source', head, { source: 'forge', state: 'unavailable' });
};

/** A checkpoint that was made right after an event. */
async function checkpointAfter(store: Store, event: AnyEvent): Promise<void> {
  const [stored] = await store.log.append([event]);
  const head = JSON.stringify({ format: 1, at: stored?.received, blind: [], rules: {} });
  store.meta.set('checkpoint', JSON.stringify({ seq: stored?.seq, received: stored?.received, head }));
}

const idsOf = (things: Iterable<{ readonly id: string }>): readonly string[] => [...things].map(({ id }) => id);

test('every finding that is open is handed on, flapping or not, with its last event and what was ordered for it', async () => {
  await using temp = tempStore();
  const store = temp.open();
  await store.log.append([memory('e1')]);
  store.findings.save([
    finding('f'),
    finding('g', { state: 'flapping', causes: ['gone'] }),
    finding('h', { state: 'resolved', resolvedAt: START }),
  ]);
  store.outbox.add([order('o1'), order('o2', { fingerprint: 'g', firing: 'g-1' })]);
  const seeds = memoryOf(store, rulebook, START).seeds.map(
    (seed) => [seed.finding.fingerprint, [seed.event?.id ?? null, idsOf(seed.orders)]] as const,
  );
  expect(Object.fromEntries(seeds)).toEqual({ f: ['e1', ['o1']], g: [null, ['o2']] });
});

test('silences are those of the checkpoint: what came after it tells how they ended', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const span = { from: START - MINUTE, until: START + MINUTE };
  store.silences.add({ id: 's', rule: 'a', key: [], ...span, by: '@op', reason: '' });
  expect(memoryOf(store, rulebook, START + HOUR).silences).toEqual([]);
  await checkpointAfter(store, memory('one'));
  expect(memoryOf(store, rulebook, START + HOUR).silences.map(({ id }) => id)).toEqual(['s']);
});

test('without a checkpoint the last words are those that holds watch, from before their window, and of the sources', async () => {
  await using temp = tempStore();
  const store = temp.open();
  await store.log.append([blind('b1'), memory('m1')]);
  temp.clock.now += HOUR;
  await store.log.append([memory('m2', 'other')]);
  const { standing } = memoryOf(store, rulebook, temp.clock.now);
  expect(idsOf(standing(new Map([['host.memory', START + MINUTE]])))).toEqual(['b1', 'm1']);
});

test('what came after the checkpoint is all replayed, however short the rules look back', async () => {
  await using temp = tempStore();
  const store = temp.open();
  await store.log.append([memory('before')]);
  temp.clock.now += MINUTE;
  await checkpointAfter(store, memory('at'));
  temp.clock.now += MINUTE;
  await store.log.append([memory('after'), blind('b1')]);
  const now = temp.clock.now + HOUR;
  const { replay } = memoryOf(store, rulebook, now);
  expect(idsOf(replay(new Map()))).toEqual(['at', 'after', 'b1']);
  expect(idsOf(replay(new Map([['host.memory', now]])))).toEqual(['at', 'after', 'b1']);
  expect(idsOf(replay(new Map([['host.memory', START]])))).toEqual(['before', 'at', 'after', 'b1']);
});
