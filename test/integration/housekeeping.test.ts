import { expect, test } from 'vitest';
import { keepHouse } from '../../src/app/housekeeping.ts';
import { DAY, HOUR, SECOND } from '../../src/core/time.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';
import { memory, START, tempStore, type TempStore } from './store/support.ts';

const HEALTH = { ramMb: 400, swapMb: null, diskPct: 40, load: 1, containers: 3 };

interface House extends Disposable {
  readonly did: readonly string[];
  readonly complaints: readonly string[];
}

/** Keeps house over a store, and notes what was asked of others. */
function house(temp: TempStore, clock: FakeClock, retry = (): void => undefined): House {
  const store = temp.open({ now: clock.now });
  const did: string[] = [];
  const complaints: string[] = [];
  const stop = new AbortController();
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, said: string) => void complaints.push(said) };
  void keepHouse({
    store: { ...store, room: { ...store.room, look: () => void did.push('look') } },
    clock,
    log,
    signal: stop.signal,
    retentionDays: 7,
    health: () => HEALTH,
    retry() {
      did.push('retry');
      retry();
    },
    checkpoint: () => void did.push('checkpoint'),
  });
  return { did, complaints, [Symbol.dispose]: () => stop.abort() };
}

test('every ten seconds it looks for room, writes what waits, and then what the engine remembers', async () => {
  await using temp = tempStore();
  const clock = fakeClock(START);
  using it = house(temp, clock);
  await clock.advance(25 * SECOND);
  const round = ['look', 'retry', 'checkpoint'];
  expect(it.did).toEqual([...round, ...round, ...round]);
});

test('what fails once is done again at the next beat', async () => {
  await using temp = tempStore();
  const clock = fakeClock(START);
  using it = house(temp, clock, () => {
    throw new Error('no space');
  });
  await clock.advance(15 * SECOND);
  expect(it.did).toEqual(['look', 'retry', 'look', 'retry']);
  expect(it.complaints).toEqual(Array.from({ length: 2 }, () => 'housekeeping failed; it is tried again'));
});

test('an event is forgotten after as many days as are configured, and not before', async () => {
  await using temp = tempStore();
  const clock = fakeClock(START);
  const before = temp.open({ now: clock.now });
  await before.log.append([memory('old'), memory('new')]);
  await before.close();
  using it = house(temp, clock);
  const reader = temp.open({ now: clock.now, readOnly: true });
  await clock.jump(7 * DAY - HOUR);
  await clock.advance(SECOND);
  expect(reader.log.get('old')).not.toBeNull();
  await clock.jump(2 * HOUR);
  await clock.advance(SECOND);
  expect([reader.log.get('old'), reader.log.get('new')?.id]).toEqual([null, 'new']);
  expect(it.complaints).toEqual([]);
});
