/** A factory's box: git, tmux, processes and files are real, forge and CI are fakes on loopback. Healthy, until somebody ruins it. */

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SECOND, toIso, type Instant, type Millis } from '../../../src/core/time.ts';
import { emptyForge, startFakeForgejo, TOKEN, type FakeForgejo } from '../fake-forgejo.ts';
import { ADMIN, fakeWoodpecker, serveWoodpecker, type FakeWoodpecker } from '../fake-woodpecker.ts';
import { SECRET } from '../http-face.ts';
import { startTmux, type TestTmux } from '../tmux.ts';
import { cloneAt, write } from './files.ts';
import { createMover, type Mover } from './moved.ts';

export interface Box extends AsyncDisposable {
  /** FACTORY_TMP. */
  readonly tmp: string;
  /** DISINTO_LOG_DIR. */
  readonly logs: string;
  /** Holds `widget`, `gadget` and `gadget-ops`. */
  readonly clones: string;
  readonly forge: FakeForgejo;
  readonly ci: FakeWoodpecker;
  /** Id of acme/widget at the CI server. */
  readonly ciRepo: number;
  readonly tmux: TestTmux;
  /** Starts a process that lives as long as the box at most; its id. */
  start(program: string, args: readonly string[], options?: SpawnOptions): number;
  /** Process id of the planner, which lives as long as the box. */
  readonly planner: number;
  /** What a reactor has to be told to watch it. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets the clock of reactors that are started from now on: so far ahead of the machine's, or behind it. */
  setLead(lead: Millis): void;
  /** The time by that clock. */
  now(): Instant;
  /** An instant so long ago, as the forge writes it. */
  ago(span: Millis): string;
  /** The same as Woodpecker does. */
  secondsAgo(span: Millis): number;
  /** Starts reactors on that clock and moves it; `mounts` is for a machine of the reactor's own. */
  mover(mounts?: string): Mover;
}

/** Adds an agent to the CI server that was last heard of at a time in seconds. */
export function addAgent(ci: FakeWoodpecker, id: number, last_contact: number): void {
  ci.world.agents.push({ id, name: `agent-${id}`, created: 0, last_contact, version: '3.17.0' });
}

/** An ops repository of which there is no clone. */
const OPS = 'acme/widget-ops';

/** The number of the CI agent that speaks as long as the box lives. */
const SPEAKING = 2;

/** A healthy factory: forge, CI, two projects, a session at rest, a lock whose owner lives; it ends what it started. */
export async function openBox(): Promise<Box> {
  const folder = mkdtempSync(join(tmpdir(), 'reactor-box-'));
  const at = (...names: readonly string[]): string => join(folder, ...names);
  for (const name of ['tmp', 'logs', 'home', 'factory/projects', 'factory/state', 'clones']) {
    mkdirSync(at(name), { recursive: true });
  }
  for (const agent of ['dev', 'reviewer', 'gardener', 'planner']) write(at('factory/state', `.${agent}-active`), '');
  const names = { name: 'widget', repo: 'acme/widget', ops_repo: OPS };
  const widget = { ...names, repo_root: at('clones/widget'), primary_branch: 'main' };
  const gadget = { name: 'gadget', repo_root: at('clones/gadget'), ops_repo_root: at('clones/gadget-ops') };
  for (const project of [widget, gadget]) write(at('factory/projects', `${project.name}.toml`), toToml(project));
  for (const name of ['widget', 'gadget', 'gadget-ops']) cloneAt(at('clones', name));

  const lead = { ms: 0 };
  const now = (): Instant => Date.now() + lead.ms;
  const secondsAgo = (span: Millis): number => Math.floor((now() - span) / SECOND);
  const forge = await startFakeForgejo();
  forge.world.others.push({ ...emptyForge(), repo: OPS, newest: toIso(now()) });
  const ci = fakeWoodpecker(now);
  const ciRepo = ci.addRepo('acme/widget');
  addAgent(ci, SPEAKING, secondsAgo(0));
  const passed = (): void => {
    ci.world.agents = ci.world.agents.map((one) =>
      one['id'] === SPEAKING ? { ...one, last_contact: secondsAgo(0) } : one,
    );
    ci.send(': ping\n\n');
  };
  const served = await serveWoodpecker(ci);
  const tmux = startTmux();
  const agent = fileURLToPath(new URL('../fake-agent.ts', import.meta.url));
  tmux.run('planner-widget', `exec '${process.execPath}' '${agent}' /dev/null`);
  const children: ChildProcess[] = [];
  const start: Box['start'] = (program, args, options = {}) => {
    const child = spawn(program, args, { stdio: 'ignore', ...options });
    children.push(child);
    return child.pid ?? 0;
  };
  const planner = start('sleep', ['1000']);
  write(at('tmp/planner-run.lock'), String(planner));
  return {
    tmp: at('tmp'),
    logs: at('logs'),
    clones: at('clones'),
    forge,
    ci,
    ciRepo,
    tmux,
    start,
    planner,
    setLead(ms) {
      lead.ms = ms;
      passed();
    },
    now,
    ago: (span) => toIso(now() - span),
    secondsAgo,
    mover: (mounts = '') => createMover({ lead, mounts, passed }),
    env: {
      HOME: at('home'),
      FACTORY_ROOT: at('factory'),
      FACTORY_TMP: at('tmp'),
      FACTORY_AGENTS_CONTAINER: 'none',
      DISINTO_LOG_DIR: at('logs'),
      REACTOR_TMUX_SOCKET: tmux.socket,
      FORGE_URL: forge.url,
      FORGE_TOKEN: TOKEN,
      FORGEJO_WEBHOOK_SECRET: SECRET,
      WOODPECKER_SERVER: served.url,
      WOODPECKER_TOKEN: ADMIN,
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(end));
      tmux[Symbol.dispose]();
      await Promise.all([forge[Symbol.asyncDispose](), served[Symbol.asyncDispose]()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const toToml = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('');
