import { expect, test } from 'vitest';
import { createIntakes } from '../../../src/app/intake.ts';
import type { StoredEvent } from '../../../src/core/event.ts';
import { StoreError } from '../../../src/store/store-error.ts';
import { container } from '../../integration/store/support.ts';

function stage(error: Error) {
  const disk = { full: true };
  const shown: StoredEvent[] = [];
  const failures: unknown[] = [];
  const intakes = createIntakes({
    store: {
      log: {
        append: async () => {
          throw error;
        },
        get: (id) => (id === 'stored' ? { ...container(id), seq: 1 } : null),
      },
      room: { isFull: () => disk.full },
    },
    now: () => 5,
    place: () => 7,
    show: (events) => shown.push(...events),
    fail: (cause) => failures.push(cause),
  });
  return { disk, shown, failures, intakes };
}

const full = new StoreError('STORE_FULL', 'no room');

test('on a full disk what sources see is decided once and not kept, and nothing is acknowledged', async () => {
  const { shown, failures, intakes } = stage(full);
  await expect(intakes.kept([container('a')])).rejects.toBe(full);
  expect(shown).toEqual([]);
  expect(await intakes.seen([container('a'), container('stored'), container('a')])).toEqual({ stored: 0, known: 3 });
  await intakes.seen([container('a'), container('b')]);
  expect(shown.map(({ id, seq, received }) => [id, seq, received])).toEqual([
    ['a', 7, 5],
    ['b', 7, 5],
  ]);
  expect(failures).toEqual([]);
});

test('a log that fails for another reason takes nothing, and damage is told', async () => {
  const { shown, failures, intakes, disk } = stage(new StoreError('STORE_CORRUPT', 'broken'));
  disk.full = false;
  await expect(intakes.seen([container('a')])).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  expect(failures).toMatchObject([{ code: 'STORE_CORRUPT' }]);
  expect(shown).toEqual([]);
});
