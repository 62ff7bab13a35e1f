import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PREFLIGHT_SHAPE } from '../../src/cli/preflight-shape.ts';
import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { stableId, type AnyEvent } from '../../src/core/event.ts';
import { MINUTE } from '../../src/core/time.ts';
import { NOW, openCommandLine, type CommandLine } from '../support/command-line.ts';
import { engineOf, startRecorder } from '../support/engine-http.ts';
import { recipesSee, sectionOf } from '../support/factory-tools.ts';
import { differences } from '../support/json-shape.ts';
import { ALL_SEEN, known as knownNow, minutesAgo } from '../support/preflight-facts.ts';

const PROJECT = {
  PROJECT_NAME: 'harb',
  FORGE_URL: 'http://forge.example',
  FORGE_TOKEN: 'secret-of-forge',
  FORGE_REPO: 'johba/harb',
  WOODPECKER_SERVER: 'http://ci.example',
  DISINTO_LOG_DIR: '/nowhere/logs',
  DOCKER_HOST: 'unix:///nowhere/docker.sock',
  MATRIX_HOMESERVER: 'http://matrix.example',
  MATRIX_TOKEN: 'secret-of-matrix',
  MATRIX_ROOM_ID: '!ops:matrix.example',
};

const sources = ALL_SEEN;

let unique = 0;
const known = <K extends EventKind>(kind: K, data: Partial<EventData<K>>, ago = 0): AnyEvent => {
  const event = knownNow(kind, data);
  unique += 1;
  return { ...event, id: `${event.id} ${unique}`, time: NOW - ago };
};

async function boxWith(
  events: readonly AnyEvent[],
  env: Readonly<Record<string, string>> = PROJECT,
): Promise<CommandLine> {
  const cli = openCommandLine(env);
  await cli.remember(async (store) => {
    await store.log.append(events);
    store.meta.set('alive_at', String(NOW - 3 * MINUTE));
  });
  return cli;
}

/** Something in every list of the report. */
function busy(log: string): readonly AnyEvent[] {
  const agent = { name: 'wp', stack: 'disinto', service: 'woodpecker-agent', number: 1, state: 'running' };
  return [
    ...sources,
    known('host.memory', { available_mb: 400, total_mb: 4000, swap_used_mb: 3 }),
    known('host.load', { load1: 1, load5: 2, load15: 3 }),
    known('host.disk', { fs_id: '8:1', mount: '/', used_pct: 85, free_mb: 100, total_mb: 1000 }),
    known('docker.daemon', { action: 'connected' }),
    known('docker.container', { ...agent, action: 'create' }, 50 * MINUTE),
    known('docker.container', { ...agent, action: 'start' }, 49 * MINUTE),
    known('docker.container', { ...agent, action: 'die' }, 20 * MINUTE),
    known('docker.container', { ...agent, id: 'wp-id', action: 'start' }, 19 * MINUTE),
    known('session.terminal', { session: 'dev-harb-12', state: 'idle', started_at: minutesAgo(9), windows: 1 }),
    known('session.run', { session: 'review-harb-7', runner: 'alive' }),
    known('session.phase', {
      session: 'dev-harb-62',
      repo: 'johba/harb',
      project: 'harb',
      number: 62,
      issue: 62,
      path: '/tmp/dev-session-harb-62.phase',
      phase: 'escalate',
      phase_since: minutesAgo(9),
    }),
    known('forge.issue', {
      repo: 'johba/harb',
      number: 62,
      state: 'closed',
      closed_at: minutesAgo(3_000),
      labels: ['blocked'],
    }),
    known('forge.issue', { repo: 'johba/harb', number: 3, state: 'open', labels: ['blocked'], title: 'Three' }),
    known('forge.pull', { repo: 'johba/harb', number: 7, state: 'open', branch: 'b', title: 'Seven' }),
    known('lock.file', { path: '/tmp/a-run.lock', name: 'a-run.lock', owner: 'dead', locked_at: minutesAgo(9) }),
    known('agent.log', { path: log, agent: 'dev', written_at: minutesAgo(2) }),
    known('worktree', {
      path: '/tmp/harb-worktree-12',
      name: 'harb-worktree-12',
      active_at: minutesAgo(200),
      process: 'no',
    }),
    known('ci.pipeline', { repo: 'johba/harb', number: 1, status: 'running', started_at: minutesAgo(90) }),
    known('ci.pipeline', { repo: 'johba/harb', number: 2, status: 'pending', created_at: minutesAgo(90) }),
    known('ci.pipeline', {
      repo: 'johba/harb',
      number: 3,
      status: 'success',
      finished_at: minutesAgo(90),
      duration_s: 61,
    }),
    known('ci.pipeline', {
      repo: 'johba/harb',
      number: 4,
      status: 'failure',
      started_at: minutesAgo(5),
      finished_at: minutesAgo(5),
    }),
    known('ci.agent', {
      name: 'wp-1',
      number: 1,
      health: 'unhealthy',
      container: 'wp',
      container_host: 'box',
      container_health: 'healthy',
    }),
    known('vault.item', { id: 'x', state: 'pending', path: 'vault/pending/x.md', title: 'Do x', tier: 'low' }),
    known('operator.command', { from: '@johba', room: '!ops:matrix.example', verb: 'status' }),
  ];
}

describe('preflight', () => {
  test('shows what the state file knows, with the last lines of a log, and says that nobody runs', async () => {
    using cli = openCommandLine(PROJECT);
    const log = join(cli.folder, 'dev-agent.log');
    cli.write('dev-agent.log', `${'old line\n'.repeat(20)}## Docker\npassword=hunter2\n\u001B[31mred\u001B[0m\n\n`);
    await cli.remember(async (store) => {
      await store.log.append(busy(log));
      store.meta.set('alive_at', String(NOW - 3 * MINUTE));
    });
    const { code, out, err } = await cli.run('preflight');
    expect(code).toBe(0);
    expect(err).toBe(
      'the reactor does not run: all but figures of containers, sizes, replies and ends of logs is old: it was last alive 3m ago. Start it: reactor run\n',
    );
    expect(recipesSee(out)).toEqual({
      ram_available_mb: 400,
      swap_mb: 3,
      disk_pct: 85,
      wp_agent_health: 'UNHEALTHY',
      stuck: 1,
      pending: 1,
      git_rebase: '',
      dead_locks: 1,
      open_prs: 1,
      oldest_worktree_min: 200,
      blocked_issues: 1,
      escalated: 1,
    });
    const lines = sectionOf(out, 'Recent Agent Logs');
    expect(lines[0]).toMatch(/^### reactor-cli-.*\/dev-agent\.log \(last modified 2min ago\)$/);
    expect(lines.slice(13, 17)).toEqual([' ## Docker', 'password=[redacted]', 'red', '']);
    expect(lines).toHaveLength(17);
    expect(sectionOf(out, 'Stale Phase Cleanup')[0]).toMatch(
      /^ {2}Stale: dev-session-harb-62\.phase — issue #62 closed/,
    );
    expect(sectionOf(out, 'WP Agent Health History')[0]).toBe('Last restart: 2026-01-02 11:41 UTC');
    expect(sectionOf(out, 'Escalation Replies')).toContain('2026-01-02T12:00:00Z\t@johba\tstatus');
  });

  test('asks the engine now for what costs it seconds, and says so when it cannot', async () => {
    await using engine = await startRecorder(engineOf());
    const shown = async (url: string): Promise<string> => {
      using cli = await boxWith(busy('/nowhere/dev.log'), { ...PROJECT, DOCKER_HOST: url });
      return (await cli.run('preflight')).out;
    };
    const seen = await shown(`tcp://${engine.address}`);
    expect(sectionOf(seen, 'Docker')[1]).toBe('wp      Up 3 hours');
    const allocs = sectionOf(seen, 'Docker Allocs').filter((line) => line !== '');
    expect(allocs[1]?.split(/\s+/)).toEqual(['wp', 'running', '50.00', '50.0', '0', 'agent-data']);
    expect(allocs.slice(2)).toEqual(['Top-3 RSS: wp 50.0MB', 'Top-3 CPU: wp 50.00%']);
    expect(sectionOf(seen, 'Host Volumes')).toContain(`${'agent-data'.padEnd(32)} 4.2M`);
    expect(sectionOf(seen, 'Woodpecker Agent Health').slice(0, 3)).toEqual([
      'Container: wp',
      'Status: healthy',
      'Started: 2026-01-02 08:41 UTC',
    ]);
    const blind = await shown('unix:///nowhere/docker.sock');
    for (const heading of ['Docker Allocs', 'Host Volumes']) {
      expect(sectionOf(blind, heading).find((line) => line.startsWith('  degraded'))).toContain('/nowhere/docker.sock');
    }
    expect(sectionOf(blind, 'Docker')[1]).toBe('wp      Up');
    expect(sectionOf(blind, 'Woodpecker Agent Health')[2]).toMatch(/^gRPC errors/);
  });

  test('shows what people answered and when the agent was restarted, as the factory wrote it down', async () => {
    using cli = await boxWith(sources, { ...PROJECT, FACTORY_TMP: 'tmp', DISINTO_LOG_DIR: 'logs' });
    cli.write('tmp/supervisor-escalation-reply', '2026-01-02T10:00:00Z\t@johba:m\tignore\tthe disk\n\nwhat?\n');
    cli.write('logs/supervisor/wp-agent-health.history', 'LAST_RESTART_TS=1767343260\nLAST_RESTART_TIME=then\n');
    const { out } = await cli.run('preflight');
    expect(sectionOf(out, 'Escalation Replies').slice(0, 2)).toEqual([
      '2026-01-02T10:00:00Z\t@johba:m\tignore the disk',
      'what?',
    ]);
    expect(sectionOf(out, 'WP Agent Health History')[0]).toBe('Last restart: 2026-01-02 08:41 UTC');
  });

  test('a folder that cannot be looked into has no replies that are known', async () => {
    const unread = sources.filter((event) => event.subject !== 'matrix');
    using cli = await boxWith(unread, { ...PROJECT, FACTORY_TMP: 'gone' });
    const { out } = await cli.run('preflight');
    expect(sectionOf(out, 'Escalation Replies')[0]).toBe(
      `  unavailable: nobody reads replies in Matrix; the reactor only writes there; ${cli.folder}/gone: no such folder`,
    );
  });

  test('prints what docs/cli.md says of --json, all of it', async () => {
    await using engine = await startRecorder(engineOf());
    using cli = openCommandLine({ ...PROJECT, DOCKER_HOST: `tcp://${engine.address}` });
    cli.write('dev-agent.log', 'a line\n');
    await cli.remember((store) => store.log.append(busy(join(cli.folder, 'dev-agent.log'))));
    const value = await cli.json('preflight');
    const { wrong, unseen } = differences(value, PREFLIGHT_SHAPE);
    expect(wrong).toEqual([]);
    // There is no /srv/disinto where tests run.
    expect(unseen.filter((path) => !path.startsWith('host_volumes.folders'))).toEqual([]);
    expect(value).toMatchObject({ version: 1, host: 'box', daemon: 'down', alive_at: '' });
  });

  test('prints the documented shape also when nothing is known', async () => {
    using cli = await boxWith([], {});
    expect(differences(await cli.json('preflight'), PREFLIGHT_SHAPE).wrong).toEqual([]);
  });

  test('says why the lines of a log cannot be read, here and in a container that cannot be entered', async () => {
    using cli = await boxWith([
      ...sources,
      known('agent.log', { path: '/nowhere/dev.log', agent: 'dev' }),
      known('agent.log', { place: 'disinto-agents', path: 'disinto-agents:/data/review.log', agent: 'review' }),
    ]);
    const { out } = await cli.run('preflight');
    expect(sectionOf(out, 'Recent Agent Logs').filter((line) => line.startsWith('  '))).toEqual([
      '  unavailable: it is gone',
      expect.stringMatching(/^ {2}unavailable: .*\/nowhere\/docker\.sock/),
    ]);
  });

  test('shows the projects that are asked for, and says which there are when there is no such one', async () => {
    using cli = await boxWith(sources);
    cli.write('factory/projects/versi.toml', 'name = "versi"\nrepo = "johba/versi"\n');
    cli.write('reactor.toml', '[factory]\nroot = "factory"\n');
    const headings = async (...args: readonly string[]): Promise<readonly string[]> =>
      (await cli.run('preflight', ...args)).out.split('\n').filter((line) => line.startsWith('## Open PRs'));
    expect(await headings()).toEqual(['## Open PRs (harb)', '## Open PRs (versi)']);
    expect(await headings('--project', 'versi')).toEqual(['## Open PRs (versi)']);
    expect(await headings('--project', 'versi', '--project', 'harb')).toEqual(await headings());
    const { code, err } = await cli.run('preflight', '--project', 'vers');
    expect([code, err.split('\n')[0]]).toEqual([2, 'no project "vers"; there are: harb, versi']);
  });

  test('without a project in the configuration, shows the repositories that were heard of', async () => {
    using cli = await boxWith([...sources, known('forge.pull', { repo: 'a/b', number: 1, state: 'open' })], {});
    const { out } = await cli.run('preflight');
    expect(sectionOf(out, 'Open PRs')).toContain(
      '  degraded: only what came by itself is known; set FORGE_URL and FORGE_TOKEN',
    );
    expect(out).toContain('## Open PRs (a/b)\n#1 ');
  });

  test('changes nothing on the disk, neither of its own nor of the factory', async () => {
    await using engine = await startRecorder(engineOf());
    using cli = await boxWith(busy('/nowhere/dev.log'), {
      ...PROJECT,
      DOCKER_HOST: `tcp://${engine.address}`,
      FACTORY_ROOT: 'root',
      FACTORY_TMP: 'tmp',
      OPS_REPO_ROOT: 'ops',
      DISINTO_LOG_DIR: 'logs',
    });
    cli.write('tmp/dev-session-harb-62.phase', 'PHASE:escalate\n');
    cli.write('tmp/supervisor-escalation-reply', 'a\tb\tc\n');
    cli.write('tmp/dev-agent-harb.lock', '4194304\n');
    cli.write('logs/supervisor/wp-agent-health.history', 'LAST_RESTART_TS=1\n');
    cli.write('root/state/.dev-active', '');
    mkdirSync(join(cli.folder, 'ops'));
    const before = everything(cli.folder);
    await cli.run('preflight');
    await cli.run('preflight', '--json');
    expect(everything(cli.folder)).toEqual(before);
    expect(existsSync(join(cli.folder, 'home/ops'))).toBe(false);
  });

  test('asks nothing of forge and CI, and of an engine only what it may read', async () => {
    await using forge = await startRecorder(() => null);
    await using ci = await startRecorder(() => null);
    await using engine = await startRecorder(engineOf());
    using cli = await boxWith(busy('/nowhere/dev.log'), {
      ...PROJECT,
      FORGE_URL: `http://${forge.address}`,
      FORGE_TOKEN: 'x',
      WOODPECKER_SERVER: `http://${ci.address}`,
      WOODPECKER_TOKEN: 'x',
      DOCKER_HOST: `tcp://${engine.address}`,
    });
    await cli.run('preflight');
    expect([...forge.asked, ...ci.asked]).toEqual([]);
    expect(engine.asked).toContain('GET /system/df');
    expect(engine.asked.filter((one) => !one.startsWith('GET '))).toEqual([]);
  });

  test('looks into the containers of agents by a command, and asks for nothing else that is not a GET', async () => {
    await using engine = await startRecorder(engineOf('disinto-agents'));
    using cli = await boxWith(busy('/nowhere/dev.log'), { ...PROJECT, DOCKER_HOST: `tcp://${engine.address}` });
    await cli.run('preflight');
    const others = engine.asked.filter((one) => !one.startsWith('GET '));
    expect(new Set(others)).toEqual(new Set(['POST /containers/disinto-agents-id/exec']));
  });
});

/** Names, contents and times of all that is below a folder. Who reads a database beside a writer has two files beside it, and leaves it as it is. */
function everything(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/\.db-(?:wal|shm)$/.test(name))
    .toSorted()
    .map((name) => {
      const stats = lstatSync(join(folder, name));
      const content = stats.isFile() ? stableId(readFileSync(join(folder, name)).toString('base64')) : '';
      const times = name === 'home' ? '' : `${stats.mtimeMs} ${stats.ctimeMs}`;
      return `${name} ${content} ${times} ${stats.mode}`;
    });
}

test('a forge of which only the address is known is not configured, and that is said', async () => {
  using cli = await boxWith([], { ...PROJECT, FORGE_TOKEN: '' });
  const { out } = await cli.run('preflight');
  expect(sectionOf(out, 'Open PRs').join('\n')).toContain('set FORGE_URL and FORGE_TOKEN');
});
