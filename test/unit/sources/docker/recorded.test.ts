import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AnyEvent } from '../../../../src/core/event.ts';
import { createMemory, type Memory } from '../../../../src/sources/docker/memory.ts';

const lines = readFileSync('test/fixtures/docker/engine-20.10-compose-incident.ndjson', 'utf8').trim().split('\n');

const harb = { owner: 'johba', contact: '', repo: 'johba/harb', note: '', room: 'harb-ops' };

const openMemory = (): Memory =>
  createMemory({
    host: 'box',
    ownership: { ownStacks: ['disinto'], siblings: new Map([['harb', harb]]) },
    past: [],
    watchedSince: null,
  });

test('a recorded incident reads as it happened, without exec, attach, mount and prune', () => {
  expect(openMemory().read(lines).map(show).join('\n')).toMatchInlineSnapshot(`
    "54:00.872 network create 60069fc8
    54:00.890 volume create harb_anvil-data
    54:01.146 volume create harb_anvil-data
    54:01.152 container create harb/anvil/1 created johba
    54:01.591 container start harb/anvil/1 running johba
    54:01.624 container create disinto/agents/1 created ours
    54:01.880 container start disinto/agents/1 running ours
    54:01.901 container create disinto/job/1 created ours
    54:01.921 container die harb/anvil/1 exited exit=7 johba
    54:02.293 container start disinto/job/1 running ours
    54:02.327 container die disinto/job/1 exited exit=0 ours
    54:02.423 container destroy disinto/job/1 removed ours
    54:02.456 container start harb/anvil/1 running johba
    54:02.466 container create harb/hog/1 created johba
    54:02.673 container start harb/hog/1 running johba
    54:02.714 container oom harb/hog/1 running johba
    54:02.769 container die harb/hog/1 exited exit=137 oom johba
    54:02.788 container die harb/anvil/1 exited exit=7 johba
    54:02.851 container pause disinto/agents/1 paused ours
    54:02.877 container unpause disinto/agents/1 running ours
    54:03.422 container start harb/anvil/1 running johba
    54:03.773 container die harb/anvil/1 exited exit=7 johba
    54:03.975 container health disinto/agents/1 running healthy ours
    54:04.660 container start harb/anvil/1 running johba
    54:04.987 container die harb/anvil/1 exited exit=7 johba
    54:06.163 container start harb/anvil/1 running johba
    54:06.476 container die harb/anvil/1 exited exit=7 johba
    54:09.457 container health disinto/agents/1 running unhealthy ours
    54:16.918 container kill disinto/agents/1 running signal=15 unhealthy ours
    54:16.938 container kill disinto/agents/1 running signal=9 unhealthy ours
    54:16.960 container die disinto/agents/1 exited exit=137 requested ours
    54:17.015 container stop disinto/agents/1 exited requested ours
    54:17.207 container start disinto/agents/1 running ours
    54:17.207 container restart disinto/agents/1 running ours
    54:17.239 container kill disinto/agents/1 running signal=1 ours
    54:17.331 container rename harb/hog/1 exited oom johba
    54:17.432 container kill disinto/agents/1 running signal=15 ours
    54:17.444 container kill disinto/agents/1 running signal=9 ours
    54:17.471 container die disinto/agents/1 exited exit=137 requested ours
    54:17.676 container stop disinto/agents/1 exited requested ours
    54:17.692 image tag sha256:9c81eff9
    54:17.703 image untag sha256:9c81eff9
    54:17.726 container destroy harb/hog/1 removed oom johba
    54:17.728 container destroy disinto/agents/1 removed requested ours
    54:17.728 container destroy harb/anvil/1 removed johba
    54:17.896 network destroy 60069fc8
    54:17.909 volume destroy harb_anvil-data"
  `);
});

test('the same lines read again say nothing', () => {
  const memory = openMemory();
  memory.read(lines);
  expect(memory.read(lines)).toEqual([]);
});

test('every recorded occurrence has an id of its own', () => {
  const ids = openMemory()
    .read(lines)
    .map((event) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('labels are those of the container, without what the engine mixes in', () => {
  const die = openMemory()
    .read(lines)
    .find((event) => event.kind === 'docker.container' && event.data.action === 'die');
  expect(die?.data).toMatchObject({
    labels: {
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.project': 'harb',
      'com.docker.compose.project.config_files': '/srv/harb/docker-compose.yml',
      'com.docker.compose.project.working_dir': '/srv/harb',
      'com.docker.compose.service': 'anvil',
      'com.docker.compose.version': '2.26.1',
    },
  });
});

function show(event: AnyEvent): string {
  const time = new Date(event.time).toISOString().slice(14, 23);
  const kind = event.kind.slice('docker.'.length);
  if (event.kind !== 'docker.container') {
    return `${time} ${kind} ${'action' in event.data ? event.data.action : ''} ${shorten(event.subject)}`;
  }
  const { data } = event;
  const marks = [
    ...(data.action === 'die' ? [`exit=${data.exit_code}`] : []),
    ...(data.signal === '' ? [] : [`signal=${data.signal}`]),
    ...(data.requested ? ['requested'] : []),
    ...(data.oom ? ['oom'] : []),
    ...(data.health === 'none' ? [] : [data.health]),
    ...(data.managed ? ['ours'] : [data.stack_owner]),
  ];
  return [time, kind, data.action, event.subject, data.state, ...marks].join(' ');
}

function shorten(text: string): string {
  return text.replace(/^(sha256:)?([0-9a-f]{8})[0-9a-f]+$/, '$1$2');
}
