/** The real reactor as a process of its own, in folders of its own, for tests from end to end. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { freePort } from './free-port.ts';
import { launch, type Launch, type Process } from './reactor-process.ts';
import { readPages, type Pages } from './reactor-pages.ts';
import { readState, type State } from './reactor-state.ts';

export interface ReactorOptions {
  /** Added to the environment, which holds nothing but PATH and the folders; `''` takes a name away. */
  readonly env?: Readonly<Record<string, string>>;
  /** State folder; a new one below `root` when not given. */
  readonly home?: string;
  /** The text of `reactor.toml`; no file when not given. */
  readonly config?: string;
  /** Called with the folder of the reactor before it starts: what it is to find there. */
  prepare?(folders: ReactorFolders): void;
  /** False: resolves as soon as the process runs, for one that is not expected to become ready. */
  readonly ready?: boolean;
  /** False: nothing runs before `start`. */
  readonly run?: boolean;
  /** Starts a process; the program itself when not given. */
  readonly launch?: (how: Launch) => Process;
}

export interface ReactorFolders {
  /** Holds the others, and `reactor.toml`; the working folder of the process. */
  readonly root: string;
  /** REACTOR_HOME. */
  readonly home: string;
  /** FACTORY_TMP. */
  readonly tmp: string;
  /** OPS_REPO_ROOT. */
  readonly ops: string;
}

/** How a command ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Reactor extends AsyncDisposable, ReactorFolders, State, Pages {
  /** `http://127.0.0.1:<port>`; the same after a restart. */
  readonly url: string;
  /** REACTOR_HOST, part of every key. */
  readonly host: string;
  /** 0 when nothing was started yet. */
  readonly pid: number;
  /** Everything said so far, by every process that was started here. */
  stdout(): string;
  stderr(): string;
  /** Starts a process again after the last one ended, with the same folders and address. */
  start(): Promise<void>;
  /** Resolves when it says that it is ready; `start` does this by itself unless it was told not to. */
  ready(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when it is gone. */
  kill9(): Promise<void>;
  /** `kill9` and `start`. */
  crash(): Promise<void>;
  /** `stop` and `start`. */
  restart(): Promise<void>;
  /** Resolves with the exit code once the process ended by itself. */
  ended(): Promise<number | null>;
  /** Runs another command of the same installation, such as `findings --json`. */
  run(...args: readonly string[]): Promise<Ran>;
  /** Posts events as one CloudEvents batch; resolves with the answer. */
  post(events: readonly PostedEvent[]): Promise<Response>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Resolves when every order that was decided so far is done with. Once it is ready, everything it knew at its start is decided. */
  idle(patience?: number): Promise<void>;
  /** The first answer that is neither undefined nor false; throws with the log after `patience` ms, 15 s when not given. */
  waitFor<T>(what: string, find: () => Answer<T> | Promise<Answer<T>>, patience?: number): Promise<T>;
}

type Answer<T> = T | undefined | false;

/** A CloudEvent with what an event needs; source and specversion are filled in. */
export interface PostedEvent {
  readonly type: string;
  readonly data: object;
  readonly id?: string;
  readonly time?: string;
}

const HOST = 'box';
const PATIENCE = 15_000;
const STARTED = 30_000;

/** Starts a reactor; it and its folders are gone when it is disposed of. Inside a test that fails, its log is printed. */
export async function startReactor(options: ReactorOptions = {}): Promise<Reactor> {
  const folders = makeFolders(options);
  const url = `http://127.0.0.1:${await freePort()}`;
  const env = environment(folders, url, options.env ?? {});
  const log = { out: '', err: '', all: '' };
  const start = (args: readonly string[], said = log): Process =>
    (options.launch ?? launch)({ args, cwd: folders.root, env, log: said });
  let child: Process | null = null;
  printWhenFailed(() => tail(log.all, 500));

  const waitFor: Reactor['waitFor'] = async (what, find, patience = PATIENCE) => {
    const end = performance.now() + patience;
    for (;;) {
      const found = await find();
      if (found !== undefined && found !== false) return found;
      if (performance.now() > end) {
        throw new Error(`waited ${patience} ms for ${what}; it said last:\n${tail(log.all, 40)}`);
      }
      await systemClock.sleep(5);
    }
  };
  const isReady = async (): Promise<boolean> => {
    if (child?.isGone() === true) throw new Error(`it ended before it was ready:\n${log.all}`);
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    return answer?.status === 200;
  };
  const ready = async (): Promise<void> => {
    await waitFor('the reactor to be ready', isReady, STARTED);
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    child?.kill(signal);
    return (await child?.gone()) ?? null;
  };

  const reactor: Reactor = {
    ...folders,
    ...readState(folders.home),
    ...readPages(folders.ops),
    url,
    host: HOST,
    get pid() {
      return child?.pid ?? 0;
    },
    stdout: () => log.out,
    stderr: () => log.err,
    async start() {
      child = start(['run']);
      if (options.ready !== false) await ready();
    },
    ready,
    stop: () => end('SIGTERM'),
    async kill9() {
      await end('SIGKILL');
    },
    async crash() {
      await end('SIGKILL');
      await reactor.start();
    },
    async restart() {
      await end('SIGTERM');
      await reactor.start();
    },
    ended: async () => (await child?.gone()) ?? null,
    async run(...args) {
      const said = { out: '', err: '', all: '' };
      const code = await start(args, said).gone();
      return { code, stdout: said.out, stderr: said.err };
    },
    fetch: (path, init) => fetch(url + path, init),
    post: (events) => fetch(`${url}/events`, toBatch(events, env['REACTOR_API_TOKEN'])),
    waitFor,
    async idle(patience) {
      const open = (): number =>
        reactor.orders().filter(({ state }) => state === 'waiting' || state === 'running').length;
      await waitFor('every order to be done with', () => open() === 0, patience);
    },
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      rmSync(folders.root, { recursive: true, force: true });
    },
  };
  try {
    if (options.run !== false) await reactor.start();
    return reactor;
  } catch (error) {
    await reactor[Symbol.asyncDispose]();
    throw error;
  }
}

function makeFolders(options: ReactorOptions): ReactorFolders {
  const root = mkdtempSync(join(tmpdir(), 'reactor-e2e-'));
  const folders = { root, home: options.home ?? join(root, 'home'), tmp: join(root, 'tmp'), ops: join(root, 'ops') };
  mkdirSync(folders.tmp);
  if (options.config !== undefined) writeFileSync(join(root, 'reactor.toml'), options.config);
  options.prepare?.(folders);
  return folders;
}

/** Nothing of the machine's own configuration is handed down. */
function environment(
  { root, home, tmp, ops }: ReactorFolders,
  url: string,
  more: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const env = {
    PATH: process.env['PATH'] ?? '',
    NO_COLOR: '1',
    REACTOR_HOME: home,
    REACTOR_HOST: HOST,
    REACTOR_LISTEN: new URL(url).host,
    REACTOR_TMUX_SOCKET: `reactor-e2e-none-${process.pid}`,
    FACTORY_TMP: tmp,
    OPS_REPO_ROOT: ops,
    DOCKER_HOST: `unix://${join(root, 'no-docker.sock')}`,
    ...more,
  };
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

const tail = (text: string, lines: number): string => text.split('\n').slice(-lines).join('\n');

function printWhenFailed(log: () => string): void {
  try {
    onTestFailed(() => void process.stderr.write(`\n--- what the reactor said ---\n${log()}\n`));
  } catch {
    // Started outside of a test, as by a hook: the errors of `waitFor` hold the log all the same.
  }
}

function toBatch(events: readonly PostedEvent[], token: string | undefined): RequestInit {
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const batch = events.map((event) => ({ specversion: '1.0', source: 'test://e2e', ...event }));
  return {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json', ...bearer },
    body: JSON.stringify(batch),
  };
}
