import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sectionOf } from '../support/factory-tools.ts';
import { fixture } from '../support/forge-deliveries.ts';
import { sign, webhook } from '../support/http-face.ts';
import { hasSidecar, IMAGE, mustRun, openSidecar, readmeSteps, type Sidecar } from '../support/sidecar.ts';

const REACTOR = 'disinto-reactor';
const SOLO = 'solo';

/** What the override cannot do without, and a part of what Compose then says. */
const NEEDED = {
  DOCKER_GID: 'stat -c %g /var/run/docker.sock',
  FORGEJO_WEBHOOK_SECRET: 'the same secret in the webhook in Forgejo',
};

/** Everything preflight has a section for; those of CI and forge say what they are not told. */
const BLIND = /^ {2}(?:unavailable|not configured|degraded): \S/;

/** Nobody has looked into the container yet. */
const UNTOLD = /\(source (?:files|sessions|work|processes|vault)\)/;

interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

function sectionsOf(text: string): readonly Section[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      return { heading, lines: lines.filter((line) => line !== '') };
    });
}

/** What is filled by what is in the container of the agents alone. */
function expectAgentsSeen(text: string): void {
  const see = (heading: string): string => sectionOf(text, heading).join('\n');
  expect(see('Active Sessions')).toMatch(/^dev-harb-42: .*waiting human/m);
  expect(see('Active Sessions')).toMatch(/^dev-harb-43: run /m);
  expect(see('Phase Files')).toMatch(/^ {2}dev-session-harb-42\.phase: PHASE:escalate \(150\dmin ago\)$/m);
  expect(see('Stale Phase Cleanup')).toMatch(/^ {2}Kept: dev-session-harb-42\.phase/m);
  expect(see('Lock Files')).toMatch(/^ {2}dev-agent-harb\.lock: PID=\d+ dead age=1\dmin$/m);
  expect(see('Lock Files')).toMatch(/^ {2}planner-run\.lock: PID=\d+ alive age=\dmin$/m);
  expect(see('Recent Agent Logs')).toMatch(/^### dev\/dev-agent-harb\.log .*\n\[.*\] poll: no ready issues$/m);
  expect(see('Stale Worktrees')).toMatch(/^ {2}harb-worktree-42: idle \dmin, a process works in it$/m);
}

describe.skipIf(!hasSidecar())('the reactor in a container, the agents in another', () => {
  let sidecar: Sidecar;
  beforeAll(async () => {
    sidecar = await openSidecar();
  });
  afterAll(() => sidecar[Symbol.asyncDispose]());

  const reactor = (container: string, ...args: readonly string[]): Promise<string> =>
    sidecar.inside(container, 'reactor', ...args);

  /** Once all sources have looked, and each of them says what is expected. */
  function preflight(container: string, isSo: (text: string) => boolean): Promise<string> {
    return sidecar.waitFor('preflight to be whole', container, async () => {
      const text = await reactor(container, 'preflight').catch(() => '');
      return text !== '' && !UNTOLD.test(text) && isSo(text) && text;
    });
  }

  async function findings(container: string): Promise<ReadonlyMap<string, string>> {
    const list: readonly { fingerprint: string; rule: string }[] = JSON.parse(
      // 1: there are some.
      (await sidecar.docker('exec', container, 'reactor', 'findings', '--json')).stdout || '[]',
    );
    return new Map(list.map(({ rule, fingerprint }) => [rule, fingerprint]));
  }

  describe('started by Compose with the override as it is shipped', () => {
    test('it is ready within seconds, and sees Docker and the agents', async () => {
      const typed = readmeSteps().filter((line) => line.startsWith('docker compose '));
      expect(typed.map((line) => line.split(' ')[2])).toEqual(['up', 'exec', 'exec']);
      await mustRun(sidecar.docker(...(typed[0] ?? '').split(' ').slice(1)));
      await sidecar.waitFor('the agents', 'disinto-agents', async () =>
        sidecar.inside('disinto-agents', 'cat', '/tmp/alive').then(
          () => true,
          () => false,
        ),
      );
      const log = await sidecar.waitFor('the reactor', REACTOR, async () => {
        const { stdout } = await sidecar.docker('logs', '-t', REACTOR);
        return stdout.includes(' ready http') && stdout;
      });
      const { stdout: started } = await mustRun(sidecar.docker('inspect', '-f', '{{.State.StartedAt}}', REACTOR));
      const ready = Date.parse(/^(\S+) ready http/m.exec(log)?.[1] ?? '') - Date.parse(started);
      process.stdout.write(`the container of the reactor is ready ${ready} ms after its start\n`);
      expect(ready).toBeLessThan(30_000);
      expectAgentsSeen(await preflight(REACTOR, (text) => text.includes('dev-harb-43') && text.includes('.lock:')));
    });

    test('it may change nothing but its state and the ops repo', async () => {
      const status = await sidecar.inside(REACTOR, 'cat', '/proc/1/status');
      expect(status).toMatch(/^Uid:\s+1000\s+1000\s+1000\s+1000$/m);
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^CapBnd:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      const touch = (path: string): Promise<number> =>
        sidecar.docker('exec', REACTOR, 'touch', path).then(({ code }) => code);
      for (const path of ['/app/x', '/var/tmp/x', '/config/x', '/factory/projects/x']) {
        expect(`${path} ${await touch(path)}`).toBe(`${path} 1`);
      }
      for (const path of ['/state/x', '/ops/x', '/tmp/x']) expect(`${path} ${await touch(path)}`).toBe(`${path} 0`);
      await sidecar.inside(REACTOR, 'rm', '/state/x', '/ops/x', '/tmp/x');
    });

    test('it takes a webhook of another container, and is published on loopback alone', async () => {
      const pull = fixture('constructed-v15-pull_request-opened.json');
      const body = JSON.stringify(pull);
      const init = webhook('pull_request', body, { 'x-hub-signature-256': `sha256=${sign(body, sidecar.secret())}` });
      const code = `fetch('http://reactor:8787/webhooks/forgejo', JSON.parse(process.argv[1])).then((r) => console.log(r.status))`;
      expect(await sidecar.inside('disinto-forgejo', 'node', '-e', code, JSON.stringify(init))).toBe('202');
      const text = await preflight(REACTOR, (one) => one.includes(`#${pull.number}`));
      expect(sectionOf(text, 'Open PRs').join('\n')).toContain(`#${pull.number}`);
      expect(sidecar.besideEngine('ss', '-Hltn', 'sport = :8787')).toMatch(/^\S+\s+\d+\s+\d+\s+127\.0\.0\.1:8787\s/);
      const asked = sidecar.besideEngine(
        process.execPath,
        '-e',
        `fetch('http://127.0.0.1:8787/healthz').then((r) => console.log(r.status))`,
      );
      expect(asked.trim()).toBe('200');
    });

    test('the other commands of the README work as they are written', async () => {
      const typed = readmeSteps().filter((line) => line.includes(' exec '));
      const ran = await Promise.all(typed.map((line) => sidecar.docker(...line.split(' ').slice(1))));
      expect(ran.map(({ stdout }) => stdout)).toEqual([
        expect.stringMatching(/^ok +docker box +unix:\/\/\/var\/run\/docker\.sock: .* 3 containers$/m),
        expect.stringMatching(/^## System Resources$/m),
      ]);
      expect(ran[0]?.stdout).toMatch(/^ok +tmux +1 sessions$/m);
    });

    test('every section is filled, or says why it is not', async () => {
      const text = await preflight(REACTOR, (one) => one.includes('dev-harb-43'));
      const sections = sectionsOf(text);
      expect(sections).toHaveLength(18);
      const quiet = sections.filter(({ lines }) => lines.length === 0 || lines.some((line) => line.trim() === 'None'));
      // Both were looked at: the folder of replies in the container, and the clone.
      expect(quiet.map(({ heading }) => heading)).toEqual(['Escalation Replies (from Matrix)', 'Pending Vault Items']);
      for (const heading of ['CI Pipelines (harb)', 'Issue Status (harb)', 'Blocked Issues']) {
        expect(sections.find((one) => one.heading === heading)?.lines).toEqual([expect.stringMatching(BLIND)]);
      }
    });

    test('a file in the agents’ container is a finding, and so is the clone of the ops repo', async () => {
      const found = await sidecar.waitFor('both findings', REACTOR, async () => {
        const all = await findings(REACTOR);
        return all.has('work/dev-lock-dead') && all.has('work/ops-unpushed') && all;
      });
      const why = await reactor(REACTOR, 'why', found.get('work/dev-lock-dead') ?? '');
      expect(why).toContain('disinto-agents:/tmp/dev-agent-harb.lock');
      const page = await sidecar.waitFor('the incident', REACTOR, async () => {
        const names = await sidecar.inside(REACTOR, 'ls', '/ops/incidents').catch(() => '');
        return names.split('\n').find((name) => name.includes('dev-lock-dead'));
      });
      const path = join(sidecar.folder, 'ops/incidents', page);
      expect(statSync(path).uid).toBe(1000);
      expect(readFileSync(path, 'utf8')).toContain('dev-agent-harb.lock');
      expect(
        sidecar.besideEngine('git', '-C', join(sidecar.folder, 'ops'), '-c', 'safe.directory=*', 'status', '-s'),
      ).toMatch(/^\?\? incidents\/$/m);
    });

    test('a container that is made anew keeps what was known, and says nothing twice', async () => {
      const before = await findings(REACTOR);
      const { stdout: id } = await mustRun(sidecar.docker('inspect', '-f', '{{.Id}}', REACTOR));
      const incidents = await sidecar.inside(REACTOR, 'ls', '/ops/incidents');
      await mustRun(sidecar.compose('up', '-d', '--no-build', '--force-recreate', 'reactor'));
      await preflight(REACTOR, (text) => text.includes('dev-harb-43'));
      expect((await mustRun(sidecar.docker('inspect', '-f', '{{.Id}}', REACTOR))).stdout).not.toBe(id);
      const after = await findings(REACTOR);
      for (const rule of ['work/dev-lock-dead', 'work/ops-unpushed']) {
        expect([rule, after.get(rule)]).toEqual([rule, before.get(rule)]);
      }
      expect(await sidecar.inside(REACTOR, 'ls', '/ops/incidents')).toBe(incidents);
    });

    test('Docker finds it healthy', async () => {
      const health = await sidecar.waitFor('its health', REACTOR, async () => {
        const { stdout } = await sidecar.docker('inspect', '-f', '{{.State.Health.Status}}', REACTOR);
        return stdout !== 'starting' && stdout;
      });
      expect(health).toBe('healthy');
    });

    test('it ends in order when it is stopped, and down leaves its volume', async () => {
      await mustRun(sidecar.compose('stop', 'reactor'));
      const { stdout } = await sidecar.docker('inspect', '-f', '{{.State.ExitCode}} {{.State.OOMKilled}}', REACTOR);
      expect(stdout).toBe('0 false');
      expect((await sidecar.docker('logs', '--tail', '3', REACTOR)).stdout).toMatch(/^stopped$/m);
      await mustRun(sidecar.compose('down', '--timeout', '5'));
      expect((await sidecar.docker('ps', '-aq')).stdout).toBe('');
      const { stdout: volumes } = await sidecar.docker('volume', 'ls', '-q');
      expect(volumes.split('\n')).toContain('disinto_reactor-state');
    });

    test('without what has to be set Compose says what to write', async () => {
      const set = { DOCKER_GID: '1', FORGEJO_WEBHOOK_SECRET: 'x' };
      for (const [name, advice] of Object.entries(NEEDED)) {
        const rest = Object.entries(set).filter(([other]) => other !== name);
        writeFileSync(join(sidecar.folder, 'some.env'), rest.map(([key, value]) => `${key}=${value}\n`).join(''));
        const { code, stderr } = await sidecar.compose('--env-file', 'some.env', 'config');
        expect([name, code === 0, stderr]).toEqual([name, false, expect.stringContaining(advice)]);
      }
      writeFileSync(join(sidecar.folder, 'some.env'), 'DOCKER_GID=1\nFORGEJO_WEBHOOK_SECRET=x\n');
      await mustRun(sidecar.compose('--env-file', 'some.env', 'config'));
    });
  });

  describe('with nothing shared but the socket', () => {
    const HARD = ['--init', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges:true'];
    const OWN = ['--user', '1000:1000', '--tmpfs', '/tmp', '--tmpfs', '/state:uid=1000', '--network', 'none'];

    async function runSolo(group: string): Promise<void> {
      const socket = `${sidecar.engine.socket}:/var/run/docker.sock:ro`;
      await sidecar.docker('rm', '-f', SOLO);
      await mustRun(
        sidecar.docker('run', '-d', '--name', SOLO, ...HARD, ...OWN, '--group-add', group, '-v', socket, IMAGE),
      );
    }

    test('the agents’ sections are filled through docker exec', async () => {
      await mustRun(sidecar.docker('compose', '-f', 'docker-compose.yml', 'up', '-d'));
      await runSolo(String(statSync(sidecar.engine.socket).gid));
      const text = await preflight(SOLO, (one) => one.includes('dev-harb-43') && one.includes('.lock:'));
      expectAgentsSeen(text);
      const sections = sectionsOf(text);
      const none = sections.filter(({ lines }) => lines.length === 0 || lines.some((line) => line.trim() === 'None'));
      expect(none.map(({ heading }) => heading)).toEqual(['Escalation Replies (from Matrix)']);
      expect(sectionOf(text, 'Pending Vault Items').join()).toMatch(/degraded: .*is no clone of the ops repo/);
      expect(await findings(SOLO)).toEqual(new Map());
    });

    test('a container of agents that is stopped is missed in every section, and none of them says None', async () => {
      await mustRun(sidecar.docker('stop', '-t', '1', 'disinto-agents'));
      const isMissed = (text: string, heading: string): boolean =>
        sectionOf(text, heading)[0]?.includes('unavailable: container disinto-agents is exited') === true;
      const text = await preflight(SOLO, (one) => FROM_AGENTS.every((heading) => isMissed(one, heading)));
      expect(text).not.toMatch(/^ *None$/m);
      const { sources } = JSON.parse(await reactor(SOLO, 'status', '--json'));
      for (const source of ['files', 'sessions', 'work', 'processes']) {
        expect(sources).toContainEqual(expect.objectContaining({ source, state: 'unavailable' }));
      }
      await mustRun(sidecar.docker('rm', '-f', SOLO));
    });

    test('without leave to open the socket everything is unavailable, with what to do', async () => {
      await runSolo('4242');
      const text = await preflight(SOLO, (one) => /Active Sessions\n {2}unavailable/.test(one));
      for (const heading of ['Docker', 'Docker Allocs', ...FROM_AGENTS]) {
        expect([heading, sectionOf(text, heading)[0]]).toEqual([
          heading,
          expect.stringMatching(
            /unavailable: .*permission denied on \/var\/run\/docker\.sock: run the reactor in the group/,
          ),
        ]);
      }
      expect(text).not.toMatch(/^ *None$/m);
      await mustRun(sidecar.docker('rm', '-f', SOLO));
      await mustRun(sidecar.docker('compose', '-f', 'docker-compose.yml', 'down', '-v', '--timeout', '1'));
    });
  });
});

/** Sections that only those who enter the container can fill. */
const FROM_AGENTS = [
  'Active Sessions',
  'Phase Files',
  'Stale Phase Cleanup',
  'Lock Files',
  'Recent Agent Logs',
  'Stale Worktrees',
];
