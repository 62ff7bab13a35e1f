/** One request to a Docker engine through dockerode, and what a refusal means. */

import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { SECOND, type Millis } from '../core/time.ts';
import type { Answer } from '../ports/docker.ts';
import type { DockerAddress } from './docker-address.ts';

export interface DockerHttp {
  /** Speaks this API version from now on; `''` for the engine's own. */
  speak(apiVersion: string): void;
  /** The JSON (or text) of a path as it was parsed; null when the engine answered 404. */
  get(path: string, query: Query, signal: AbortSignal): Promise<Answer<unknown>>;
  /** The body as it comes; resolves with the headers. The signal ends it at any time. */
  open(path: string, query: Query, signal: AbortSignal): Promise<Answer<Readable>>;
  /** As `get`, with something to say. */
  post(path: string, body: object, signal: AbortSignal): Promise<Answer<unknown>>;
  /** As `open`, with something to say. */
  openPost(path: string, body: object, signal: AbortSignal): Promise<Answer<Readable>>;
  /** An error of the connection in one plain sentence. */
  explain(error: unknown): Error;
}

export type Query = Readonly<Record<string, string>>;

type Modem = Dockerode['modem'];
type DialOptions = Parameters<Modem['dial']>[0];

interface DialError extends Error {
  readonly statusCode?: number;
}

const TIMEOUT: Millis = 30 * SECOND;
const DENIALS: readonly number[] = [401, 403, 405];

/** Requests to the engine at an address. dockerode is loaded at the first one: it costs as much as the rest of the start. */
export function dockerHttp(address: DockerAddress): DockerHttp {
  let version = '';
  let opening: ReturnType<typeof openModem> | null = null;
  const dial = async (ask: Ask, how: Pick<DialOptions, 'abortSignal' | 'isStream'>) => {
    opening ??= openModem(address, version);
    const modem = await opening;
    return new Promise<unknown>((resolve, reject) => {
      const request = { ...toDial(ask), statusCodes: { 200: true, 201: true }, ...how };
      modem.dial(request, (error, body) => (error === null ? resolve(body) : reject(error)));
    });
  };
  const explain = (error: unknown): Error => toPlainError(error, address);
  const whole = async (ask: Ask, signal: AbortSignal): Promise<Answer<unknown>> => {
    using limit = limitTo(signal);
    try {
      // dockerode never calls back when the connection breaks in the middle of an answer.
      const body = await Promise.race([dial(ask, { abortSignal: limit.signal }), limit.passed]);
      return { denied: false, value: body };
    } catch (error) {
      if (statusOf(error) === 404) return { denied: false, value: null };
      return denialOf(error, ask) ?? throwIt(explain(error));
    }
  };
  const open = async (ask: Ask, signal: AbortSignal): Promise<Answer<Readable>> => {
    using limit = limitTo(signal);
    try {
      const answer = dial(ask, { abortSignal: limit.signal, isStream: true });
      const body = (await Promise.race([answer, limit.passed])) as Readable;
      const close = (): void => void body.destroy();
      signal.addEventListener('abort', close, { once: true });
      body.once('close', () => signal.removeEventListener('abort', close));
      return { denied: false, value: body };
    } catch (error) {
      return denialOf(error, ask) ?? throwIt(explain(error));
    }
  };
  return {
    speak(apiVersion) {
      version = apiVersion;
      opening = null;
    },
    get: (path, query, signal) => whole({ method: 'GET', path, options: query }, signal),
    open: (path, query, signal) => open({ method: 'GET', path, options: query }, signal),
    post: (path, body, signal) => whole({ method: 'POST', path, options: body }, signal),
    openPost: (path, body, signal) => open({ method: 'POST', path, options: body }, signal),
    explain,
  };
}

interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Query of a GET, body of a POST. */
  readonly options: object;
}

/** With a `?` at the end of the path, dockerode makes a query out of the options, and without one a body. */
function toDial({ method, path, options }: Ask): DialOptions {
  return { method, path: method === 'GET' ? `${path}?` : path, options: { ...options } };
}

/** The transport below dockerode's methods: those take `since` as a number, which cannot hold nanoseconds. */
async function openModem(address: DockerAddress, version: string): Promise<Modem> {
  const { default: Dockerode } = await import('dockerode');
  return new Dockerode({ ...address.options, ...(version === '' ? {} : { version: `v${version}` }) }).modem;
}

interface Limit extends Disposable {
  readonly signal: AbortSignal;
  /** Rejects when the time is over or the outer signal aborts. */
  readonly passed: Promise<never>;
}

/** A time limit for one request; disposed of, it leaves nothing at the outer signal, which may live for weeks. */
function limitTo(outer: AbortSignal): Limit {
  const inner = new AbortController();
  const passed = Promise.withResolvers<never>();
  passed.promise.catch(() => undefined);
  const end = (reason: unknown): void => {
    passed.reject(reason instanceof Error ? reason : new Error('aborted'));
    inner.abort(reason);
  };
  const abort = (): void => end(outer.reason);
  const timer = setTimeout(() => end(new DOMException('no answer in time', 'TimeoutError')), TIMEOUT);
  outer.addEventListener('abort', abort, { once: true });
  if (outer.aborted) abort();
  return {
    signal: inner.signal,
    passed: passed.promise,
    [Symbol.dispose]() {
      clearTimeout(timer);
      outer.removeEventListener('abort', abort);
    },
  };
}

function throwIt(error: Error): never {
  throw error;
}

function statusOf(error: unknown): number {
  return error instanceof Error ? ((error as DialError).statusCode ?? 0) : 0;
}

/** The variables of the socket proxies in use name the first part of the path, and let nobody post unless that is set too. */
function denialOf(error: unknown, { method, path }: Ask): Answer<never> | null {
  if (!DENIALS.includes(statusOf(error))) return null;
  const section = (path.split('/')[1] ?? '').replace('_', '').toUpperCase();
  const shown = path.replace(/[0-9a-f]{64}/, '<id>');
  const variables = method === 'POST' ? `${section}=1, EXEC=1 and POST=1` : `${section}=1`;
  return { denied: true, reason: `proxy denies ${method} ${shown}: set ${variables}` };
}

function toPlainError(error: unknown, address: DockerAddress): Error {
  const said = error instanceof Error ? error.message.trim() : String(error);
  return new Error(REASONS[codeOf(error)]?.(address.place) ?? `Docker at ${address.place}: ${said}`, { cause: error });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name;
}

const gone = (place: string): string => `the connection to Docker at ${place} broke off`;
const silent = (place: string): string => `Docker at ${place} does not answer`;

const REASONS: Readonly<Record<string, (place: string) => string>> = {
  ENOENT: (place) => `no Docker socket at ${place}: start Docker, or set DOCKER_HOST to where it is`,
  EACCES: (place) => `permission denied on ${place}: run the reactor in the group that owns the socket`,
  ECONNREFUSED: (place) => `nothing listens at ${place}: Docker is not running`,
  ENOTFOUND: (place) => `no host of that name: ${place}; correct DOCKER_HOST`,
  ECONNRESET: gone,
  EPIPE: gone,
  TimeoutError: silent,
  ETIMEDOUT: silent,
};
