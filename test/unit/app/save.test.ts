import { expect, test } from 'vitest';
import { createSaver } from '../../../src/app/save.ts';
import type { OutboxRow } from '../../../src/core/effect.ts';
import type { Silence } from '../../../src/core/source.ts';
import type { Decision } from '../../../src/engine/decision.ts';
import { makeCard, makeOrder } from '../../support/effect-orders.ts';

const row = (id: string): OutboxRow => ({
  ...makeOrder({ act: 'journal', card: makeCard(), also: [] }, { id }),
  seq: 1,
  state: 'done',
  attempts: 1,
  nextAt: 0,
  ref: '',
  reason: '',
  finishedAt: 0,
});

const decision = (id: string): Decision => ({
  at: 0,
  findings: [],
  orders: [makeOrder({ act: 'journal', card: makeCard(), also: [] }, { id })],
  silences: [],
  reports: [],
});

/** A store whose disk can be full, and that has some orders already. */
function stage(known: readonly string[] = []) {
  const disk = { full: false };
  const added: string[] = [];
  const silenced: string[] = [];
  const complaints: string[] = [];
  const refuse = (): never => {
    throw new Error('no space left');
  };
  const store = {
    transact: <T>(work: () => T): T => (disk.full ? refuse() : work()),
    findings: { save: () => {} },
    outbox: {
      add: (orders: readonly { readonly id: string }[]) => void added.push(...orders.map(({ id }) => id)),
      get: (id: string) => (known.includes(id) ? row(id) : null),
    },
    silences: { add: ({ id }: Silence) => void silenced.push(id) },
  };
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (_: object, said: string) => void complaints.push(said),
  };
  const followed: string[] = [];
  const followers = {
    follow: ({ orders }: Decision, isLast: boolean) =>
      void followed.push(`${orders.map(({ id }) => id).join(' ')} ${isLast ? 'last' : 'more'}`.trim()),
    undo: () => void followed.push('undo'),
  };
  return { disk, added, silenced, complaints, followed, saver: createSaver(store, log, followers) };
}

test('what cannot be written is kept, told once, and written in order when there is room again', () => {
  const { disk, added, complaints, saver } = stage();
  saver.save(decision('a'));
  disk.full = true;
  saver.save(decision('b'));
  saver.save(decision('c'));
  expect(added).toEqual(['a']);
  expect(saver.trouble()).toBe('no space left');
  expect(complaints).toHaveLength(1);
  disk.full = false;
  saver.retry();
  expect(added).toEqual(['a', 'b', 'c']);
  expect(saver.trouble()).toBe('');
  saver.retry();
  expect(added).toEqual(['a', 'b', 'c']);
});

test('who follows decisions hears of orders that are new, of what is the last, and of what was rolled back', () => {
  const { disk, followed, saver } = stage(['b']);
  saver.save(decision('a'));
  saver.save(decision('b'));
  expect(followed.splice(0)).toEqual(['a last', 'last']);
  disk.full = true;
  saver.save(decision('c'));
  saver.save(decision('d'));
  expect(followed.splice(0)).toEqual(['undo', 'undo']);
  disk.full = false;
  saver.retry();
  expect(followed).toEqual(['c more', 'd last']);
});

test('of more than can be kept the newest are', () => {
  const { disk, added, saver } = stage();
  disk.full = true;
  for (let n = 0; n <= 10_000; n += 1) saver.save(decision(`d${n}`));
  disk.full = false;
  saver.retry();
  expect([added.length, added.at(0), added.at(-1)]).toEqual([10_000, 'd1', 'd10000']);
});

test('what operators silenced is written with the decision that follows from it', () => {
  const { silenced, saver } = stage();
  const silence = { id: 's', rule: 'a', key: [], from: 0, until: 1, by: '@op', reason: '' };
  saver.save({ ...decision('a'), silences: [silence] });
  expect(silenced).toEqual(['s']);
});
