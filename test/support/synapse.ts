/** A real Matrix homeserver (Synapse) on loopback, out of the root folder that provision-synapse.sh built. */

import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chownSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface MatrixUser {
  readonly id: string;
  readonly token: string;
}

export interface MatrixEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly content: Record<string, unknown>;
}

export interface Synapse extends AsyncDisposable {
  readonly url: string;
  /** Ends the server; its data stays. */
  stop(): Promise<void>;
  /** Starts it again, at the same address. */
  start(): Promise<void>;
  register(name: string): Promise<MatrixUser>;
  /** A room that `owner` made and `others` have joined; its id. */
  createRoom(owner: MatrixUser, others: readonly MatrixUser[]): Promise<string>;
  call(user: MatrixUser, method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  /** Messages of a room as a user reads them, oldest first. */
  messages(user: MatrixUser, room: string): Promise<readonly MatrixEvent[]>;
}

const SECRET = 'registration';
const CACHE = process.env['REACTOR_TEST_CACHE'] ?? join(tmpdir(), 'disinto-reactor-test-cache');
const ROOT = join(CACHE, 'synapse', 'root');

/** Throws in CI when Synapse is missing; elsewhere says so loudly and answers false. */
export function hasSynapse(): boolean {
  const missing = whatIsMissing();
  if (missing === '') return true;
  if (process.env['CI'] !== undefined) throw new Error(missing);
  console.warn(`\n*** The tests against a real Matrix homeserver are left out: ${missing} ***\n`);
  return false;
}

function whatIsMissing(): string {
  if (process.getuid?.() !== 0) return 'they need root (chroot)';
  if (!existsSync(join(CACHE, 'synapse', 'ready'))) return 'run test/support/provision-synapse.sh as root, once';
  return '';
}

/** A running homeserver with a fresh database. `limited`: with the rate limits it ships with, else with none. */
export async function startSynapse(how: { readonly limited: boolean }): Promise<Synapse> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = makeFolder();
  writeFileSync(join(folder, 'homeserver.yaml'), configOf(port, inRoot(folder), how.limited));
  await ended(run(folder, '--generate-keys'));
  const start = async (): Promise<ChildProcess> => {
    const started = run(folder);
    await answers(url, started, folder);
    return started;
  };
  let child = await start();
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended(child);
  };
  const call: Synapse['call'] = (user, method, path, body) => request(url + path, { method, token: user.token, body });
  return {
    url,
    call,
    stop,
    async start() {
      child = await start();
    },
    register: (name) => register(url, name),
    async createRoom(owner, others) {
      const invite = others.map((user) => user.id);
      const made = await call(owner, 'POST', '/_matrix/client/v3/createRoom', { preset: 'private_chat', invite });
      const room = String(made['room_id']);
      const joinPath = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/join`;
      for (const user of others) await call(user, 'POST', joinPath, {});
      return room;
    },
    async messages(user, room) {
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=f&limit=200`;
      const { chunk } = await call(user, 'GET', path);
      return (chunk as readonly MatrixEvent[]).filter((event) => event.type === 'm.room.message');
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A folder below the root's /var/tmp that the server's user may write to. */
function makeFolder(): string {
  const folder = mkdtempSync(join(ROOT, 'var', 'tmp', 'reactor-test-'));
  const [uid, gid] = serverUser();
  chownSync(folder, uid, gid);
  return folder;
}

const inRoot = (folder: string): string => `/var/tmp/${basename(folder)}`;

function serverUser(): readonly [uid: number, gid: number] {
  const line = readFileSync(join(ROOT, 'etc', 'passwd'), 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('matrix-synapse:'));
  const [, , uid, gid] = (line ?? '').split(':');
  return [Number(uid), Number(gid)];
}

function configOf(port: number, folder: string, limited: boolean): string {
  const off = '{ per_second: 1000, burst_count: 1000 }';
  const free = [`rc_message: ${off}`, `rc_joins: { local: ${off}, remote: ${off} }`, `rc_registration: ${off}`];
  return [
    'server_name: localhost',
    'report_stats: false',
    `pid_file: ${folder}/pid`,
    `signing_key_path: ${folder}/signing.key`,
    `media_store_path: ${folder}/media`,
    `database: { name: sqlite3, args: { database: ${folder}/homeserver.db } }`,
    `listeners: [{ port: ${port}, type: http, bind_addresses: [127.0.0.1], resources: [{ names: [client] }] }]`,
    `registration_shared_secret: ${SECRET}`,
    'macaroon_secret_key: macaroons',
    'form_secret: forms',
    'trusted_key_servers: []',
    'suppress_key_server_warning: true',
    ...(limited ? [] : free),
    '',
  ].join('\n');
}

/** Runs the server in the root folder as its own user. Each step replaces the one before, so that the pid is the server's; it ends with its parent. */
function run(folder: string, ...more: readonly string[]): ChildProcess {
  const [uid, gid] = serverUser();
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--pdeathsig=TERM'];
  const server = ['python3', '-m', 'synapse.app.homeserver', '-c', `${inRoot(folder)}/homeserver.yaml`, ...more];
  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn('chroot', [ROOT, 'setpriv', ...user, ...server], { stdio: ['ignore', log, log], env: ENV });
  closeSync(log);
  return child;
}

const ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve, reject) => child.once('exit', () => resolve()).once('error', reject));
}

async function answers(url: string, child: ChildProcess, folder: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`Synapse ended at once: ${readFileSync(join(folder, 'log'), 'utf8')}`);
    const response = await fetch(`${url}/health`).catch(() => null);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Synapse did not answer within 30 seconds');
}

interface Ask {
  readonly method: string;
  readonly token?: string;
  readonly body?: object | undefined;
}

async function request(url: string, ask: Ask): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: ask.method,
    headers: ask.token === undefined ? {} : { authorization: `Bearer ${ask.token}` },
    ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${ask.method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

async function register(url: string, name: string): Promise<MatrixUser> {
  const path = `${url}/_synapse/admin/v1/register`;
  const { nonce } = await request(path, { method: 'GET' });
  const mac = createHmac('sha1', SECRET).update([nonce, name, 'password', 'notadmin'].join('\0')).digest('hex');
  const body = { nonce, username: name, password: 'password', admin: false, mac };
  const made = await request(path, { method: 'POST', body });
  return { id: String(made['user_id']), token: String(made['access_token']) };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
