import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { sectionOf } from '../support/factory-tools.ts';
import { startReactor, type ReactorFolders } from '../support/reactor.ts';

/** A box with an escalation, a dead lock, a log and a request in the vault. */
function prepare({ tmp, ops, root }: ReactorFolders): void {
  for (const folder of [join(ops, 'vault/pending'), join(root, 'logs/dev')]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(tmp, 'dev-session-harb-62.phase'), 'PHASE:escalate\nReason: x\n');
  writeFileSync(join(tmp, 'dev-agent-harb.lock'), '4194304\n');
  const hourAgo = Date.now() / 1000 - 3_605;
  utimesSync(join(tmp, 'dev-agent-harb.lock'), hourAgo, hourAgo);
  writeFileSync(join(root, 'logs/dev/dev-agent.log'), '[2026-01-01T00:00:00Z] dev: password=hunter2\n');
  writeFileSync(join(ops, 'vault/pending/stale-pr-7.md'), '# Stale PR: seven\n\n## What\nIt is.\n');
}

test('every section is filled by its own source, or says why that one cannot see', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const env = {
    PROJECT_NAME: 'harb',
    FORGE_URL: nobody,
    FORGE_TOKEN: 'x',
    FORGE_REPO: 'johba/harb',
    WOODPECKER_SERVER: nobody,
    WOODPECKER_TOKEN: 'x',
    DISINTO_LOG_DIR: 'logs',
  };
  await using reactor = await startReactor({ env, prepare });
  const text = await reactor.waitFor('every source to have looked', async () => {
    const { stdout } = await reactor.run('preflight');
    return !stdout.includes('nobody has looked yet') && stdout;
  });
  const see = (heading: string): readonly string[] => sectionOf(text, heading).filter((line) => line !== '');

  expect(see('System Resources')[0]).toMatch(/^RAM: \d+MB available \/ \d+MB total, Swap: \d+MB used$/);
  expect(see('Phase Files')).toEqual([
    expect.stringMatching(/^ {2}dev-session-harb-62\.phase: PHASE:escalate \(0min ago\)$/),
  ]);
  expect(see('Stale Phase Cleanup')[0]).toMatch(/^ {2}Kept: dev-session-harb-62\.phase/);
  expect(see('Lock Files')[0]).toMatch(/^ {2}dev-agent-harb\.lock: PID=4194304 (?:dead|unknown) age=6\dmin$/);
  expect(see('Recent Agent Logs')).toEqual([
    '### dev/dev-agent.log (last modified 0min ago)',
    '[2026-01-01T00:00:00Z] dev: password=[redacted]',
  ]);
  expect(see('Pending Vault Items')).toEqual(['  stale-pr-7.md: Stale PR: seven']);
  for (const heading of ['CI Pipelines', 'Open PRs', 'Issue Status', 'Blocked Issues', 'Docker', 'Docker Allocs']) {
    expect([heading, ...see(heading)]).toEqual([heading, expect.stringMatching(/^ {2}unavailable: /)]);
  }
  expect((await reactor.run('preflight', '--json')).stderr).toBe('');

  await reactor.stop();
  const after = await reactor.run('preflight');
  expect([after.code, sectionOf(after.stdout, 'Pending Vault Items')[0]]).toEqual([
    0,
    '  stale-pr-7.md: Stale PR: seven',
  ]);
  expect(after.stderr).toMatch(/^the reactor does not run: .* last alive \d+/);
});
