import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openDocker } from '../../src/adapters/docker.ts';
import { diskFiles } from '../../src/adapters/files.ts';
import { openHost } from '../../src/adapters/host.ts';
import type { EventData } from '../../src/core/catalog/catalog.ts';
import type { Host } from '../../src/ports/host.ts';
import { composeSource } from '../../src/sources/compose/index.ts';
import { addCompose, missingForCompose } from '../support/compose-plugin.ts';
import { missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { runReal } from '../support/run-real.ts';
import { SILENT_LOG } from '../support/run-source.ts';

const missing = missingForDocker() ?? missingForCompose();

const BASE = 'network_mode: none, command: sh -c "sleep 100000", stop_grace_period: 0s';

describe.skipIf(missing !== null)('stacks that Compose itself started, on a real engine', () => {
  let engine: Dockerd;
  let folder = '';
  beforeAll(async () => {
    engine = await startDockerd();
    addCompose(engine);
    const id = await engine.runContainer();
    // Another image; `docker tag` would only be another name of the same.
    for (const name of ['bb:2', 'bb:3']) await engine.docker('commit', '-m', name, id, name);
    await engine.docker('rm', '-f', id);
  }, 120_000);
  afterAll(async () => engine[Symbol.asyncDispose]());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reactor-compose-'));
  });
  afterEach(async () => {
    await compose('down', '-t', '0', '--remove-orphans');
    rmSync(folder, { recursive: true, force: true });
  });

  /** A file of the stack, replaced at once, as editors do. */
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, 'more'), { recursive: true });
    writeFileSync(join(folder, '.new'), text);
    renameSync(join(folder, '.new'), join(folder, name));
  };
  const service = (name: string, says: string): string => `  ${name}: {${BASE}, ${says}}\n`;
  const stack = (...services: readonly string[]): string => `services:\n${services.join('')}`;
  /** `docker compose` in the folder of the stack, with variables of whoever runs it. */
  const compose = (...args: readonly string[]): Promise<string> =>
    engine.docker('compose', '--project-directory', folder, '-p', 'harb', ...files(), ...args);
  let named: readonly string[] = ['docker-compose.yml'];
  const files = (): readonly string[] => named.flatMap((name) => ['-f', join(folder, name)]);
  const up = () => compose('up', '-d', '--no-build', '--pull', 'never');
  const watch = (machine: Pick<Host, 'proc'> = openHost()) => {
    const source = composeSource({
      docker: openDocker(engine.url),
      host: 'box',
      isOwn: true,
      ownership: { ownStacks: [], siblings: new Map() },
      files: diskFiles,
      machine,
      clock: systemClock,
      log: SILENT_LOG,
      latest: () => [],
    });
    // Without the source of Docker beside it nobody says that containers were made anew.
    return Object.assign(runReal(source), { upAndLook: async () => [await up(), await source.sweep?.('up')] });
  };
  const is =
    (name: string, state: string, pinned?: string) =>
    (data: EventData<'compose.service'>): boolean =>
      data.service === name && data.state === state && (pinned === undefined || data.pinned === pinned);

  test('an edit is found within two seconds, and is over with the next up', async () => {
    write(
      'docker-compose.yml',
      stack(service('app', 'image: "bb:1"'), service('web', 'image: "docker.io/library/bb:1"')),
    );
    await up();
    await using run = watch();
    await run.until('compose.service', is('app', 'same', 'bb:1'));
    await run.until('compose.service', is('web', 'same'));
    write('docker-compose.yml', stack(service('app', 'image: "bb:2"'), service('web', 'image: "bb:1"')));
    const edited = performance.now();
    const found = await run.until('compose.service', is('app', 'other', 'bb:2'));
    expect(performance.now() - edited).toBeLessThan(2_000);
    expect(found).toMatchObject({ stack: 'harb', running: 'bb:1', file: join(folder, 'docker-compose.yml') });
    await run.upAndLook();
    const mended = await run.until('compose.service', (data) => is('app', 'same', 'bb:2')(data) && data.exists);
    expect(mended.container).not.toBe(found.container);
    // Another spelling is no other image, although Compose makes the container anew for it.
    const web = run.of('compose.service').filter(({ service: name }) => name === 'web');
    expect(new Set(web.map(({ state }) => state))).toEqual(new Set(['same']));
  });

  test('what whoever ran up had in the environment accuses nobody, and a change of .env is found', async () => {
    write(
      'docker-compose.yml',
      stack(service('app', 'image: "bb:${TAG:-1}"'), service('web', 'image: "bb:${WEB:-1}"')),
    );
    write('.env', 'TAG=2\n');
    process.env['WEB'] = '3';
    try {
      await up();
    } finally {
      delete process.env['WEB'];
    }
    await using run = watch();
    await run.until('compose.service', is('app', 'same', 'bb:2'));
    const web = await run.until('compose.service', is('web', 'unknown', 'bb:1'));
    expect(web).toMatchObject({ running: 'bb:3', reason: expect.stringContaining('WEB may have been set otherwise') });
    write('.env', 'TAG=3\nWEB=1\nSECRET=hunter2\n');
    await run.until('compose.service', is('app', 'other', 'bb:3'));
    expect(run.of('compose.service').findLast((data) => data.service === 'web')?.state).toBe('unknown');
    expect(JSON.stringify(run.events)).not.toContain('hunter2');
  });

  test('what is built is nobody’s pin, what is laid over it and what is taken over is read as Compose reads it', async () => {
    named = ['docker-compose.yml', 'docker-compose.override.yml'];
    write('more/inc.yml', stack(service('inc', 'image: "bb:1"')));
    write('more/base.yml', stack(service('base', 'image: "bb:1"')));
    write(
      'docker-compose.yml',
      `include: [more/inc.yml]\nx-any: &any {${BASE}, image: "bb:2"}\n${stack(
        service('built', 'build: .'),
        service('laid', 'image: "bb:1"'),
        service('far', 'extends: {file: more/base.yml, service: base}'),
        service('base', 'image: "bb:3"'),
        service('near', 'extends: base'),
      )}  any: {<<: *any}\n`,
    );
    write('docker-compose.override.yml', 'services: {laid: {image: "bb:2"}}\n');
    await engine.docker('tag', 'bb:1', 'harb-built');
    await up();
    await using run = watch();
    await run.until('compose.service', is('any', 'same', 'bb:2'));
    const found = run.of('compose.service').map(({ service: name, state, pinned }) => `${name} ${state} ${pinned}`);
    expect(found.toSorted()).toEqual([
      'any same bb:2',
      'base same bb:3',
      'built built ',
      'far unknown ',
      'inc unknown ',
      'laid same bb:2',
      'near same bb:3',
    ]);
    named = ['docker-compose.yml'];
  });

  test('a name that is put on another image has moved, for Compose too', async () => {
    write('docker-compose.yml', stack(service('app', 'image: "moving:1"')));
    await engine.docker('tag', 'bb:1', 'moving:1');
    await up();
    await using run = watch();
    const before = await run.until('compose.service', is('app', 'same'));
    await engine.docker('tag', 'bb:2', 'moving:1');
    write('.env', '');
    const moved = await run.until('compose.service', is('app', 'moved', 'moving:1'));
    expect(moved.container).toBe(before.container);
    await run.upAndLook();
    const after = await run.until(
      'compose.service',
      (data) => is('app', 'same')(data) && data.container !== before.container,
    );
    expect(after.exists).toBe(true);
  });

  /** What a process in a container reads of its own mounts. */
  const insideOf = async (...options: readonly string[]): Promise<Pick<Host, 'proc'>> => {
    const id = await engine.runContainer({ name: 'reactor', options });
    const mounts = await engine.docker('exec', id, 'cat', '/proc/self/mountinfo');
    return { proc: async (path) => (path === 'self/mountinfo' ? mounts : null) };
  };

  test('in a container of the engine only what is mounted into it is read, wherever that is', async () => {
    write('docker-compose.yml', stack(service('app', 'image: "bb:1"')));
    await up();
    const elsewhere = join(folder, 'more');
    writeFileSync(join(elsewhere, 'docker-compose.yml'), stack(service('app', 'image: "bb:2"')));
    try {
      await using blind = watch(await insideOf());
      const unknown = await blind.until('compose.service', is('app', 'unknown'));
      expect(unknown.reason).toContain(`mount ${folder} into this container`);
      await blind.untilReport('the images of 1 of 1 containers are not compared');
      await engine.docker('rm', '-f', 'reactor');
      await using seeing = watch(await insideOf('-v', `${folder}:${elsewhere}`));
      await seeing.until('compose.service', is('app', 'other', 'bb:2'));
    } finally {
      await engine.docker('rm', '-f', 'reactor');
    }
  });
});
