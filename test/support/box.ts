/**
 * A box on which much has been wrong for long: git, tmux, processes and files are real, forge and CI are fakes on loopback. All its times
 * are old, so that a reactor that starts on it can know at once what it has missed.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DAY, HOUR, MINUTE, toIso, type Millis } from '../../src/core/time.ts';
import { startFakeForgejo, TOKEN, type FakeForgejo } from './fake-forgejo.ts';
import { ADMIN, fakeWoodpecker, serveWoodpecker, type FakeWoodpecker } from './fake-woodpecker.ts';
import { makeIssue, makePull, makeReview, makeStatus, SHA } from './forge-objects.ts';
import { startTmux, type TestTmux } from './tmux.ts';

export interface Box extends AsyncDisposable {
  /** FACTORY_TMP. */
  readonly tmp: string;
  /** DISINTO_LOG_DIR. */
  readonly logs: string;
  readonly forge: FakeForgejo;
  readonly ci: FakeWoodpecker;
  /** Id of acme/widget at the CI server. */
  readonly ciRepo: number;
  readonly tmux: TestTmux;
  /** What a reactor has to be told to watch it. */
  readonly env: Readonly<Record<string, string>>;
}

/** An instant so long ago, as the forge writes it. */
export const ago = (span: Millis): string => toIso(Date.now() - span);
/** The same as Woodpecker does. */
export const secondsAgo = (span: Millis): number => Math.floor((Date.now() - span) / 1_000);

/** A healthy factory: forge, CI, two projects, a session at rest, a lock whose owner lives; it ends what it started. */
export async function openBox(): Promise<Box> {
  const folder = mkdtempSync(join(tmpdir(), 'reactor-box-'));
  const at = (...names: readonly string[]): string => join(folder, ...names);
  for (const name of ['tmp', 'logs', 'home', 'factory/projects', 'factory/state', 'clones']) {
    mkdirSync(at(name), { recursive: true });
  }
  for (const agent of ['dev', 'reviewer', 'gardener', 'planner']) write(at('factory/state', `.${agent}-active`), '');
  const widget = { name: 'widget', repo: 'acme/widget', repo_root: at('clones/widget'), primary_branch: 'main' };
  const gadget = { name: 'gadget', repo_root: at('clones/gadget'), ops_repo_root: at('clones/gadget-ops') };
  for (const project of [widget, gadget]) write(at('factory/projects', `${project.name}.toml`), toToml(project));

  const forge = await startFakeForgejo();
  const ci = fakeWoodpecker(() => Date.now());
  const ciRepo = ci.addRepo('acme/widget');
  ci.world.agents.push({ id: 2, name: 'agent-2', created: 0, last_contact: secondsAgo(0), version: '3.17.0' });
  const served = await serveWoodpecker(ci);
  const tmux = startTmux();
  const agent = fileURLToPath(new URL('fake-agent.ts', import.meta.url));
  tmux.run('planner-widget', `exec '${process.execPath}' '${agent}' /dev/null`);
  const owner = spawn('sleep', ['1000'], { stdio: 'ignore' });
  write(at('tmp/planner-run.lock'), String(owner.pid));
  return {
    tmp: at('tmp'),
    logs: at('logs'),
    forge,
    ci,
    ciRepo,
    tmux,
    env: {
      HOME: at('home'),
      FACTORY_ROOT: at('factory'),
      FACTORY_TMP: at('tmp'),
      FACTORY_AGENTS_CONTAINER: 'none',
      DISINTO_LOG_DIR: at('logs'),
      REACTOR_TMUX_SOCKET: tmux.socket,
      FORGE_URL: forge.url,
      FORGE_TOKEN: TOKEN,
      WOODPECKER_SERVER: served.url,
      WOODPECKER_TOKEN: ADMIN,
    },
    async [Symbol.asyncDispose]() {
      owner.kill('SIGKILL');
      await once(owner, 'exit');
      tmux[Symbol.dispose]();
      await Promise.all([forge[Symbol.asyncDispose](), served[Symbol.asyncDispose]()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything that can be wrong without Docker, wrong for long. */
export function ruin(box: Box): void {
  ruinClones(dirname(box.tmp));
  ruinFiles(box);
  ruinForge(box);
  ruinCi(box);
  // A pane that has ended and is still there.
  box.tmux.tmux('set-option', '-g', 'remain-on-exit', 'on');
  box.tmux.run('architect-widget', 'exit 1');
}

/** Writes a file, and the folders it needs, as if it had been written so long ago. */
export function write(path: string, text: string, age: Millis = 0): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  touch(path, age);
}

function touch(path: string, age: Millis): void {
  const at = (Date.now() - age) / 1_000;
  lutimesSync(path, at, at);
}

/** Everything in a folder, and the folder itself. */
function touchAll(folder: string, age: Millis): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) touch(join(folder, name), age);
  touch(folder, age);
}

const toToml = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('');

/** Runs git as somebody, so long ago. */
function git(folder: string, age: Millis, ...args: readonly string[]): void {
  const date = ago(age);
  const person = { NAME: 'dev-bot', EMAIL: 'dev-bot@example.org', DATE: date };
  const people = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
    Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
  );
  const env = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', ...Object.fromEntries(people) };
  execFileSync('git', ['-C', folder, ...args], { env, stdio: 'pipe' });
}

/** A clone of an origin of its own, with one commit that is pushed. */
function cloneAt(path: string): void {
  const origin = `${path}.git`;
  mkdirSync(path, { recursive: true });
  git(path, 9 * DAY, 'init', '-q', '--bare', '-b', 'main', origin);
  git(path, 9 * DAY, 'init', '-q', '-b', 'main');
  commit(path, 'README.md', 'one\n', 9 * DAY);
  git(path, 9 * DAY, 'remote', 'add', 'origin', origin);
  git(path, 9 * DAY, 'push', '-q', '-u', 'origin', 'main');
  git(path, 9 * DAY, 'remote', 'set-head', 'origin', 'main');
}

function commit(path: string, file: string, text: string, age: Millis): void {
  write(join(path, file), text);
  git(path, age, 'add', '.');
  git(path, age, 'commit', '-q', '-m', `Write ${file}`);
}

const NOBODY = 65_534;

function ruinClones(folder: string): void {
  const widget = join(folder, 'clones/widget');
  cloneAt(widget);
  git(widget, 2 * DAY, 'checkout', '-q', '-b', 'fix/issue-3');
  const worktree = join(folder, 'tmp/widget-worktree-12');
  git(widget, 6 * HOUR, 'worktree', 'add', '-q', '-b', 'fix/issue-12', worktree, 'main');
  touchAll(worktree, 6 * HOUR);
  touchAll(join(widget, '.git/worktrees'), 6 * HOUR);
  // Root cannot look into every process of root in a container, and then nobody knows whether one of them works here.
  if (process.getuid?.() === 0) chownSync(worktree, NOBODY, NOBODY);

  const gadget = join(folder, 'clones/gadget');
  cloneAt(gadget);
  git(gadget, 3 * DAY, 'checkout', '-q', '-b', 'other');
  commit(gadget, 'README.md', 'two\n', 3 * DAY);
  git(gadget, 3 * DAY, 'checkout', '-q', 'main');
  commit(gadget, 'README.md', 'three\n', 3 * DAY);
  git(gadget, 3 * DAY, 'push', '-q');
  // It stops at a conflict, which git calls an error.
  expectFailure(() => git(gadget, 2 * DAY, 'rebase', 'other'));
  const rebase = resolve(gadget, '.git/rebase-merge');
  if (!existsSync(rebase)) throw new Error('git did not stop in the middle of a rebase');
  touchAll(rebase, 2 * DAY);

  const ops = join(folder, 'clones/gadget-ops');
  cloneAt(ops);
  const day = ago(5 * DAY).slice(0, 10);
  commit(ops, `evidence/engagement/${day}-visits.md`, 'a page\n', 30 * HOUR);
}

function expectFailure(work: () => void): void {
  try {
    work();
  } catch {
    return;
  }
  throw new Error('git went through where it should have stopped');
}

const LARGE = 11 * 1024 * 1024;

function ruinFiles({ tmp, logs }: Box): void {
  const gone = String(spawnSync('true').pid);
  write(join(tmp, 'dev-agent-widget.lock'), gone, 3 * HOUR);
  write(join(tmp, 'review-poll.lock'), gone, 3 * HOUR);
  const at = ago(4 * HOUR)
    .slice(0, 19)
    .replace('T', ' ');
  write(join(tmp, 'dev-agent-status-widget'), `[${at} UTC] dev-agent #12: implementing\n`, 4 * HOUR);
  write(join(tmp, 'widget-review-status'), `[${at} UTC] review-agent #31: reading the diff\n`, 4 * HOUR);
  write(join(tmp, 'dev-session-widget-7.phase'), 'PHASE:escalate\nReason: cannot reach the registry\n', 25 * HOUR);
  write(join(tmp, 'dev-session-widget-8.phase'), 'PHASE:awaiting_review\n', HOUR);
  write(join(tmp, 'dev-session-widget-9.phase'), 'PHASE:escalate\nReason: y\n', 2 * DAY);

  const polls = [60, 50, 40, 30, 20, 10].map((minutes) => {
    const poll = ago(minutes * MINUTE)
      .slice(0, 19)
      .replace('T', ' ');
    return `[${poll} UTC] poll: no ready issues\n`;
  });
  write(join(logs, 'dev/dev-agent-widget.log'), polls.join(''), 10 * MINUTE);
  const large = join(logs, 'gardener/gardener.log');
  write(large, '');
  truncateSync(large, LARGE);
  appendFileSync(large, `\n[${at} UTC] a line\n`);
  if (readFileSync(large).length <= LARGE) throw new Error('the log is not large');
}

function ruinForge({ forge: { world } }: Box): void {
  const { pulls, issues, reviews, statuses, commits } = world;
  const put = (number: number, state: string, checked: Millis): void => {
    const created = ago(2 * DAY);
    pulls.set(number, makePull({ number, created, updated: ago(checked) }));
    commits.set(SHA(number), ago(checked + MINUTE));
    statuses.set(SHA(number), [makeStatus('ci/woodpecker', state, ago(checked))]);
  };
  const review = (number: number, state: 'APPROVED' | 'REQUEST_CHANGES', at: Millis, stale: boolean): void => {
    const given = makeReview({ by: 'review-bot', state, sha: SHA(number), at: ago(at), stale });
    reviews.set(number, [...(reviews.get(number) ?? []), given]);
  };
  put(8, 'success', 5 * HOUR);
  review(8, 'APPROVED', 3 * HOUR, false);
  put(31, 'success', 2 * HOUR);
  put(32, 'failure', 40 * MINUTE);
  put(33, 'success', 3 * HOUR);
  review(33, 'REQUEST_CHANGES', 5 * HOUR, true);

  const issue = (number: number, more: Partial<Parameters<typeof makeIssue>[0]> = {}): void =>
    void issues.set(number, makeIssue({ number, created: ago(3 * DAY), ...more }));
  issue(5, { labels: ['backlog'] });
  issue(7);
  issue(8);
  issue(9, { state: 'closed', closed: ago(2 * DAY) });
  issue(40, { body: '## Depends on\n- #41\n' });
  issue(41, { body: '## Depends on\n- #40\n' });
  issue(42, { body: '## Depends on\n- #43\n' });
  issue(43, { created: ago(60 * DAY) });
  issue(44);
  issue(45, { state: 'closed', closed: ago(DAY), body: 'Decomposed from #44\n' });
  issue(46, { state: 'closed', closed: ago(DAY), body: 'Decomposed from #44\n' });
}

function ruinCi({ ci, ciRepo }: Box): void {
  const pull = (number: number) => ({
    event: 'pull_request',
    ref: `refs/pull/${number}/head`,
    refspec: `fix/issue-${number}:main`,
    branch: 'main',
  });
  const ran = (begun: Millis, ended: Millis) => ({
    created: secondsAgo(begun),
    started: secondsAgo(begun),
    finished: secondsAgo(ended),
    updated: secondsAgo(ended),
  });
  ci.start(ciRepo, { status: 'failure', ...ran(9 * HOUR, 8 * HOUR) }, true);
  ci.start(ciRepo, { status: 'failure', ...ran(7 * HOUR, 6 * HOUR) }, true);
  ci.start(ciRepo, { status: 'success', ...pull(31), ...ran(3 * HOUR, 2 * HOUR) }, true);
  const running = { status: 'running', created: secondsAgo(45 * MINUTE), started: secondsAgo(40 * MINUTE) };
  ci.start(ciRepo, { ...running, ...pull(32) }, true);
  ci.start(ciRepo, { status: 'pending', created: secondsAgo(50 * MINUTE), ...pull(33) }, true);
  ci.world.agents.push({ id: 3, name: 'agent-3', created: 0, last_contact: secondsAgo(HOUR), version: '3.17.0' });
}
