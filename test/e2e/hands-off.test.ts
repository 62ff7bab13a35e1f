import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stableId } from '../../src/core/event.ts';
import { startReactor, type ReactorFolders } from '../support/reactor.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function git(folder: string, ...args: readonly string[]): void {
  const identity = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', folder, ...identity, ...args], { stdio: 'pipe' });
}

function commit(folder: string, text: string): void {
  writeFileSync(join(folder, 'file'), text);
  git(folder, 'add', 'file');
  git(folder, 'commit', '-qm', text);
}

/** A clone on another branch, in a rebase that stopped long ago, with work that nobody has committed. */
function breakClone(repo: string, long: Date): void {
  mkdirSync(repo, { recursive: true });
  git(repo, 'init', '-q', '-b', 'main');
  writeFileSync(join(repo, 'kept'), 'kept');
  git(repo, 'add', 'kept');
  commit(repo, 'one');
  git(repo, 'checkout', '-qb', 'fix/issue-7');
  commit(repo, 'theirs');
  git(repo, 'checkout', '-q', 'main');
  commit(repo, 'ours');
  expect(() => git(repo, 'rebase', '-q', 'fix/issue-7')).toThrow('could not apply');
  writeFileSync(join(repo, 'unsaved'), 'work');
  // Who looks at the clone as usual now writes its index anew.
  writeFileSync(join(repo, 'kept'), 'kept');
  for (const path of ['.git/HEAD', '.git/rebase-merge/onto', '.git/rebase-merge']) {
    utimesSync(join(repo, path), long, long);
  }
}

/** Everything that the shell supervisor would have deleted, emptied, aborted or killed. */
function prepare({ root, tmp }: ReactorFolders): void {
  const long = new Date(Date.now() - 30 * 3_600_000);
  const put = (path: string, text: string | Buffer): void => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    utimesSync(path, long, long);
  };
  const runner = spawn('sleep', ['600'], { stdio: 'ignore' });
  children.push(runner);
  put(join(tmp, 'dev-session-harb-7.phase'), 'PHASE:escalate\nReason: ci_exhausted\n');
  put(join(tmp, 'dev-agent-harb.lock'), `${runner.pid ?? 0}\n`);
  put(join(tmp, 'gardener-run.lock'), '4194304\n');
  put(join(tmp, 'dev-session-harb-9.sid'), 'd7a1');
  put(join(tmp, 'harb-worktree-9/README'), 'x');
  put(join(root, 'factory/state/.dev-active'), '');
  put(join(root, 'factory/projects/harb.toml'), `name = "harb"\nrepo = "johba/harb"\nrepo_root = "${root}/harb"\n`);
  put(join(root, 'factory/dev/dev-agent.log'), Buffer.alloc(11 * 1024 * 1024, 'x\n'));
  breakClone(join(root, 'harb'), long);
}

/** Names, modes, times and contents of all that is below a folder. */
const everything = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const stats = lstatSync(join(folder, name));
      const content = stats.isFile() ? stableId(readFileSync(join(folder, name)).toString('base64')) : '';
      return `${name} ${stats.mode} ${stats.mtimeMs} ${stats.ctimeMs} ${content}`;
    });

test('what it finds wrong it leaves as it is: files, locks, logs, worktrees, guards, clones and processes', async () => {
  await using reactor = await startReactor({ prepare, env: { FACTORY_ROOT: 'factory', PROJECT_NAME: '' } });
  const folders = [reactor.tmp, join(reactor.root, 'factory'), join(reactor.root, 'harb')];
  const before = folders.map(everything);
  const found = (rule: string) => (): boolean =>
    reactor.findings(rule).some(({ state }) => state === 'firing' || state === 'pending');
  for (const rule of ['git-broken-rebase', 'lock-dead', 'log-large', 'worktree-stale']) {
    await reactor.waitFor(`${rule} to be found`, found(rule));
  }
  await reactor.idle();
  expect((await reactor.run('preflight')).code).toBe(0);
  expect(await reactor.stop()).toBe(0);
  expect(folders.map(everything)).toEqual(before);
  expect(children.map(({ exitCode, signalCode }) => [exitCode, signalCode])).toEqual([[null, null]]);
});
