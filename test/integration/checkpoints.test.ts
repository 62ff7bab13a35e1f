import { expect, test } from 'vitest';
import { createCheckpointer, readCheckpoint } from '../../src/app/checkpoints.ts';
import { memoryOf } from '../../src/app/memory.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { rebuild } from '../../src/engine/rebuild.ts';
import type { Store } from '../../src/ports/store.ts';
import { makeRule, makeRulebook } from '../support/make-rule.ts';
import { memory, START, tempStore } from './store/support.ts';

const hold = { type: 'hold', for: MINUTE, since: null, clearFor: 0, missing: 'keep', missingAfter: 0 } as const;
const rulebook = makeRulebook([
  makeRule({ name: 'a', condition: hold, window: 0, when: { source: '', test: () => true } }),
]);

interface Stage {
  readonly engine: Engine;
  readonly checkpoints: ReturnType<typeof createCheckpointer>;
  take(id: string): Promise<void>;
  /** What the engine decided is written; `fails` after all of it was. */
  save(fails?: boolean): void;
}

function stageOn(store: Store, clock: { now: number }): Stage {
  const engine = createEngine({ rulebook, lookup: store.log.get });
  engine.open(START);
  const checkpoints = createCheckpointer(
    store,
    () => engine,
    () => clock.now,
  );
  checkpoints.begin();
  const save = (fails = false): void => {
    const { at, findings } = engine.drain();
    store.transact(() => {
      store.findings.save(findings);
      checkpoints.follow(at, true);
      if (fails) throw new Error('no room');
    });
  };
  const take = async (id: string): Promise<void> => {
    for (const event of await store.log.append([memory(id)])) {
      checkpoints.see(event);
      engine.handle(event);
    }
  };
  return { engine, checkpoints, take, save };
}

const sinceOf = (store: Store, now: number): readonly number[] =>
  rebuild({ rulebook, lookup: () => null }, memoryOf(store, rulebook, now), now)
    .findings(now)
    .map(({ since }) => since);

test('the first decision brings a checkpoint, the next ones only now and then, and an engine goes on from it', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const { take, save } = stageOn(store, temp.clock);
  await take('one');
  save();
  const first = store.meta.get('checkpoint');
  temp.clock.now += 10 * SECOND;
  await take('two');
  save();
  expect(store.meta.get('checkpoint')).toBe(first);
  temp.clock.now += 20 * SECOND;
  save();
  expect(store.meta.get('checkpoint')).not.toBe(first);
  expect(sinceOf(store, temp.clock.now)).toEqual([START]);
  const [finding] = rebuild(
    { rulebook, lookup: () => null },
    memoryOf(store, rulebook, temp.clock.now),
    temp.clock.now,
  ).findings(temp.clock.now);
  expect(finding?.count).toBe(2);
});

test('in the middle of a backlog no checkpoint is written, only how far was decided', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const { take, engine, checkpoints } = stageOn(store, temp.clock);
  await take('one');
  const { at } = engine.drain();
  store.transact(() => checkpoints.follow(at, false));
  expect([readCheckpoint(store), store.meta.get('decided_to')]).toEqual([null, String(START)]);
  store.transact(() => checkpoints.follow(at, true));
  expect(readCheckpoint(store)?.decidedTo).toBe(START);
});

test('while the disk is full each decision brings a checkpoint: the log has not what came before it', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const { take, save } = stageOn({ ...store, room: { ...store.room, isFull: () => true } }, temp.clock);
  await take('one');
  save();
  const first = store.meta.get('checkpoint');
  temp.clock.now += SECOND;
  await take('two');
  save();
  expect(store.meta.get('checkpoint')).not.toBe(first);
});

test('an engine that was made from the log has seen what is in it', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const [event] = await store.log.append([memory('one')]);
  stageOn(store, temp.clock).checkpoints.write();
  expect(event !== undefined && readCheckpoint(store)?.covers(event)).toBe(true);
});

test('a checkpoint that was rolled back is written whole with the next decision', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const { take, save, checkpoints } = stageOn(store, temp.clock);
  await take('one');
  expect(() => save(true)).toThrow('no room');
  checkpoints.undo();
  expect(readCheckpoint(store)).toBeNull();
  save();
  expect([...store.tracks.list()]).toHaveLength(1);
  expect(sinceOf(store, temp.clock.now)).toEqual([START]);
});

test('what was pending under an engine that is gone is pending no more', async () => {
  await using temp = tempStore();
  const store = temp.open();
  const before = stageOn(store, temp.clock);
  await before.take('one');
  before.save();
  expect(store.findings.list({ states: ['pending'] })).toHaveLength(1);
  const after = stageOn(store, temp.clock);
  after.checkpoints.write();
  expect(store.findings.list({ states: ['pending'] })).toEqual([]);
  expect([...store.tracks.list()]).toEqual([]);
});
