/**
 * A private Docker engine: own socket, data, containerd and network namespace, so that no other engine on the machine notices.
 * Needs root, dockerd, the docker client and a static busybox; `missingForDocker` says what is not there.
 */

import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The image every engine here has: busybox with all its applets. */
const BUSYBOX = 'bb:1';

export interface ContainerSpec {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** A shell line; by default it runs until it is stopped, and stops at once when asked. */
  readonly cmd?: string;
  /** `no`, `always`, `unless-stopped` or `on-failure:3`. */
  readonly restart?: string;
  /** Further options of `docker run`. */
  readonly options?: readonly string[];
}

export interface Dockerd extends AsyncDisposable {
  /** Path of the socket. */
  readonly socket: string;
  /** `DOCKER_HOST` for this engine. */
  readonly url: string;
  /** Everything the engine and containerd wrote. */
  readonly logFile: string;
  /** Of the engine that runs; 0 while it is stopped. */
  pid(): number;
  /** The docker client against this engine; resolves with what it printed, trimmed, and rejects with its complaint. */
  docker(...args: readonly string[]): Promise<string>;
  /** Starts a container of the busybox image without network; resolves with its id. */
  runContainer(spec?: ContainerSpec): Promise<string>;
  /** Ends the engine as `systemctl stop` does, or with another signal, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same data and waits until it answers. */
  start(): Promise<void>;
}

/** Labels that make a container part of a Compose stack. */
export function composeLabels(stack: string, service: string, number = 1): Readonly<Record<string, string>> {
  return {
    'com.docker.compose.project': stack,
    'com.docker.compose.service': service,
    'com.docker.compose.container-number': String(number),
    'com.docker.compose.oneoff': 'False',
  };
}

/** What is missing for a private engine, in words, or null. Throws instead on CI, where nothing may be missing. */
export function missingForDocker(): string | null {
  const missing = ['dockerd', 'docker', 'busybox', 'unshare'].filter((program) => whichOrNull(program) === null);
  const isRoot = process.getuid?.() === 0;
  if (missing.length === 0 && isRoot) return null;
  const why = missing.length > 0 ? `no ${missing.join(', ')} on this machine` : 'not root';
  if (process.env['CI'] !== undefined) throw new Error(`the tests with a real Docker engine cannot run: ${why}`);
  process.stderr.write(`\n  SKIPPED: the tests with a real Docker engine (${why})\n\n`);
  return why;
}

export interface DockerdHow {
  /** Its containers reach what this machine reaches, and its own network namespace has their published ports. Needs slirp4netns. */
  readonly outside: boolean;
}

/** Starts an engine with the busybox image in it; without a network to the outside unless asked for. */
export async function startDockerd(how: DockerdHow = { outside: false }): Promise<Dockerd> {
  // A socket's path may be 107 bytes long: the folder's name must be short.
  const folder = await mkdtemp(join(tmpdir(), 'rx-'));
  const engine = createEngine(folder, how);
  try {
    await engine.start();
    await importBusybox(engine, folder);
  } catch (error) {
    await engine.halt();
    throw error;
  }
  return {
    ...engine,
    async [Symbol.asyncDispose]() {
      await engine.halt();
      unmountBelow(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

interface Engine extends Omit<Dockerd, typeof Symbol.asyncDispose> {
  /** Ends the containers, the engine and whatever it left. */
  halt(): Promise<void>;
}

function createEngine(folder: string, how: DockerdHow): Engine {
  const socket = join(folder, 'd.sock');
  const url = `unix://${socket}`;
  const logFile = join(folder, 'dockerd.log');
  let child: ChildProcess | null = null;
  let wire: ChildProcess | null = null;
  const docker = async (...args: readonly string[]): Promise<string> => {
    const env = { ...process.env, DOCKER_HOST: url, DOCKER_CONFIG: folder };
    const { stdout } = await run('docker', [...args], { env, timeout: 60_000, maxBuffer: 1 << 26 });
    return stdout.trim();
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child === null) return;
    const ending = [child, wire];
    child = null;
    wire = null;
    for (const one of ending) if (one !== null) await endProcess(one, signal);
    await endContainerd(folder);
  };
  return {
    socket,
    url,
    logFile,
    docker,
    pid: () => child?.pid ?? 0,
    runContainer: (spec = {}) => docker(...runArguments(spec)),
    stop,
    async start() {
      child ??= spawnEngine(folder, socket, logFile, how);
      const started = child;
      for (let tries = 0; !(await answers(socket)); tries += 1) {
        if (started.exitCode !== null || tries > 600) throw new Error(`dockerd did not start:\n${tailOf(logFile)}`);
        await sleep(50);
      }
      if (how.outside) wire ??= spawnWire(started.pid ?? 0, logFile);
    },
    async halt() {
      const ids = await docker('ps', '-aq').catch(() => '');
      if (ids !== '') await docker('rm', '-f', ...ids.split('\n')).catch(() => undefined);
      await stop();
      endShims(folder);
    },
  };
}

/** The name server that slirp4netns offers in there. */
const OUTSIDE = ['--dns', '10.0.2.3'];
const ALONE = ['--iptables=false', '--ip-forward=false', '--ip-masq=false', '--userland-proxy=false'];

function spawnEngine(folder: string, socket: string, logFile: string, { outside }: DockerdHow): ChildProcess {
  const log = openSync(logFile, 'a');
  // All paths absolute: with a relative --data-root this dockerd spins for ever.
  const args = [
    '--net',
    '--',
    'sh',
    '-c',
    'ip link set lo up; exec "$@"',
    'sh',
    whichOrNull('dockerd') ?? 'dockerd',
    '--host',
    `unix://${socket}`,
    '--pidfile',
    join(folder, 'd.pid'),
  ];
  args.push('--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--log-level', 'warn');
  args.push('--shutdown-timeout', '3', ...(outside ? OUTSIDE : ALONE));
  const child = spawn('unshare', args, { stdio: ['ignore', log, log], cwd: folder });
  closeSync(log);
  return child;
}

/** Joins the engine's network namespace to this machine's network from user space: no rule and no device of this machine is touched. */
function spawnWire(pid: number, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn('slirp4netns', ['--configure', '--mtu=1400', String(pid), 'tap0'], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
}

function runArguments(spec: ContainerSpec): readonly string[] {
  const args = ['run', '-d', '--network', 'none'];
  if (spec.name !== undefined) args.push('--name', spec.name);
  if (spec.restart !== undefined) args.push('--restart', spec.restart);
  for (const [key, value] of Object.entries(spec.labels ?? {})) args.push('--label', `${key}=${value}`);
  return [...args, ...(spec.options ?? []), BUSYBOX, 'sh', '-c', spec.cmd ?? 'trap "exit 0" TERM; sleep 100000 & wait'];
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request({ socketPath: socket, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(false));
    asking.end();
  });
}

async function importBusybox(engine: Engine, folder: string): Promise<void> {
  const root = join(folder, 'rootfs');
  const bin = join(root, 'bin');
  await Promise.all([bin, join(root, 'tmp'), join(root, 'etc')].map((path) => mkdir(path, { recursive: true })));
  const busybox = whichOrNull('busybox') ?? '/bin/busybox';
  await copyFile(busybox, join(bin, 'busybox'));
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const applet of applets) if (applet !== 'busybox') await symlink('busybox', join(bin, applet));
  const tar = join(folder, 'busybox.tar');
  await run('tar', ['-C', root, '-cf', tar, '.']);
  await engine.docker('import', tar, BUSYBOX);
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const late = AbortSignal.timeout(20_000);
  await Promise.race([gone, sleep(20_000, undefined, { signal: late }).catch(() => undefined)]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await gone;
}

/** Ends the containerd of an engine that was killed: the next engine would wait for it in vain. Its containers live on. */
async function endContainerd(folder: string): Promise<void> {
  const runFolder = join(folder, 'exec', 'containerd');
  const pidFile = join(runFolder, 'containerd.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  const isOurs = (): boolean => argumentsOf(pid).includes(`${folder}/`);
  if (isOurs()) process.kill(pid, 'SIGKILL');
  while (isOurs()) await sleep(10);
  await rm(pidFile, { force: true });
}

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Ends the shims whose engine was killed: they carry the folder of this engine in their arguments. */
function endShims(folder: string): void {
  const pids = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('containerd-shim') && line.includes(`${folder}/`))
    .map((line) => Number.parseInt(line, 10));
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}

function unmountBelow(folder: string): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounts.toReversed()) execFileSync('umount', ['-l', path]);
}

function whichOrNull(program: string): string | null {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`.split(':');
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

function tailOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(-20).join('\n') : '(no log)';
}
