import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { diskFiles } from '../../src/adapters/files.ts';
import { openHost } from '../../src/adapters/host.ts';
import { localPlace } from '../../src/adapters/local-place.ts';
import { vaultSource } from '../../src/sources/vault/index.ts';
import { workSource } from '../../src/sources/work/index.ts';
import { runReal, type RealRun } from '../support/run-real.ts';

const place = localPlace(openHost());
const children: ChildProcess[] = [];
let root = '';
let repo = '';

function git(folder: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8', stdio: 'pipe' });
}

/** Commits a file; git's complaint is an answer here. */
function commit(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  git(folder, 'add', name);
  git(folder, 'commit', '-qm', `${name}: ${text}`);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reactor-work-'));
  repo = join(root, 'repos/harb');
  mkdirSync(join(root, 'tmp'));
  mkdirSync(join(root, 'repos'));
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(root, 'remote.git')]);
  execFileSync('git', ['clone', '-q', join(root, 'remote.git'), repo], { stdio: 'pipe' });
  git(repo, 'checkout', '-qb', 'main');
  commit(repo, 'a', 'one');
  git(repo, 'push', '-q', '-u', 'origin', 'main');
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

function runWork(): RealRun {
  return runReal(
    workSource({
      host: 'box',
      place,
      dir: join(root, 'tmp'),
      logFolders: [join(root, 'logs')],
      stateFolders: [join(root, 'state')],
      lockFolders: [join(root, 'locks')],
      repos: [{ path: repo, what: 'project', project: 'harb', repo: 'johba/harb', primary: 'main' }],
      cloneFolders: [],
      evidenceFolders: [join(root, 'ops')],
      projects: [{ name: 'harb', repo: 'johba/harb', primaryBranch: 'main' }],
      agents: { sessionIn: () => '' },
      clock: systemClock,
      log: console,
      latest: () => [],
      every: 100,
    }),
  );
}

describe('a clone', () => {
  test('on its branch is well, and another branch, a rebase and unpushed work are found', async () => {
    await using source = runWork();
    const clean = await source.until('git.repo', () => true);
    expect(clean).toMatchObject({
      branch: 'main',
      on_primary: true,
      dirty: false,
      ahead: 0,
      rebase_in_progress: false,
    });
    expect(Math.abs(Date.parse(clean.last_push_at) - Date.now())).toBeLessThan(30_000);

    commit(repo, 'a', 'two');
    const ahead = await source.until('git.repo', (data) => data.ahead === 1);
    expect(Math.abs(Date.parse(ahead.unpushed_since) - Date.now())).toBeLessThan(30_000);

    git(repo, 'checkout', '-qb', 'fix/issue-42', 'HEAD~1');
    await source.until('git.repo', (data) => data.branch === 'fix/issue-42' && !data.on_primary && data.ahead === 1);
    commit(repo, 'a', 'another');
    expect(() => git(repo, 'rebase', 'main')).toThrow('could not apply');
    const broken = await source.until('git.repo', (data) => data.rebase_in_progress);
    expect(broken).toMatchObject({ detached: true, branch: '', dirty: true });
    expect(Math.abs(Date.parse(broken.rebase_since) - Date.now())).toBeLessThan(30_000);

    git(repo, 'rebase', '--abort');
    await source.until('git.repo', (data) => !data.rebase_in_progress && data.branch === 'fix/issue-42');
    git(repo, 'checkout', '-q', 'main');
    git(repo, 'push', '-q');
    await source.until('git.repo', (data) => data.on_primary && data.ahead === 0);
  });

  test('is looked at without a trace, and none of the programs it names is run', async () => {
    const trap = join(root, 'trap.sh');
    const sprung = join(root, 'sprung');
    writeFileSync(trap, `#!/bin/sh\necho "$0" >> ${sprung}\ncat\n`);
    chmodSync(trap, 0o755);
    writeFileSync(join(repo, '.gitattributes'), '* filter=evil\n');
    git(repo, 'add', '.gitattributes');
    git(repo, 'commit', '-qm', 'attributes');
    git(repo, 'push', '-q');
    for (const key of [
      'filter.evil.clean',
      'filter.evil.smudge',
      'core.fsmonitor',
      'core.pager',
      'gpg.program',
      'diff.external',
    ]) {
      git(repo, 'config', key, trap);
    }
    git(repo, 'config', 'filter.evil.required', 'true');
    git(repo, 'config', 'log.showSignature', 'true');
    utimesSync(join(repo, 'a'), new Date(), new Date());
    const index = join(repo, '.git/index');
    const before = [statSync(index).mtimeMs, readFileSync(index).toString('hex')];
    rmSync(sprung, { force: true });
    await using source = runWork();
    const seen = await source.until('git.repo', () => true);
    expect(seen).toMatchObject({ dirty: false, branch: 'main' });
    expect(existsSync(sprung)).toBe(false);
    expect([statSync(index).mtimeMs, readFileSync(index).toString('hex')]).toEqual(before);
    expect(existsSync(join(repo, '.git/index.lock'))).toBe(false);
  });

  test.runIf(process.getuid?.() === 0)('that belongs to somebody else is read all the same', async () => {
    execFileSync('chown', ['-R', '65534:65534', repo]);
    await using source = runWork();
    expect(await source.until('git.repo', () => true)).toMatchObject({ branch: 'main', on_primary: true });
  });
});

describe('a worktree', () => {
  test('is known by its branch, by who is in it, and by its last activity', async () => {
    const tree = join(root, 'tmp/harb-worktree-42');
    git(repo, 'worktree', 'add', '-q', tree, '-b', 'fix/issue-42');
    const old = new Date(Date.now() - 5 * 3_600_000);
    const gitFolder = join(repo, '.git/worktrees/harb-worktree-42');
    for (const path of ['HEAD', 'index', 'logs/HEAD'].map((name) => join(gitFolder, name))) utimesSync(path, old, old);
    utimesSync(join(tree, 'a'), old, old);
    const child = spawn('sleep', ['1000'], { cwd: tree, stdio: 'ignore' });
    children.push(child);
    await using source = runWork();
    const first = await source.until('worktree', () => true);
    expect(first).toMatchObject({
      branch: 'fix/issue-42',
      issue: 42,
      project: 'harb',
      process: 'yes',
      preserved: false,
    });
    expect(Math.abs(Date.parse(first.active_at) - old.getTime())).toBeLessThan(2000);
    expect(first.idle_s).toBeGreaterThan(17_000);

    child.kill('SIGKILL');
    writeFileSync(join(tree, '.worktree-preserved'), 'crashed\n');
    await source.until(
      'worktree',
      (data) => data.process === 'no' && data.preserved && data.preserved_reason === 'crashed',
    );
    git(repo, 'worktree', 'remove', '--force', tree);
    await source.until('worktree', (data) => !data.exists);
  });
});

test('a log that grows is read to its last line, and a guard that is taken away is off', async () => {
  mkdirSync(join(root, 'logs/dev'), { recursive: true });
  mkdirSync(join(root, 'state'));
  writeFileSync(join(root, 'state/.dev-active'), '');
  const log = join(root, 'logs/dev/dev-agent-harb.log');
  const line = (text: string): string => `[${new Date().toISOString().slice(0, 19)}Z] dev: ${text}\n`;
  writeFileSync(log, `${'old '.repeat(300_000)}\n${line('--- Dev run start ---')}`);
  await using source = runWork();
  await source.until('agent.guard', (data) => data.agent === 'dev' && data.active);
  const first = await source.until('agent.log', () => true);
  expect(first).toMatchObject({
    agent: 'dev',
    project: 'harb',
    signal: 'run_started',
    no_ready_polls: 0,
    size_mb: 1.1,
  });
  appendFileSync(log, line('poll: no ready issues (all blocked by unmerged deps)').repeat(6));
  await source.until('agent.log', (data) => data.no_ready_polls === 6);
  rmSync(join(root, 'state/.dev-active'));
  await source.until('agent.guard', (data) => data.agent === 'dev' && !data.active);
  rmSync(log);
  await source.until('agent.log', (data) => !data.exists);
  expect(source.reports).toEqual(['available: looking at worktrees, repositories, logs and guards']);
});

test('a vault item is followed from folder to folder on a real disk', async () => {
  const ops = join(root, 'ops');
  mkdirSync(join(ops, 'vault/pending'), { recursive: true });
  mkdirSync(join(ops, 'vault/fired'), { recursive: true });
  const options = { host: 'box', root: ops, formulaFolder: null, files: diskFiles, clock: systemClock, log: console };
  await using source = runReal(vaultSource({ ...options, latest: () => [] }));
  await source.untilReport('available');
  writeFileSync(join(ops, 'vault/pending/a.md'), '# Buy it\n\n## What\nx\n\n## Why\ny\n\n## Unblocks\n- #1\n');
  await source.until(
    'vault.item',
    (data) => data.id === 'a' && data.state === 'pending' && data.conforming && data.title === 'Buy it',
  );
  git(root, 'init', '-q', ops);
  execFileSync('mv', [join(ops, 'vault/pending/a.md'), join(ops, 'vault/fired/a.md')]);
  await source.until('vault.item', (data) => data.state === 'fired' && data.path === 'vault/fired/a.md');
  expect(source.of('vault.item')).toHaveLength(2);
});
