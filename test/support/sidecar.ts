/**
 * A factory of containers and the reactor beside them, built from the project's own Dockerfile and started by Compose on an engine of the
 * test's own. `hasSidecar` says what is missing for it.
 */

import { execFile, execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingForDocker, startDockerd, type Dockerd } from './dockerd.ts';

const CACHE = join(process.env['REACTOR_TEST_CACHE'] ?? join(tmpdir(), 'disinto-reactor-test-cache'), 'sidecar');
const ROOT = join(import.meta.dirname, '../..');
const FACTORY = join(import.meta.dirname, 'factory');
/** The image Compose would build for the service. */
export const IMAGE = 'disinto-reactor';
const USER = 1000;
/** A lock is believed to be dead after a minute. */
const PATIENCE = 120_000;
const AUTHORITIES = '/usr/local/share/authorities/all.crt';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Sidecar extends AsyncDisposable {
  readonly engine: Dockerd;
  /** The factory's folder: Compose files, `.env`, `projects/`, `ops/`. */
  readonly folder: string;
  /** Of webhooks, as the README has it made. */
  secret(): string;
  /** Runs `docker …` in the factory's folder, for up to three minutes. */
  docker(...args: readonly string[]): Promise<Ran>;
  /** Runs `docker compose …`, which takes the factory's file and the override as shipped. */
  compose(...args: readonly string[]): Promise<Ran>;
  /** Runs a command in a container; its output, trimmed. Throws when it fails. */
  inside(container: string, ...command: readonly string[]): Promise<string>;
  /** Runs a command where the engine's published ports are. */
  besideEngine(...command: readonly string[]): string;
  /** The first answer that is neither undefined nor false; throws with the log of the container after two minutes. */
  waitFor<T>(what: string, container: string, find: () => Promise<T | undefined | false>): Promise<T>;
}

/** Throws in CI when something is missing; elsewhere says so loudly and answers false. */
export function hasSidecar(): boolean {
  if (missingForDocker() !== null) return false;
  const missing = whatIsMissing();
  if (missing === '') return true;
  if (process.env['CI'] !== undefined) throw new Error(missing);
  console.warn(`\n*** The tests of the sidecar are left out: ${missing} ***\n`);
  return false;
}

function whatIsMissing(): string {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(':');
  const programs = ['slirp4netns', 'iptables', 'ip', 'nsenter', 'git'];
  const missing = programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  if (missing.length > 0) return `no ${missing.join(', ')} on this machine`;
  if (!existsSync(join(CACHE, 'ready'))) return 'run test/support/provision-sidecar.sh as root, once';
  return '';
}

/** An engine with the images of reactor and agents, and a factory's folder; nothing runs yet. */
export async function openSidecar(): Promise<Sidecar> {
  const engine = await startDockerd({ outside: true });
  const folder = mkdtempSync(join(tmpdir(), 'reactor-factory-'));
  const sidecar = createSidecar(engine, folder);
  try {
    cpSync(join(CACHE, 'client/cli-plugins'), join(dirname(engine.socket), 'cli-plugins'), { recursive: true });
    await importNode(engine);
    await mustRun(sidecar.docker('build', '-q', '-t', 'factory-agents', FACTORY));
    await mustRun(sidecar.docker('build', '-q', '-t', IMAGE, ROOT));
    prepareFolder(folder, engine);
  } catch (error) {
    await sidecar[Symbol.asyncDispose]();
    throw error;
  }
  return sidecar;
}

function createSidecar(engine: Dockerd, folder: string): Sidecar {
  const env = { ...process.env, DOCKER_HOST: engine.url, DOCKER_CONFIG: dirname(engine.socket) };
  const docker: Sidecar['docker'] = (...args) =>
    new Promise((resolve) => {
      const how = { env, cwd: folder, timeout: 180_000, maxBuffer: 1 << 26 };
      execFile('docker', [...args], how, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout: stdout.trim(), stderr: stderr.trim() }),
      );
    });
  return {
    engine,
    folder,
    secret: () => /^FORGEJO_WEBHOOK_SECRET=(.+)$/m.exec(readFileSync(join(folder, '.env'), 'utf8'))?.[1] ?? '',
    docker,
    compose: (...args) => docker('compose', ...args),
    inside: async (container, ...command) => (await mustRun(docker('exec', container, ...command))).stdout,
    besideEngine: (...command) =>
      execFileSync('nsenter', [`--net=/proc/${engine.pid()}/ns/net`, ...command], { encoding: 'utf8' }),
    async waitFor(what, container, find) {
      const end = performance.now() + PATIENCE;
      for (;;) {
        const found = await find();
        if (found !== undefined && found !== false) return found;
        if (performance.now() > end) {
          const { stdout, stderr } = await docker('logs', '--tail', '60', container);
          throw new Error(`waited for ${what}; ${container} said last:\n${stdout}\n${stderr}`);
        }
        await sleep(100);
      }
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The result of a command that has to succeed. */
export async function mustRun(running: Promise<Ran>): Promise<Ran> {
  const ran = await running;
  if (ran.code !== 0) throw new Error(`exit code ${ran.code}: ${ran.stderr}\n${ran.stdout}`);
  return ran;
}

/** What the registry would give; the Dockerfile itself is built unchanged. */
async function importNode(engine: Dockerd): Promise<void> {
  const changes = [
    `ENV NODE_EXTRA_CA_CERTS=${AUTHORITIES}`,
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'CMD ["node"]',
  ];
  const args = changes.flatMap((change) => ['--change', change]);
  await engine.docker('import', ...args, join(CACHE, 'node-24-slim.tar'), 'node:24-slim');
}

/** As an operator does it, by the words of the README. */
function prepareFolder(folder: string, engine: Dockerd): void {
  for (const name of ['docker-compose.yml', 'life.sh']) cpSync(join(FACTORY, name), join(folder, name));
  mkdirSync(join(folder, 'projects'));
  writeFileSync(join(folder, 'projects/harb.toml'), 'name = "harb"\nrepo = "acme/widget"\nprimary_branch = "main"\n');
  symlinkSync(ROOT, join(folder, 'disinto-reactor'));
  const steps = readmeSteps().filter((line) => !line.startsWith('docker '));
  const script = steps.join('\n').replaceAll('/var/run/docker.sock', engine.socket);
  execFileSync('sh', ['-eu', '-c', script], { cwd: folder });
  appendFileSync(join(folder, '.env'), `DOCKER_SOCKET=${engine.socket}\nREACTOR_OPS=./ops\n`);
  makeOps(folder);
}

/** What the README tells an operator to type in the factory's folder. */
export function readmeSteps(): readonly string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const block = /```sh\n(cp disinto-reactor\/[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  return block.trim().split('\n');
}

/** A clone with a commit of three days ago that was not pushed. */
function makeOps(folder: string): void {
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=ops', '-c', 'user.email=ops@example.invalid', ...args], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, GIT_AUTHOR_DATE: LONG_AGO, GIT_COMMITTER_DATE: LONG_AGO },
    });
  const ops = join(folder, 'ops');
  git(folder, 'init', '-q', '--bare', '-b', 'main', 'ops.git');
  git(folder, 'clone', '-q', 'ops.git', 'ops');
  git(ops, 'commit', '-q', '--allow-empty', '-m', 'Begin');
  git(ops, 'push', '-q', 'origin', 'HEAD:main');
  git(ops, 'remote', 'set-head', 'origin', 'main');
  git(ops, 'commit', '-q', '--allow-empty', '-m', 'Not pushed');
  giveTo(ops);
}

const LONG_AGO = new Date(Date.now() - 3 * 86_400_000).toISOString();

function giveTo(path: string): void {
  chownSync(path, USER, USER);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(join(path, name));
}
