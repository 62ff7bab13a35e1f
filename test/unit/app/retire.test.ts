import { expect, test } from 'vitest';
import { retiredSources, retireHosts, type RetireStore } from '../../../src/app/retire.ts';
import { selfEvents } from '../../../src/app/self.ts';
import type { EventData, EventKind } from '../../../src/core/catalog/catalog.ts';
import { toEvent, type AnyEvent, type StoredEvent } from '../../../src/core/event.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const NOW = Date.UTC(2026, 0, 1);

/** A log of which everything is the latest, until its box is forgotten. */
function openLog(before: string | null = null) {
  const meta = new Map<string, string>(before === null ? [] : [['hosts', before]]);
  const forgotten: (readonly string[])[] = [];
  const stored: StoredEvent[] = [];
  const append = async (events: readonly AnyEvent[]): Promise<readonly StoredEvent[]> => {
    const fresh = events.map((event, i) => ({ ...event, seq: stored.length + i + 1 }));
    stored.push(...fresh);
    return fresh;
  };
  const store: RetireStore = {
    meta: { get: (name) => meta.get(name) ?? null, set: (name, value) => void meta.set(name, value) },
    log: {
      append,
      latest: (kind) => stored.filter((event) => event.kind === kind),
      forgetHosts: (hosts) => void forgotten.push(hosts),
    },
  };
  const know = async <K extends EventKind>(host: string, kind: K, data: Partial<EventData<K>>, source = 'x://y') => {
    const subject = `of ${kind}`;
    await append([toEvent(kind, { id: `${host} ${kind}`, source, subject, time: NOW, host }, data)]);
  };
  return { store, stored, forgotten, know };
}

test('what was on a box that is watched no more is there no more, which is said once', async () => {
  const { store, stored, forgotten, know } = openLog();
  await retireHosts(store, ['box', 'box-2'], NOW);
  await know('box', 'docker.container', { exists: true, action: 'die', name: 'web' });
  await know('box-2', 'docker.container', { exists: true, action: 'die', name: 'web' });
  await know('box-2', 'lock.file', { exists: true, path: '/tmp/x.lock' });
  await know('box-2', 'worktree', { exists: false });
  await know('box-2', 'host.memory', { available_mb: 1 });
  await retireHosts(store, ['box-2', 'box'], NOW + 1);
  expect([forgotten, stored.length]).toEqual([[], 5]);
  await retireHosts(store, ['box'], NOW + 2);
  expect(forgotten).toEqual([['box-2']]);
  expect(stored.slice(5).map(({ kind, time, data }) => ({ kind, time, ...data }))).toMatchObject([
    { host: 'box-2', kind: 'docker.container', time: NOW + 2, exists: false, action: 'destroy', name: 'web' },
    { host: 'box-2', kind: 'lock.file', exists: false, path: '/tmp/x.lock' },
  ]);
  await retireHosts(store, ['box'], NOW + 3);
  expect([forgotten.length, stored.length]).toEqual([1, 7]);
});

test('a box with another name is another box, also when nobody had written down the first', async () => {
  const { store, forgotten, know } = openLog();
  await know('3f2a', 'reactor.source', { source: 'host', state: 'available' }, 'reactor://3f2a');
  await know('elsewhere', 'reactor.source', { source: 'probe', state: 'available' }, 'https://elsewhere.example');
  await retireHosts(store, ['box'], NOW);
  expect(forgotten).toEqual([['3f2a']]);
});

test('a disk that is full keeps nobody from starting, and what could not be said is said at the next start', async () => {
  const { store, stored, know } = openLog('["box","box-2"]');
  await know('box-2', 'lock.file', { exists: true, path: '/tmp/x.lock' });
  const full = Object.assign(new Error('the disk is full'), { code: 'STORE_FULL' });
  const refusing = { ...store, log: { ...store.log, append: () => Promise.reject(full) } };
  await retireHosts(refusing, ['box'], NOW);
  expect(stored).toHaveLength(1);
  await retireHosts(store, ['box'], NOW);
  expect(stored).toHaveLength(2);
});

test('a mistake of ours is not taken for a full disk', async () => {
  const { store } = openLog('["box","box-2"]');
  const broken = { ...store, log: { ...store.log, append: () => Promise.reject(new TypeError('a bug')) } };
  await expect(retireHosts(broken, ['box'], NOW)).rejects.toThrow('a bug');
});

test('a source that is configured no more ends its troubles, once, and speaks for no source of somebody else', () => {
  const clock = fakeClock();
  const self = selfEvents('box', () => clock.now());
  const said = (source: string, state: string): StoredEvent => ({
    ...self('reactor.source', source, { source, state, reason: 'x' }),
    seq: 1,
  });
  const posted = { ...said('probe', 'unavailable'), source: 'https://elsewhere.example' };
  const latest = [
    said('docker', 'available'),
    said('forge@codeberg.org', 'unavailable'),
    said('ci', 'retired'),
    posted,
  ];
  const options = { store: { log: { latest: () => latest } }, config: { host: 'box' }, clock };
  const events = retiredSources({ options, world: { sources: [{ name: 'docker' }] }, self });
  expect(events.map(({ subject, data }) => ({ subject, ...data }))).toMatchObject([
    { subject: 'forge@codeberg.org', source: 'forge@codeberg.org', state: 'retired' },
  ]);
});
