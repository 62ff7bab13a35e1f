import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openPlaces } from '../../src/adapters/docker-places.ts';
import { openHost } from '../../src/adapters/host.ts';
import { localPlace } from '../../src/adapters/local-place.ts';
import type { Source } from '../../src/core/source.ts';
import { AGENTS_CONTAINER } from '../../src/factory/agents-container.ts';
import { createAgents } from '../../src/factory/agents.ts';
import { createPicture } from '../../src/factory/picture.ts';
import { filesSource } from '../../src/sources/files/index.ts';
import { processesSource } from '../../src/sources/host/processes.ts';
import { inPlaces } from '../../src/sources/in-places.ts';
import type { PlaceAt, PlacesParts } from '../../src/sources/places.ts';
import { sessionsSource } from '../../src/sources/sessions/index.ts';
import { workSource } from '../../src/sources/work/index.ts';
import { composeLabels, missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { runReal, type RealRun } from '../support/run-real.ts';

const WITHOUT_DOCKER = missingForDocker();
const OURS = { ownStacks: ['disinto'], siblings: new Map() };

/** What an agent leaves behind: a lock that lives, one that died, a phase, a status, a worktree, a log, a guard. */
const AGENT_LIFE = `
set -e
cd /tmp
printf 'PHASE:awaiting_review\\n' > dev-session-harb-42.phase
printf '11111111-2222-3333-4444-555555555555' > dev-session-harb-42.sid
printf '[2026-01-01 10:00:00 UTC] dev-agent #42: waiting for review\\n' > dev-agent-status-harb
sleep 100000 & echo $! > dev-agent-harb.lock
sh -c 'exit 0' & echo $! > planner-run.lock; wait $!
mkdir -p harb-worktree-42/src /repo/.git/worktrees/harb-worktree-42 /home/agent/data/logs/dev /home/agent/repos/_factory/state
echo 'gitdir: /repo/.git/worktrees/harb-worktree-42' > harb-worktree-42/.git
echo 'ref: refs/heads/fix/issue-42' > /repo/.git/worktrees/harb-worktree-42/HEAD
for i in 1 2 3; do echo "[2026-01-01 10:0$i:00 UTC] poll: no ready issues"; done > /home/agent/data/logs/dev/dev-agent-harb.log
touch /home/agent/repos/_factory/state/.dev-active
(cd harb-worktree-42/src && exec sleep 100001) &
trap 'exit 0' TERM
sleep 100002 & wait $!
`;

describe.skipIf(WITHOUT_DOCKER !== null)('agents in a container, nothing shared but the engine', () => {
  let engine: Dockerd;
  let empty: string;
  beforeAll(async () => {
    empty = await mkdtemp(join(tmpdir(), 'reactor-empty-'));
    engine = await startDockerd();
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await rm(empty, { recursive: true, force: true });
  });

  function look(
    make: (at: PlaceAt) => Source,
    over: Partial<PlacesParts> & { readonly container?: string } = {},
  ): RealRun {
    const { container = '', ...rest } = over;
    const parts: PlacesParts = {
      local: localPlace(openHost()),
      host: 'box',
      finders: [openPlaces({ host: 'box', url: engine.url, ownership: OURS, container })],
      isBare: async () => true,
      localFolders: [],
      clock: systemClock,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      ...rest,
    };
    return runReal(inPlaces('eyes', parts, make));
  }

  const common = { host: 'box', clock: systemClock, log: console, latest: () => [], projects: [] };
  const agents = createAgents().of('box');
  const files = ({ place, isLocal }: PlaceAt): Source =>
    filesSource({
      ...common,
      dir: isLocal ? empty : '/tmp',
      place: place.name,
      picture: createPicture(),
      files: place.files,
      machine: place.machine,
    });
  const sessions = ({ place }: PlaceAt): Source =>
    sessionsSource({
      ...common,
      place,
      dir: '/tmp',
      resultFolders: [],
      claudeFolders: [],
      socketName: '',
      agents,
      every: 1000,
    });
  const work = ({ place }: PlaceAt): Source =>
    workSource({
      ...common,
      place,
      dir: '/tmp',
      logFolders: AGENTS_CONTAINER.logs,
      stateFolders: AGENTS_CONTAINER.roots.map((root) => join(root, 'state')),
      lockFolders: AGENTS_CONTAINER.locks,
      repos: [],
      cloneFolders: [],
      evidenceFolders: [],
      agents,
      every: 1000,
    });

  test('phase files and locks are read, and the owners of locks by the process ids of the container', async () => {
    await engine.runContainer({ name: 'disinto-agents', labels: composeLabels('disinto', 'agents'), cmd: AGENT_LIFE });
    await using source = look(files);
    const phase = await source.until('session.phase', (data) => data.session === 'dev-harb-42');
    expect(phase).toMatchObject({
      place: 'disinto-agents',
      path: 'disinto-agents:/tmp/dev-session-harb-42.phase',
      phase: 'awaiting_review',
      exists: true,
    });
    const alive = await source.until('lock.file', (data) => data.name === 'dev-agent-harb.lock');
    expect(alive).toMatchObject({ owner: 'alive', path: 'disinto-agents:/tmp/dev-agent-harb.lock' });
    await source.until('lock.file', (data) => data.name === 'planner-run.lock' && data.owner === 'dead');
    expect(source.reports).toEqual(['available: disinto-agents: watching /tmp']);

    await engine.docker(
      'exec',
      'disinto-agents',
      'sh',
      '-c',
      'echo PHASE:escalate > /tmp/.n; mv /tmp/.n /tmp/dev-session-harb-42.phase',
    );
    await source.until('session.phase', (data) => data.phase === 'escalate');
  });

  test('runs, worktrees, logs and guards are seen by BusyBox alone', async () => {
    await using sessionRun = look(sessions);
    await using workRun = look(work);
    const run = await sessionRun.until('session.run', (data) => data.session === 'dev-harb-42');
    expect(run).toMatchObject({
      place: 'disinto-agents',
      waits_for: 'review',
      status_since: '2026-01-01T10:00:00.000Z',
    });
    const tree = await workRun.until('worktree', () => true);
    expect(tree).toMatchObject({
      path: 'disinto-agents:/tmp/harb-worktree-42',
      branch: 'fix/issue-42',
      process: 'yes',
      issue: 42,
    });
    const log = await workRun.until('agent.log', (data) => data.project === 'harb');
    expect(log).toMatchObject({ no_ready_polls: 3, last_line_at: '2026-01-01T10:03:00.000Z' });
    await workRun.until('agent.guard', (data) => data.agent === 'dev' && data.active);
    expect(sessionRun.reports.at(-1)).toContain('available');
    expect(workRun.reports.at(-1)).toContain('available');
  });

  test('the engine’s own event stream hears nothing of it that is subscribed to', async () => {
    const since = String(Math.floor(Date.now() / 1000));
    {
      await using source = look(work);
      await source.until('worktree', () => true);
    }
    const until = String(Math.ceil(Date.now() / 1000) + 1);
    const filters = ['create', 'start', 'die', 'oom', 'stop', 'kill', 'destroy', 'restart'].flatMap((one) => [
      '--filter',
      `event=${one}`,
    ]);
    expect(
      await engine.docker('events', '--since', since, '--until', until, '--filter', 'type=container', ...filters),
    ).toBe('');
  });

  test('a folder that is shared with this machine is not read twice', async () => {
    const shared = await mkdtemp(join(tmpdir(), 'reactor-shared-'));
    await engine.runContainer({
      name: 'shares',
      cmd: 'echo PHASE:escalate > /tmp/dev-session-harb-9.phase; sleep 100000',
      options: ['-v', `${shared}:/tmp`],
    });
    const here = ({ place, isLocal }: PlaceAt): Source =>
      filesSource({
        ...common,
        dir: isLocal ? shared : '/tmp',
        place: place.name,
        picture: createPicture(),
        files: place.files,
        machine: place.machine,
      });
    await using source = look(here, { isBare: async () => false, localFolders: [shared], container: 'shares' });
    const phase = await source.until('session.phase', () => true);
    expect(phase).toMatchObject({ place: '', path: join(shared, 'dev-session-harb-9.phase') });
    await source.untilReport('is read on this machine');
    expect(source.reports.at(-1)).toMatch(/^available/);
    expect(source.of('session.phase')).toHaveLength(1);
    await engine.docker('rm', '-f', 'shares');
    await rm(shared, { recursive: true, force: true });
  });

  test('a real tmux and a real one-shot agent in a container are seen from outside', async () => {
    const life = `mkdir -p /tmp/harb-worktree-7
cd /tmp/harb-worktree-7
tmux -u new-session -d -s dev-harb-7 "printf 'Do you want to proceed?\\n❯ 1. Yes\\n  2. No\\n'; exec sleep 100000"
bash -c 'exec -a claude sh -c "sleep 100000" -p' &
trap 'exit 0' TERM; sleep 100000 & wait $!`;
    const mounts = ['/usr', '/lib', '/lib64', '/etc/terminfo'].flatMap((path) => ['-v', `${path}:${path}:ro`]);
    const options = [...mounts, '-e', 'LC_ALL=C.UTF-8', '-e', 'TERM=screen'];
    await engine.runContainer({ name: 'with-tmux', cmd: life, options });
    await using terminals = look(sessions, { container: 'with-tmux' });
    const asks = await terminals.until('session.terminal', (data) => data.state === 'waiting_human');
    expect(asks).toMatchObject({ place: 'with-tmux', session: 'dev-harb-7', folder: '/tmp/harb-worktree-7' });

    const processes = ({ place }: PlaceAt): Source =>
      processesSource({ ...common, place, agents: { isManaged: () => false }, every: 1000 });
    await using processRun = look(processes, { container: 'with-tmux' });
    const agent = await processRun.until('host.process', () => true);
    expect(agent).toMatchObject({ class: 'agent_oneshot', session: 'dev-harb-7', place: 'with-tmux', managed: true });
    await engine.docker('rm', '-f', 'with-tmux');
  });

  test('a container that stops is missed, with what was known of it kept, and found again when it runs', async () => {
    await using source = look(files);
    await source.until('session.phase', (data) => data.exists);
    await engine.docker('stop', '-t', '1', 'disinto-agents');
    await source.untilReport('container disinto-agents is exited');
    expect(source.reports.at(-1)).toMatch(/^unavailable/);
    expect(source.of('session.phase').every((data) => data.exists)).toBe(true);
    await engine.docker('start', 'disinto-agents');
    await source.untilReport('available: disinto-agents');
  });

  test('without any container of agents a bare sidecar is unavailable, and a named one that is not there is missed', async () => {
    await engine.docker('rm', '-f', 'disinto-agents');
    await engine.runContainer({ name: 'harb-agents-1', labels: composeLabels('harb', 'agents') });
    await using bare = look(files);
    await bare.untilReport('this container sees nothing of the agents');
    expect(bare.reports.at(-1)).toMatch(/^unavailable/);
    await using named = look(files, { container: 'disinto-agents' });
    await named.untilReport('there is no container named disinto-agents');
    expect([...bare.events, ...named.events]).toEqual([]);
  });
});
