import { describe, expect, test } from 'vitest';
import type { Source, SourceState } from '../../../src/core/source.ts';
import { SECOND } from '../../../src/core/time.ts';
import type { Place, PlacesFound } from '../../../src/ports/place.ts';
import { inPlaces } from '../../../src/sources/in-places.ts';
import type { PlaceAt, PlacesParts } from '../../../src/sources/places.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fakePlace } from '../../support/fake-place.ts';
import { runSource, SILENT_LOG } from '../../support/run-source.ts';

/** What happens in the places of a test. */
function openPlaces(over: Partial<PlacesParts> = {}) {
  const clock = fakeClock();
  const local = fakePlace();
  const state = { found: { seen: true, places: [], flaws: [] } as PlacesFound, hangs: false };
  const says = new Map<string, readonly [SourceState, string]>();
  const broken = new Set<string>();
  const log: string[] = [];
  const made: PlaceAt[] = [];
  const make = (at: PlaceAt): Source => ({
    name: 'eyes',
    async run(context) {
      const { name } = at.place;
      made.push(at);
      log.push(`start ${name}`);
      const [sight, reason] = says.get(name) ?? ['available', 'looking'];
      context.report(sight, reason);
      if (broken.has(name)) throw new Error('a bug');
      await clock.sleep(Infinity, context.signal);
      log.push(`end ${name}`);
    },
    async sweep(reason) {
      log.push(`sweep ${at.place.name} ${reason}`);
    },
  });
  const parts: PlacesParts = {
    local,
    host: 'box',
    finders: [{ host: 'box', find: async () => (state.hangs ? new Promise<never>(() => undefined) : state.found) }],
    isBare: async () => false,
    localFolders: ['/tmp'],
    clock,
    log: SILENT_LOG,
    ...over,
  };
  const source = inPlaces('eyes', parts, make);
  const show = (...places: readonly Place[]): void => {
    state.found = { seen: true, places, flaws: [] };
  };
  return { clock, local, state, says, broken, log, made, source, show };
}

const agents = (id = '1') => fakePlace('disinto-agents', id);

describe('a source in several places', () => {
  test('runs on this machine and in each container, and is available when all are', async () => {
    const world = openPlaces();
    world.show(agents(), fakePlace('disinto-agents-llama', '2'));
    await using running = await runSource(world.source, world.clock);
    expect(world.log).toEqual(['start ', 'start disinto-agents', 'start disinto-agents-llama']);
    expect(running.reports.at(-1)).toEqual([
      'available',
      'looking; disinto-agents: looking; disinto-agents-llama: looking',
    ]);
    await world.source.sweep('hourly');
    expect(world.log.slice(3)).toEqual([
      'sweep  hourly',
      'sweep disinto-agents hourly',
      'sweep disinto-agents-llama hourly',
    ]);
  });

  test('is in each of two containers of one name on two boxes, and says which of them is gone', async () => {
    const second: PlacesFound = { seen: true, places: [agents('2')], flaws: [] };
    const state = { first: { seen: true, places: [agents('1')], flaws: [] } as PlacesFound, second };
    const finders = [
      { host: 'box', find: async () => state.first },
      { host: 'box-2', find: async () => state.second },
    ];
    const world = openPlaces({ finders, isBare: async () => true });
    await using running = await runSource(world.source, world.clock);
    expect(world.made.map(({ host, place }) => `${host} ${place.name}`)).toEqual([
      'box disinto-agents',
      'box-2 disinto-agents',
    ]);
    expect(running.reports.at(-1)).toEqual(['available', 'disinto-agents: looking; box-2/disinto-agents: looking']);
    state.second = { seen: true, places: [], flaws: [] };
    await world.clock.advance(10 * SECOND);
    expect(running.reports.at(-1)).toEqual(['degraded', 'container box-2/disinto-agents is gone']);
    state.first = { seen: false, reason: 'engine away' };
    await world.clock.advance(10 * SECOND);
    expect(running.reports.at(-1)).toEqual(['degraded', 'engine away; container box-2/disinto-agents is gone']);
  });

  test('sees a part where this machine is looked at for other reasons and no container of agents is found', async () => {
    const world = openPlaces({ isBlind: async () => true });
    await using running = await runSource(world.source, world.clock);
    expect(world.log).toEqual(['start ']);
    expect(running.reports.at(-1)).toEqual(['degraded', expect.stringContaining('sees nothing of the agents')]);
    world.state.found = { seen: false, reason: 'engine away' };
    await world.clock.advance(10 * SECOND);
    expect(running.reports.at(-1)).toEqual(['degraded', 'engine away']);
    world.show(agents());
    await world.clock.advance(10 * SECOND);
    expect(running.reports.at(-1)).toEqual(['available', 'looking; disinto-agents: looking']);
  });

  test('does not wait for an engine that takes its time', async () => {
    const world = openPlaces();
    world.state.hangs = true;
    const stop = new AbortController();
    void world.source.run({
      signal: stop.signal,
      report: () => undefined,
      emit: async () => ({ stored: 0, known: 0 }),
    });
    await world.clock.settle();
    expect(world.log).toEqual(['start ']);
  });

  test('ends where a container was made anew, and begins in the new one', async () => {
    const world = openPlaces();
    world.show(agents('1'));
    await using _ = await runSource(world.source, world.clock);
    world.show(agents('2'));
    await world.clock.advance(10 * SECOND);
    expect(world.log).toEqual(['start ', 'start disinto-agents', 'end disinto-agents', 'start disinto-agents']);
  });

  test('says what keeps it from a container that should be there', async () => {
    const world = openPlaces();
    world.state.found = { seen: true, places: [], flaws: ['container disinto-agents is exited'] };
    await using running = await runSource(world.source, world.clock);
    expect(running.reports.at(-1)).toEqual(['degraded', 'container disinto-agents is exited']);
  });

  test('says that a container it knew is gone, and goes on in it while nobody can say', async () => {
    const world = openPlaces();
    world.show(agents());
    await using running = await runSource(world.source, world.clock);
    world.state.found = { seen: false, reason: 'Docker does not answer' };
    await world.clock.advance(10 * SECOND);
    expect(world.log).not.toContain('end disinto-agents');
    expect(running.reports.at(-1)).toEqual(['degraded', 'Docker does not answer']);
    world.show();
    await world.clock.advance(10 * SECOND);
    expect(world.log).toContain('end disinto-agents');
    expect(running.reports.at(-1)).toEqual(['degraded', 'container disinto-agents is gone']);
    world.show(agents('2'));
    await world.clock.advance(10 * SECOND);
    expect(running.reports.at(-1)?.[0]).toBe('available');
  });

  test('says that a container is gone though another one, whose name begins like it, is known to be down', async () => {
    const world = openPlaces();
    world.show(agents());
    await using running = await runSource(world.source, world.clock);
    world.state.found = { seen: true, places: [], flaws: ['container disinto-agents-llama is exited'] };
    await world.clock.advance(10 * SECOND);
    expect(running.reports.at(-1)).toEqual([
      'degraded',
      'container disinto-agents-llama is exited; container disinto-agents is gone',
    ]);
  });

  test('is not bothered by an engine that is not there, where no container was ever seen or named', async () => {
    const world = openPlaces();
    world.state.found = { seen: false, reason: 'no Docker socket' };
    await using running = await runSource(world.source, world.clock);
    expect(running.reports).toEqual([['available', 'looking']]);
  });

  test('misses a container that was named and is not there', async () => {
    const world = openPlaces();
    world.state.found = { seen: false, reason: 'there is no container named x', isConfigured: true };
    await using running = await runSource(world.source, world.clock);
    expect(running.reports.at(-1)).toEqual(['degraded', 'there is no container named x']);
  });

  test('is unavailable when no place can be seen', async () => {
    const world = openPlaces();
    world.says.set('', ['unavailable', 'no such folder']);
    world.says.set('disinto-agents', ['unavailable', 'proxy denies POST']);
    world.show(agents());
    await using running = await runSource(world.source, world.clock);
    expect(running.reports.at(-1)).toEqual(['unavailable', 'no such folder; disinto-agents: proxy denies POST']);
  });

  test('starts again where it failed, and says so meanwhile', async () => {
    const world = openPlaces();
    world.broken.add('disinto-agents');
    world.show(agents());
    await using running = await runSource(world.source, world.clock);
    expect(running.reports.at(-1)).toEqual(['degraded', 'disinto-agents: a bug']);
    world.broken.clear();
    await world.clock.advance(10 * SECOND);
    expect(world.log.filter((line) => line === 'start disinto-agents')).toHaveLength(2);
    expect(running.reports.at(-1)?.[0]).toBe('available');
  });

  test('ends everywhere when it is told to', async () => {
    const world = openPlaces();
    world.show(agents());
    const running = await runSource(world.source, world.clock);
    expect(world.source.running()).toHaveLength(2);
    await running[Symbol.asyncDispose]();
    expect(world.log.slice(-2).toSorted()).toEqual(['end ', 'end disinto-agents']);
    expect(world.source.running()).toEqual([]);
    expect(world.clock.pending()).toBe(0);
  });
});

describe('a sidecar that was given nothing of the factory’s', () => {
  test('does not take its own temporary folder for the agents’', async () => {
    const world = openPlaces({ isBare: async () => true });
    world.show(agents());
    await using running = await runSource(world.source, world.clock);
    expect(world.log).toEqual(['start disinto-agents']);
    expect(running.reports).toEqual([['available', 'disinto-agents: looking']]);
  });

  test('is unavailable without a container of agents, and says what to set', async () => {
    const world = openPlaces({ isBare: async () => true });
    await using running = await runSource(world.source, world.clock);
    expect(running.reports).toHaveLength(1);
    expect(running.reports[0]?.[0]).toBe('unavailable');
    expect(running.reports[0]?.[1]).toContain('[factory] agents_container');
  });

  test('is unavailable when the engine cannot be asked, with its reason', async () => {
    const world = openPlaces({ isBare: async () => true });
    world.state.found = { seen: false, reason: 'proxy denies GET /containers/json: set CONTAINERS=1' };
    await using running = await runSource(world.source, world.clock);
    expect(running.reports).toEqual([['unavailable', 'proxy denies GET /containers/json: set CONTAINERS=1']]);
  });
});

describe('a folder that both see', () => {
  const list = async (world: ReturnType<typeof openPlaces>, folder: string) =>
    world.made.find((at) => !at.isLocal)?.place.files.list(folder, () => true);

  test('is read on this machine alone', async () => {
    const world = openPlaces();
    const place = agents();
    world.local.folder('/tmp');
    place.folder('/tmp');
    place.folder('/logs');
    for (const one of [world.local, place]) one.proc.set('sys/kernel/random/boot_id', 'b00t');
    Object.assign(place.files, { list: world.local.files.list });
    world.show(place);
    await using _ = await runSource(world.source, world.clock);
    expect(await list(world, '/tmp')).toMatchObject({ seen: false, why: 'shared' });
  });

  test('is another one on another machine, whatever its numbers are', async () => {
    const world = openPlaces();
    const place = agents();
    world.local.folder('/tmp');
    world.local.proc.set('sys/kernel/random/boot_id', 'one');
    place.proc.set('sys/kernel/random/boot_id', 'two');
    Object.assign(place.files, { list: world.local.files.list });
    world.show(place);
    await using _ = await runSource(world.source, world.clock);
    expect(await list(world, '/tmp')).toMatchObject({ seen: true });
  });

  test('is another one where nobody can say which machine it is, or which folder', async () => {
    const world = openPlaces();
    const place = agents();
    world.local.folder('/tmp');
    Object.assign(place.files, { list: world.local.files.list });
    world.show(place);
    await using _ = await runSource(world.source, world.clock);
    expect(await list(world, '/tmp')).toMatchObject({ seen: true });
    const nameless = { seen: true, folder: '', files: [] } as const;
    for (const one of [world.local, place]) one.proc.set('sys/kernel/random/boot_id', 'b00t');
    for (const one of [world.local, place]) Object.assign(one.files, { list: async () => nameless });
    await world.clock.advance(20 * SECOND);
    expect(await list(world, '/tmp')).toEqual(nameless);
  });

  test('is another one when its device and inode differ', async () => {
    const world = openPlaces();
    const place = agents();
    for (const one of [world.local, place]) {
      one.folder('/tmp');
      one.proc.set('sys/kernel/random/boot_id', 'b00t');
    }
    world.show(place);
    await using _ = await runSource(world.source, world.clock);
    expect(await list(world, '/tmp')).toMatchObject({ seen: true });
  });
});
