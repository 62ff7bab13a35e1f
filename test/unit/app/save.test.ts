import { expect, test } from 'vitest';
import { createSaver } from '../../../src/app/save.ts';
import type { Decision } from '../../../src/engine/decision.ts';
import { makeCard, makeOrder } from '../../support/effect-orders.ts';

const decision = (id: string): Decision => ({
  at: 0,
  findings: [],
  orders: [makeOrder({ act: 'journal', card: makeCard(), also: [] }, { id })],
  silences: [],
  reports: [],
});

/** A store whose disk can be full. */
function stage() {
  const disk = { full: false };
  const added: string[] = [];
  const complaints: string[] = [];
  const refuse = (): never => {
    throw new Error('no space left');
  };
  const store = {
    transact: <T>(work: () => T): T => (disk.full ? refuse() : work()),
    findings: { save: () => {} },
    outbox: {
      add: (orders: readonly { readonly id: string }[]) => void added.push(...orders.map(({ id }) => id)),
      get: () => null,
    },
    silences: { add: () => {} },
  };
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (_: object, said: string) => void complaints.push(said),
  };
  return { disk, added, complaints, saver: createSaver(store, log) };
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
