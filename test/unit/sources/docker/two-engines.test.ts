import { expect, test } from 'vitest';
import type { StoredEvent } from '../../../../src/core/event.ts';
import type { Source } from '../../../../src/core/source.ts';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import { dockerSource } from '../../../../src/sources/docker/index.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { fakeDocker, seenContainer } from '../../../support/fake-docker.ts';
import { SILENT_LOG } from '../../../support/run-source.ts';

/** Two engines, of this box and of another one, over one log that keeps the newest event of each box's entities. */
function openPair() {
  const clock = fakeClock();
  const log = new Map<string, StoredEvent>();
  const cursors = new Map<string, string>();
  const reports: string[] = [];
  let stop = new AbortController();
  let done: readonly Promise<void>[] = [];
  const latest = (kind: string): readonly StoredEvent[] => {
    const events = [...log.values()].filter((event) => event.kind === kind);
    return [...new Map(events.map((event) => [`${event.host} ${event.subject}`, event])).values()];
  };
  const open = (host: string, isOwn: boolean) => {
    const docker = fakeDocker(clock.now);
    const source = dockerSource({
      docker,
      host,
      isOwn,
      ownership: { ownStacks: [], siblings: new Map() },
      cursors: { get: (name) => cursors.get(name) ?? null, set: (name, value) => void cursors.set(name, value) },
      latest,
      clock,
      log: SILENT_LOG,
    });
    return { docker, source };
  };
  const here = open('box', true);
  const there = open('box-2', false);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await clock.settle();
  };
  const run = (source: Source): Promise<void> =>
    source.run({
      signal: stop.signal,
      report: (state) => void reports.push(`${source.name} ${state}`),
      async emit(batch) {
        const fresh = batch.filter((event) => !log.has(event.id));
        for (const event of fresh) log.set(event.id, { ...event, seq: log.size + 1 });
        return { stored: fresh.length, known: batch.length - fresh.length };
      },
    });
  return {
    clock,
    here,
    there,
    cursors,
    reports,
    settle,
    async start() {
      stop = new AbortController();
      done = [run(here.source), run(there.source)];
      await settle();
    },
    async stop() {
      stop.abort();
      await Promise.all(done);
    },
    /** `host action subject` of containers. */
    told: () =>
      [...log.values()].flatMap((event) =>
        event.kind === 'docker.container' ? [`${event.host} ${event.data.action} ${event.subject}`] : [],
      ),
  };
}

const web = seenContainer({ name: 'web' });

test('two engines are two sources, and what one of them loses is not lost by the other', async () => {
  const pair = openPair();
  pair.here.docker.show(web);
  pair.there.docker.show(web);
  await pair.start();
  expect(pair.told().toSorted()).toEqual(['box observed web', 'box-2 observed web']);
  expect([pair.here.source.sees, pair.there.source.sees]).toEqual(['docker://box', 'docker://box-2']);
  pair.there.docker.fail('gone');
  pair.there.docker.cut();
  await pair.clock.advance(MINUTE);
  expect(pair.reports).toContain('docker@box-2 unavailable');
  expect(pair.reports).not.toContain('docker unavailable');
  await pair.stop();
});

test('each goes on where it stopped: its own cursor, its own memory of a container of the same name', async () => {
  const pair = openPair();
  pair.here.docker.show(web);
  pair.there.docker.show(web);
  await pair.start();
  pair.here.docker.log('start', web);
  await pair.clock.advance(MINUTE);
  await pair.stop();
  expect([...pair.cursors.keys()].toSorted()).toEqual([
    'docker:box',
    'docker:box-2',
    'docker:box-2:heard',
    'docker:box:heard',
  ]);
  const before = pair.told().length;
  pair.here.docker.hide(web.id);
  await pair.clock.advance(10 * SECOND);
  await pair.start();
  await pair.clock.advance(MINUTE);
  await pair.settle();
  // Each says once a run what it sees; only the first has lost one.
  expect(pair.told().slice(before).toSorted()).toEqual(['box destroy web', 'box-2 observed web']);
  await pair.stop();
});
