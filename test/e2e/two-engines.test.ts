import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { composeLabels, missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';

const missing = missingForDocker();

const configOf = (first: Dockerd, second: Dockerd): string => `
[[docker]]
host = "box"
url = "${first.url}"

[[docker]]
host = "box-2"
url = "${second.url}"
`;

/** Of one name on each engine: it dies three times in a row. */
const dying = { name: 'harb-anvil-1', labels: composeLabels('harb', 'anvil'), cmd: 'exit 3', restart: 'on-failure:2' };
/** Of one name on each engine, and there to stay. */
const steady = { name: 'harb-web-1', labels: composeLabels('harb', 'web') };

const loops = (reactor: Reactor): readonly string[] =>
  reactor
    .findings('restart-loop-foreign')
    .filter(({ state }) => state === 'firing')
    .map(({ host }) => host)
    .toSorted();

const said = (reactor: Reactor, source: string): string =>
  reactor.eventsOf('reactor.source').findLast((data) => data.source === source)?.state ?? '';

/** What the log last heard of a container, by box. */
const lastOf = (reactor: Reactor, name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    reactor
      .events()
      .flatMap((event) => (event.kind === 'docker.container' && event.data.name === name ? [event] : []))
      .map((event) => [event.host, event.data.action]),
  );

test.skipIf(missing !== null)(
  'two engines with stacks of one name are two: findings, blindness, restarts and what is said of them',
  async () => {
    await using first = await startDockerd();
    await using second = await startDockerd();
    await first.runContainer(steady);
    await second.runContainer(steady);
    await using reactor = await startReactor({ env: { DOCKER_HOST: '' }, config: configOf(first, second) });

    await second.runContainer(dying);
    await reactor.waitFor('the loop on the second box', () => loops(reactor).length === 1);
    expect(loops(reactor)).toEqual(['box-2']);
    await first.runContainer(dying);
    await reactor.waitFor('the loop on the first box', () => loops(reactor).length === 2);
    await reactor.idle();
    expect(reactor.vaultItems()).toHaveLength(2);

    await second.stop();
    await reactor.waitFor('the second engine to be missed', () => said(reactor, 'docker@box-2') === 'unavailable');
    expect(said(reactor, 'docker')).toBe('available');
    const metrics = await (await reactor.fetch('/metrics')).text();
    expect(metrics).toMatch(/source_up\{source="docker"\} 1\n/);
    expect(metrics).toMatch(/source_up\{source="docker@box-2"\} 0\n/);
    const doctor = (await reactor.run('doctor')).stdout;
    expect(doctor).toMatch(/ok\s+docker box\b/);
    expect(doctor).toMatch(/(?:warn|broken)\s+docker box-2\b/);
    const preflight = (await reactor.run('preflight')).stdout;
    expect(preflight).toContain('harb-web-1');
    expect(preflight).toMatch(/degraded: box-2: /);

    // What goes on each engine while nobody looks is found out by each of them, although the names are the same.
    await reactor.stop();
    await first.docker('rm', '-f', 'harb-web-1');
    await second.start();
    await reactor.start();
    await reactor.waitFor('both to be seen again', () => said(reactor, 'docker@box-2') === 'available');
    await reactor.waitFor(
      'the end of the one that was removed',
      () => lastOf(reactor, 'harb-web-1')['box'] === 'destroy',
    );
    expect(lastOf(reactor, 'harb-web-1')['box-2']).not.toBe('destroy');
    expect(loops(reactor)).toEqual(['box', 'box-2']);

    // Nobody looks at a box that was taken out: what was there is not there any more, and its source is not missed.
    writeFileSync(join(reactor.root, 'reactor.toml'), `[[docker]]\nhost = "box"\nurl = "${first.url}"\n`);
    await reactor.restart();
    expect(lastOf(reactor, 'harb-web-1')).toEqual({ box: 'destroy', 'box-2': 'destroy' });
    await reactor.waitFor('the end of its source', () => said(reactor, 'docker@box-2') === 'retired');
  },
);
