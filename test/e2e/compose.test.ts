import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeLabels, missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { ownRules } from '../support/own-rules.ts';
import { startReactor, type Reactor, type ReactorFolders } from '../support/reactor.ts';

const missing = missingForDocker();

const SIBLINGS = `
[siblings.harb]
owner = "@johba"
`;

/** The shipped rule without its ten minutes. */
const QUICK = `[[rule]]
id = "drift"
title = "Drift of {{e.name}}"
priority = "P4"
on = ["compose.service"]
key = ["e.stack", "e.service"]
when = 'e.exists && e.state in ["other", "moved"]'
clear = '!e.exists || e.state in ["same", "built"]'
hold = { for = "0s" }
text = "{{e.name}} runs {{e.running}}: {{e.reason}}; owner {{e.stack_owner}}"
do = [{ act = "journal" }]
`;

const fileOf = ({ root }: ReactorFolders): string => join(root, 'harb/docker-compose.yml');

function write(folders: ReactorFolders, text: string): void {
  const path = fileOf(folders);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

const RULES = ownRules(QUICK, SIBLINGS);

function prepare(folders: ReactorFolders): void {
  RULES.prepare(folders);
  mkdirSync(join(folders.root, 'harb'));
  write(folders, 'services: {app: {image: "bb:1"}}\n');
}

const labelsOf = (folders: ReactorFolders) => ({
  ...composeLabels('harb', 'app'),
  'com.docker.compose.project.config_files': fileOf(folders),
  'com.docker.compose.project.working_dir': join(folders.root, 'harb'),
});

const last = (reactor: Reactor) => reactor.eventsOf('compose.service').at(-1);

describe.skipIf(missing !== null)('with a real Docker engine', () => {
  let engine: Dockerd;
  beforeAll(async () => {
    engine = await startDockerd();
    const id = await engine.runContainer();
    await engine.docker('commit', id, 'bb:2');
    await engine.docker('rm', '-f', id);
  }, 120_000);
  afterAll(async () => engine[Symbol.asyncDispose]());

  test('a container whose file is edited is found within two seconds, written down with its owner, and over with the next one', async () => {
    await using reactor = await startReactor({ env: { DOCKER_HOST: engine.url }, config: RULES.config, prepare });
    await engine.runContainer({ name: 'harb-app-1', labels: labelsOf(reactor) });
    await reactor.waitFor('the container', () => last(reactor)?.state === 'same');
    expect(last(reactor)).toMatchObject({ pinned: 'bb:1', stack_owner: '@johba', managed: false });
    expect(reactor.findings('image-drift')).toEqual([]);

    const edited = performance.now();
    write(reactor, 'services: {app: {image: "bb:2"}}\n');
    await reactor.waitFor('the finding', () => reactor.findings('drift').some(({ state }) => state === 'firing'));
    expect(performance.now() - edited).toBeLessThan(2_000);
    await reactor.waitFor('the shipped rule', () => reactor.findings('image-drift')[0]?.state === 'pending');
    const [line] = await reactor.waitFor(
      'the journal',
      () => reactor.journalLines().length > 0 && reactor.journalLines(),
    );
    expect(line).toContain('harb-app-1 runs bb:1: the file names bb:2; owner @johba');
    expect(reactor.vaultItems()).toEqual([]);

    await engine.docker('rm', '-f', 'harb-app-1');
    await reactor.waitFor('its end', () => reactor.findings('drift')[0]?.state === 'resolved', 3_000);
    expect(last(reactor)?.exists).toBe(false);
  });

  test('a name that is put on another image is found within two seconds', async () => {
    await using reactor = await startReactor({ env: { DOCKER_HOST: engine.url }, config: RULES.config, prepare });
    write(reactor, 'services: {app: {image: "moving:1"}}\n');
    await engine.docker('tag', 'bb:1', 'moving:1');
    const labels = Object.entries(labelsOf(reactor)).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
    await engine.docker(
      'run',
      '-d',
      '--network',
      'none',
      '--name',
      'harb-app-1',
      ...labels,
      'moving:1',
      'sleep',
      '1000',
    );
    await reactor.waitFor('the container', () => last(reactor)?.state === 'same');
    const tagged = performance.now();
    await engine.docker('tag', 'bb:2', 'moving:1');
    await reactor.waitFor('the finding', () => reactor.findings('drift').some(({ state }) => state === 'firing'));
    expect(performance.now() - tagged).toBeLessThan(2_000);
    expect(last(reactor)).toMatchObject({ state: 'moved', running: 'moving:1', pinned: 'moving:1' });
    await engine.docker('rm', '-f', 'harb-app-1');
  });

  test('a file that is not here accuses nobody and is not called fine, and doctor names it', async () => {
    await using reactor = await startReactor({ env: { DOCKER_HOST: engine.url }, config: RULES.config, prepare });
    const labels = {
      ...labelsOf(reactor),
      'com.docker.compose.project.config_files': '/srv/nowhere/docker-compose.yml',
    };
    await engine.runContainer({ name: 'harb-app-1', labels });
    await reactor.waitFor('the container', () => last(reactor)?.state === 'unknown');
    expect(last(reactor)?.reason).toContain('/srv/nowhere/docker-compose.yml: there is no such folder here');
    const said = reactor.eventsOf('reactor.source').findLast(({ source }) => source === 'compose');
    expect(said).toMatchObject({ state: 'degraded', reason: expect.stringContaining('/srv/nowhere') });
    expect(reactor.findings('drift')).toEqual([]);
    const { stdout } = await reactor.run('doctor');
    expect(stdout).toContain('what runs was made from /srv/nowhere/docker-compose.yml, which is not on this box');
    await engine.docker('rm', '-f', 'harb-app-1');
  });
});
