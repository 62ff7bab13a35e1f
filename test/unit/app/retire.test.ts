import { expect, test } from 'vitest';
import { forgetHosts, retiredSources } from '../../../src/app/retire.ts';
import { selfEvents } from '../../../src/app/self.ts';
import type { StoredEvent } from '../../../src/core/event.ts';
import { fakeClock } from '../../support/fake-clock.ts';

test('a box that is watched no more, or under another name, is forgotten at the next start and only then', () => {
  const meta = new Map<string, string>();
  const forgotten: (readonly string[])[] = [];
  const store = {
    meta: {
      get: (name: string) => meta.get(name) ?? null,
      set: (name: string, value: string) => void meta.set(name, value),
    },
    log: { forgetHosts: (hosts: readonly string[]) => void forgotten.push(hosts) },
  };
  forgetHosts(store, ['box']);
  forgetHosts(store, ['box', 'box-2']);
  forgetHosts(store, ['box-2', 'box']);
  expect(forgotten).toEqual([]);
  forgetHosts(store, ['renamed', 'box-2']);
  expect(forgotten).toEqual([['box']]);
  forgetHosts(store, ['renamed', 'box-2']);
  expect(forgotten).toHaveLength(1);
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
