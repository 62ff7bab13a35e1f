import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openHost } from '../../src/adapters/host.ts';
import { localPlace } from '../../src/adapters/local-place.ts';
import { createAgents } from '../../src/factory/agents.ts';
import { processesSource } from '../../src/sources/host/processes.ts';
import { sessionsSource } from '../../src/sources/sessions/index.ts';
import { runReal, type RealRun } from '../support/run-real.ts';
import { hasTmux, startTmux, type TestTmux } from '../support/tmux.ts';

const AGENT = join(import.meta.dirname, '../support/fake-agent.ts');
const place = localPlace(openHost());
const hasServer = hasTmux();

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reactor-sessions-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function runSessions(socketName: string): RealRun {
  return runReal(
    sessionsSource({
      host: 'box',
      place,
      dir: root,
      resultFolders: [join(root, 'logs')],
      claudeFolders: [join(root, '.claude')],
      socketName,
      projects: [{ name: 'harb', repo: 'johba/harb' }],
      agents: createAgents().of('box'),
      clock: systemClock,
      log: console,
      latest: () => [],
      every: 100,
    }),
  );
}

describe.runIf(hasServer)('a terminal in a real tmux', () => {
  let server: TestTmux;
  beforeEach(() => {
    server = startTmux();
  });
  afterEach(() => server[Symbol.dispose]());

  /** What an agent draws; then it waits for ever. */
  const draw = (screen: string): string => `clear; printf '%b' ${JSON.stringify(screen)}; exec sleep 1000`;
  const RULE = '─'.repeat(40);
  const BOX = `\\n${RULE}\\n❯ \\n${RULE}\\n`;

  test('is busy, idle, asking or dead as its screen shows, and gone when it is', async () => {
    server.run('dev-harb-1', draw(`✶ Thinking… (1s · esc to interrupt)${BOX}`));
    server.run('dev-harb-12', draw(BOX));
    server.run('dev-harb-123', draw('Do you want to proceed?\\n❯ 1. Yes\\n  2. No\\n'));
    server.run('notes', draw(BOX));
    server.tmux('new-session', '-d', '-s', 'review-harb-7', '-c', root);
    await using source = runSessions(server.socket);
    const state = (session: string, is: string) =>
      source.until('session.terminal', (data) => data.session === session && data.state === is);
    await state('dev-harb-1', 'busy');
    await state('dev-harb-12', 'idle');
    await state('dev-harb-123', 'waiting_human');
    const shell = await state('review-harb-7', 'dead');
    expect(shell).toMatchObject({ decided_by: 'pane', folder: root, pr: 7, attached: false, interactive: false });
    expect(source.of('session.terminal').some((data) => data.session === 'notes')).toBe(false);

    server.tmux('kill-session', '-t', '=dev-harb-12');
    await source.until('session.terminal', (data) => data.session === 'dev-harb-12' && !data.exists);
    expect(source.of('session.terminal').some((data) => data.session === 'dev-harb-1' && !data.exists)).toBe(false);
    server.tmux('set-option', '-t', '=dev-harb-1:', '@interactive', 'true');
    await source.until('session.terminal', (data) => data.session === 'dev-harb-1' && data.interactive);
  });

  test('is idle because its hook said so', async () => {
    server.run('dev-harb-42', draw('nothing that can be read'));
    await using source = runSessions(server.socket);
    await source.until('session.terminal', (data) => data.state === 'unknown');
    writeFileSync(join(root, 'claude-idle-dev-harb-42.ts'), '');
    const idle = await source.until('session.terminal', (data) => data.state === 'idle');
    expect(idle).toMatchObject({ decided_by: 'hook', evidence: 'the agent said that it is done' });
  });

  test('is what its transcript says when the screen tells nothing', async () => {
    const folder = join(root, 'work');
    const transcripts = join(root, '.claude/projects', folder.replaceAll(/[^A-Za-z0-9]/g, '-'));
    mkdirSync(folder);
    mkdirSync(transcripts, { recursive: true });
    writeFileSync(join(root, 'agent.sh'), draw('...'));
    server.tmux('new-session', '-d', '-s', 'dev-harb-42', '-c', folder, 'sh', join(root, 'agent.sh'));
    await systemClock.sleep(1100);
    writeFileSync(join(transcripts, 'a.jsonl'), '{"type":"assistant","message":{"content":[{"type":"tool_use"}]}}\n');
    await using source = runSessions(server.socket);
    const busy = await source.until('session.terminal', (data) => data.state === 'busy');
    expect(busy.decided_by).toBe('transcript');
  });

  test('that ended with its server leaves none, and the source still sees', async () => {
    server.run('dev-harb-42', draw(BOX));
    await using source = runSessions(server.socket);
    await source.until('session.terminal', (data) => data.state === 'idle');
    server.tmux('kill-server');
    await source.until('session.terminal', (data) => !data.exists);
    expect(source.reports.at(-1)).toContain('available');
  });

  test('of a program that draws its own input box is idle', async () => {
    server.run('dev-harb-42', `exec node ${AGENT} ${join(root, 'record')}\n`);
    await using source = runSessions(server.socket);
    const idle = await source.until('session.terminal', (data) => data.state === 'idle');
    expect(idle).toMatchObject({ decided_by: 'pane', command: 'node', project: 'harb', issue: 42 });
  });
});

test('a run is followed from its session id to its end, also through an atomic rename', async () => {
  await using source = runSessions('reactor-no-such-socket');
  await source.untilReport('available');
  const write = (name: string, text: string): void => {
    writeFileSync(join(root, `.${name}`), text);
    renameSync(join(root, `.${name}`), join(root, name));
  };
  write('dev-session-harb-42.sid', '11111111-2222-3333-4444-555555555555\n');
  await source.until('session.run', (data) => data.session === 'dev-harb-42' && data.started_at !== '');
  write('dev-agent-status-harb', '[2026-01-01 10:00:00 UTC] dev-agent #42: waiting for review\n');
  await source.until(
    'session.run',
    (data) => data.waits_for === 'review' && data.status_since === '2026-01-01T10:00:00.000Z',
  );
  mkdirSync(join(root, 'logs/dev'), { recursive: true });
  const result = {
    type: 'result',
    subtype: 'success',
    session_id: '11111111-2222-3333-4444-555555555555',
    result: 'words',
  };
  writeFileSync(join(root, 'logs/dev/agent-run-last.json'), JSON.stringify(result));
  await source.until('session.run', (data) => data.last_result === 'ok');
  rmSync(join(root, 'dev-session-harb-42.sid'));
  rmSync(join(root, 'dev-agent-status-harb'));
  await source.until('session.run', (data) => !data.exists);
  expect(JSON.stringify(source.events)).not.toContain('11111111');
});

describe('a real process', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** A program that is called `claude`, in a folder. */
  function startAgent(folder: string, ...args: readonly string[]): number {
    const program = join(root, 'claude');
    symlinkSync(process.execPath, program);
    const script = join(root, 'idle.cjs');
    writeFileSync(script, 'setInterval(() => {}, 1000)');
    const child = spawn(program, [script, ...args], { cwd: folder, stdio: 'ignore' });
    children.push(child);
    return child.pid ?? 0;
  }

  test('of a one-shot agent is known by its worktree, without its prompt, and gone when it ends', async () => {
    const worktree = join(root, 'harb-worktree-42');
    mkdirSync(worktree);
    const pid = startAgent(worktree, '-p', 'the secret prompt');
    const agents = createAgents();
    const options = {
      host: 'box',
      place,
      agents: agents.of('box'),
      clock: systemClock,
      log: console,
      latest: () => [],
      every: 200,
    };
    await using source = runReal(processesSource(options), agents.apply);
    const found = await source.until('host.process', (data) => data.pid === pid);
    expect(found).toMatchObject({
      class: 'agent_oneshot',
      program: 'claude',
      folder: worktree,
      worktree: 'harb-worktree-42',
      session: 'dev-harb-42',
      managed: true,
      exists: true,
    });
    expect(found.rss_mb).toBeGreaterThan(10);
    expect(Math.abs(Date.parse(found.started_at) - Date.now())).toBeLessThan(20_000);
    expect(agents.of('box').process('dev-harb-42')).toBe(pid);
    children.pop()?.kill('SIGKILL');
    await source.until('host.process', (data) => data.pid === pid && !data.exists);
    expect(agents.of('box').process('dev-harb-42')).toBe(0);
    expect(JSON.stringify(source.events)).not.toContain('secret');
  });
});
