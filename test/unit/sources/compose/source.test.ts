import { expect, test } from 'vitest';
import { toEvent } from '../../../../src/core/event.ts';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import { parseComposeFile } from '../../../../src/sources/compose/document.ts';
import { composeSource, type ComposeSource } from '../../../../src/sources/compose/index.ts';
import { fakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { fakeDocker, seenContainer, type FakeDocker } from '../../../support/fake-docker.ts';
import { fakePlace, type FakePlace } from '../../../support/fake-place.ts';
import { logOf, runSource, SILENT_LOG, type RunningSource } from '../../../support/run-source.ts';

// The library is loaded at the first file; that takes real time, of which a clock that stands still knows nothing.
await parseComposeFile('');

const FILE = '/srv/harb/docker-compose.yml';
const HARB = { owner: '@johba', contact: '', repo: '', note: '', room: 'harb-ops' };

type Labels = Readonly<Record<string, string>>;

interface World {
  readonly clock: FakeClock;
  readonly docker: FakeDocker;
  readonly place: FakePlace;
  /** Puts a container of stack harb up. */
  up(service: string, image: string, more?: Partial<Parameters<typeof seenContainer>[0]>, labels?: Labels): void;
  /** Writes the Compose file: images by service. */
  write(images: Readonly<Record<string, string>>): void;
  source(before?: RunningSource, isOwn?: boolean): ComposeSource;
}

function openWorld(): World {
  const clock = fakeClock();
  const docker = fakeDocker(() => clock.now());
  const place = fakePlace();
  return {
    clock,
    docker,
    place,
    up(service, image, more = {}, others = {}) {
      const labels = {
        ...others,
        'com.docker.compose.project': 'harb',
        'com.docker.compose.service': service,
        'com.docker.compose.container-number': '1',
        'com.docker.compose.project.config_files': FILE,
        'com.docker.compose.project.working_dir': '/srv/harb',
      };
      docker.show(seenContainer({ name: `harb-${service}-1`, image, imageId: `id of ${image}`, labels, ...more }));
    },
    write(images) {
      const services = Object.entries(images).map(([name, image]) => `  ${name}: {image: "${image}"}\n`);
      place.put(FILE, `services:\n${services.join('')}`, clock.now());
    },
    source: (before, isOwn = true) =>
      composeSource({
        docker,
        host: 'box',
        isOwn,
        ownership: { ownStacks: ['disinto'], siblings: new Map([['harb', HARB]]) },
        files: place.files,
        machine: place.machine,
        clock,
        log: SILENT_LOG,
        latest: logOf(before?.events ?? []),
      }),
  };
}

const shown = (running: RunningSource): readonly string[] =>
  running
    .said('compose.service')
    .map(({ service, state, pinned, exists }) => `${service} ${exists ? state : 'gone'} ${pinned}`);

test('a container that runs what its file names is the same, and one whose file is changed is found within a second', async () => {
  const { clock, up, write, source } = openWorld();
  write({ app: 'app:1', web: 'web:1' });
  up('app', 'app:1');
  up('web', 'web:1');
  await using running = await runSource(source(), clock);
  expect(shown(running)).toEqual(['app same app:1', 'web same web:1']);
  write({ app: 'app:2', web: 'web:1' });
  await clock.advance(SECOND);
  const [found] = running.said('compose.service');
  expect(found).toMatchObject({ state: 'other', pinned: 'app:2', running: 'app:1', file: FILE, number: 1 });
  expect(found).toMatchObject({ stack: 'harb', managed: false, stack_owner: '@johba', stack_owner_room: 'harb-ops' });
  write({ app: 'app:1', web: 'web:1' });
  await clock.advance(SECOND);
  expect(shown(running)).toEqual(['app same app:1']);
  await clock.advance(10 * MINUTE);
  expect(shown(running)).toEqual([]);
});

test('files are read when they change, not every second', async () => {
  const { clock, up, write, place, source } = openWorld();
  write({ app: 'app:${T:-1}' });
  place.put('/srv/harb/.env', 'T=1', 0);
  up('app', 'app:1');
  await using running = await runSource(source(), clock);
  await clock.advance(30 * SECOND);
  expect(place.reads).toEqual([FILE, '/srv/harb/.env']);
  expect(shown(running)).toEqual(['app same app:1']);
});

test('what a file said is forgotten with the last container that was made from it', async () => {
  const { clock, up, write, place, source } = openWorld();
  write({ app: 'app:1' });
  up('app', 'app:1');
  await using running = await runSource(source(), clock);
  for (const state of ['exited', 'running'] as const) {
    up('app', 'app:1', { state });
    await clock.advance(MINUTE);
  }
  expect(shown(running)).toEqual(['app same app:1', 'app gone app:1', 'app same app:1']);
  expect(place.reads).toEqual([FILE, FILE]);
});

test('variables are not read for an image without them: that is where passwords are', async () => {
  const { clock, up, write, place, source } = openWorld();
  write({ app: 'app:1' });
  place.put('/srv/harb/.env', 'T=1', 0);
  up('app', 'app:1');
  await using running = await runSource(source(), clock);
  await clock.advance(2 * MINUTE);
  expect(shown(running)).toEqual(['app same app:1']);
  expect(place.reads).toEqual([FILE]);
});

test('a change of .env accuses a container that ran what it said, also when it happens while nobody looks, and no other', async () => {
  const { clock, up, write, place, source } = openWorld();
  write({ app: 'app:$T', web: 'web:$T' });
  place.put('/srv/harb/.env', 'T=1', 0);
  up('app', 'app:1');
  up('web', 'web:7');
  const first = await runSource(source(), clock);
  expect(shown(first)).toEqual(['app same app:1', 'web unknown web:1']);
  await first[Symbol.asyncDispose]();
  place.put('/srv/harb/.env', 'T=2', 0);
  await using second = await runSource(source(first), clock);
  expect(shown(second)).toEqual(['app other app:2', 'web unknown web:2']);
  place.put('/srv/harb/.env', 'T=3', 0);
  await clock.advance(SECOND);
  expect(shown(second)).toEqual(['app other app:3', 'web unknown web:3']);
  up('app', 'app:4', { id: 'another' });
  await clock.advance(MINUTE);
  expect(shown(second)).toEqual(['app unknown app:3']);
});

test('two names of one image prove nothing about a variable', async () => {
  const { clock, docker, up, write, place, source } = openWorld();
  write({ app: 'app:${T:-1}' });
  up('app', 'app:2');
  docker.tag('docker.io/library/app:1', 'id of app:2');
  await using running = await runSource(source(), clock);
  expect(shown(running)).toEqual(['app same app:1']);
  place.put('/srv/harb/.env', 'T=3', 0);
  await clock.advance(SECOND);
  expect(shown(running)).toEqual(['app unknown app:3']);
});

test.each<[string, (place: FakePlace) => void]>([
  ['cannot be read', (place) => place.folder('/srv/harb/.env')],
  ['is too large', (place) => place.put('/srv/harb/.env', `X=${'y'.repeat(70_000)}`, 0)],
])('a file of variables that %s may say anything', async (_, ruin) => {
  const { clock, up, write, place, source } = openWorld();
  write({ app: 'app:${T:-1}', web: 'web:1' });
  up('app', 'app:1');
  up('web', 'web:1');
  ruin(place);
  await using running = await runSource(source(), clock);
  expect(shown(running)).toEqual(['app unknown app:…', 'web same web:1']);
});

test.each([
  ['running', 1],
  ['paused', 1],
  ['restarting', 1],
  ['created', 0],
  ['exited', 0],
  ['dead', 0],
] as const)('of a container that is %s the image is compared: %s', async (state, times) => {
  const { clock, up, write, source } = openWorld();
  write({ app: 'app:1' });
  up('app', 'app:1', { state });
  await using running = await runSource(source(), clock);
  expect(shown(running)).toHaveLength(times);
});

test('the id that Compose wrote down counts as well as that of the engine', async () => {
  const { clock, docker, up, write, source } = openWorld();
  write({ app: 'app:1' });
  up('app', 'app:1', { imageId: 'id of its manifest' }, { 'com.docker.compose.image': 'id of its list' });
  docker.tag('docker.io/library/app:1', 'id of its list');
  await using running = await runSource(source(), clock);
  expect(shown(running)).toEqual(['app same app:1']);
});

test('a name that is on another image by now has moved, and is the same once the container is made anew', async () => {
  const { clock, docker, up, write, source } = openWorld();
  write({ app: 'app:1' });
  up('app', 'app:1');
  docker.tag('docker.io/library/app:1', 'id of app:1');
  const watch = source();
  await using running = await runSource(watch, clock);
  expect(shown(running)).toEqual(['app same app:1']);
  docker.tag('docker.io/library/app:1', 'id of a newer one');
  const head = { id: '1', source: 'docker://box', subject: 'app:1', time: clock.now(), host: 'box' };
  watch.note(toEvent('docker.image', head, { action: 'tag', name: 'app:1' }));
  await clock.advance(SECOND);
  expect(shown(running)).toEqual(['app moved app:1']);
  up('app', 'app:1', { id: 'new', imageId: 'id of a newer one' });
  await clock.advance(MINUTE);
  expect(shown(running)).toEqual(['app same app:1']);
});

test('a container that comes is looked at soon, one that goes is gone, and `compose run` is nobody', async () => {
  const { clock, docker, up, write, source } = openWorld();
  write({ app: 'app:2' });
  const watch = source();
  await using running = await runSource(watch, clock);
  expect(running.reports).toEqual([['available', 'no container of Compose is up']]);
  const note = (action: string, state: string): void => {
    const head = {
      id: `${action}${clock.now()}`,
      source: 'docker://box',
      subject: 'x',
      time: clock.now(),
      host: 'box',
    };
    const id = 'harb-app-1'.padEnd(64, '0');
    watch.note(toEvent('docker.container', head, { action, state, id, stack: 'harb' }));
  };
  up('app', 'app:1');
  note('start', 'running');
  await clock.advance(SECOND);
  expect(shown(running)).toEqual(['app other app:2']);
  up('app', 'app:1', { state: 'exited' });
  note('die', 'exited');
  await clock.advance(SECOND);
  expect(shown(running)).toEqual(['app gone app:2']);
  const oneOff = {
    'com.docker.compose.project': 'harb',
    'com.docker.compose.service': 'app',
    'com.docker.compose.oneoff': 'True',
  };
  docker.show(seenContainer({ name: 'harb-app-run-1', labels: oneOff }));
  await clock.advance(MINUTE);
  expect(shown(running)).toEqual([]);
});

test('an engine that is back is asked at once, and another engine is another matter', async () => {
  const { clock, up, write, source } = openWorld();
  write({ app: 'app:1' });
  const watch = source();
  await using running = await runSource(watch, clock);
  up('app', 'app:1');
  const connected = (host: string) =>
    toEvent(
      'docker.daemon',
      { id: host, source: `docker://${host}`, subject: host, time: clock.now(), host },
      { action: 'connected' },
    );
  watch.note(connected('elsewhere'));
  await clock.advance(2 * SECOND);
  expect(shown(running)).toEqual([]);
  watch.note(connected('box'));
  await clock.advance(SECOND);
  expect(shown(running)).toEqual(['app same app:1']);
});

test('an engine that cannot be asked changes nothing that is known, and is asked again', async () => {
  const { clock, docker, up, write, source } = openWorld();
  write({ app: 'app:2' });
  up('app', 'app:1');
  await using running = await runSource(source(), clock);
  docker.fail('Docker is away');
  await clock.advance(MINUTE);
  expect(running.reports.at(-1)).toEqual(['degraded', 'Docker is away']);
  // By this the engine knows what is unconfirmed while Docker is away.
  expect(running.events[0]?.source).toBe('docker://box/harb/app/1');
  docker.fail(null);
  await clock.advance(10 * SECOND);
  expect(running.reports.at(-1)?.[0]).toBe('available');
  expect(shown(running)).toEqual(['app other app:2']);
});

test('without leave to look at containers what is known stays as it was, and that is said', async () => {
  const { clock, docker, up, write, source } = openWorld();
  write({ app: 'app:2' });
  up('app', 'app:1');
  await using running = await runSource(source(), clock);
  shown(running);
  docker.deny('containers');
  await clock.advance(2 * MINUTE);
  expect(shown(running)).toEqual([]);
  expect(running.reports.at(-1)).toEqual(['degraded', 'proxy denies GET /containers']);
});

test('an engine that is lost in the middle of a look proves nothing', async () => {
  const { clock, docker, up, write, source } = openWorld();
  write({ app: 'app:2' });
  up('app', 'app:2');
  docker.tag('app:2', 'id of app:2');
  await using running = await runSource(source(), clock);
  shown(running);
  docker.tag('app:3', 'id of app:2');
  write({ app: 'app:3' });
  docker.whenAsked('images', () => docker.fail('Docker is away'));
  await clock.advance(SECOND);
  expect(shown(running)).toEqual([]);
  expect(running.reports.at(-1)).toEqual(['degraded', 'Docker is away']);
});

test('without leave to look at images nothing is compared, and that is said', async () => {
  const { clock, docker, up, write, source } = openWorld();
  write({ app: 'app:2' });
  up('app', 'app:1');
  docker.deny('images');
  await using running = await runSource(source(), clock);
  expect(shown(running)).toEqual(['app unknown app:2']);
  expect(running.reports.at(-1)).toEqual(['degraded', expect.stringContaining('proxy denies GET /images')]);
});

test.each<[string, (world: World) => void, string]>([
  ['is gone', ({ place }) => place.remove(FILE), 'there is no such file here'],
  ['is in a folder that is not here', ({ place }) => place.remove('/srv/harb'), 'there is no such folder here'],
  ['is in a folder that may not be read', ({ place }) => place.refused.set('/srv/harb', 'not allowed'), 'not allowed'],
  ['is too large', ({ place }) => place.put(FILE, '#'.repeat(600_000), 0), 'larger than 128 kB'],
  ['is no YAML', ({ place }) => place.put(FILE, 'a: [hunter2', 0), 'no YAML at line 1'],
])('a file that %s makes its containers unknown, never fine and never accused', async (_, ruin, reason) => {
  const world = openWorld();
  world.write({ app: 'app:2' });
  world.up('app', 'app:1');
  await using running = await runSource(world.source(), world.clock);
  expect(shown(running)).toEqual(['app other app:2']);
  ruin(world);
  await world.clock.advance(2 * SECOND);
  const [said] = running.said('compose.service');
  expect(said).toMatchObject({ state: 'unknown', pinned: '', reason: expect.stringContaining(reason) });
  expect(JSON.stringify([said, running.reports])).not.toContain('hunter2');
  expect(running.reports.at(-1)).toEqual(['degraded', expect.stringContaining(FILE)]);
});

const SELF = '5e1f'.repeat(16);

test('inside a container of the engine only what is mounted from the box is at hand', async () => {
  const { clock, docker, place, up, source } = openWorld();
  place.proc.set('self/mountinfo', `7 1 8:1 /var/lib/docker/containers/${SELF}/hostname /etc/hostname rw - ext4 x rw`);
  // The reactor's own image has a file of that name: it is not the one that is meant.
  place.put(FILE, 'services: {app: {image: "app:1"}}', 0);
  place.put('/stacks/docker-compose.yml', 'services: {app: {image: "app:2"}}', 0);
  up('app', 'app:1');
  docker.show(seenContainer({ name: 'reactor', id: SELF, binds: [] }));
  const watch = source();
  await using running = await runSource(watch, clock);
  const [said] = running.said('compose.service');
  expect(said).toMatchObject({ state: 'unknown', reason: expect.stringContaining(`mount /srv/harb`) });
  docker.show(seenContainer({ name: 'reactor', id: SELF, binds: [{ source: '/srv/harb', target: '/stacks' }] }));
  await watch.sweep?.('test');
  expect(shown(running)).toEqual(['app other app:2']);
});

test('files of another box are not looked for on this one', async () => {
  const { clock, place, up, write, source } = openWorld();
  write({ app: 'app:2' });
  up('app', 'app:1');
  const watch = source(undefined, false);
  expect([watch.name, watch.sees]).toEqual(['compose@box', 'docker://box']);
  await using running = await runSource(watch, clock);
  expect(shown(running)).toEqual(['app unknown ']);
  expect(running.reports).toEqual([['degraded', expect.stringContaining('the files are on box')]]);
  expect(place.reads).toEqual([]);
});
