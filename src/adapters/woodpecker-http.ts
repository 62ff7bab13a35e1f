/** One request to a Woodpecker server, and what a refusal means. Its errors are plain text or empty, never JSON. */

import { SECOND, type Millis } from '../core/time.ts';
import { CiError, type CiAnswer } from '../ports/ci.ts';
import { whyUnreachable } from './unreachable.ts';

export interface WoodpeckerServer {
  readonly server: string;
  /** `''` sees public repositories only. */
  readonly token: string;
  readonly timeout?: Millis;
  /** The global one when it is left out. */
  readonly fetch?: Fetch;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface WoodpeckerHttp {
  /** The address, for people. */
  readonly base: string;
  /** The body as text. */
  text(path: string, signal: AbortSignal): Promise<CiAnswer<string>>;
  /** The body as JSON. */
  json(path: string, query: Query, signal: AbortSignal): Promise<CiAnswer<unknown>>;
  /** The body as it comes; resolves with the headers. The signal ends it at any time. */
  open(path: string, signal: AbortSignal): Promise<CiAnswer<ReadableStream<Uint8Array>>>;
  /** An error of the connection in one plain sentence. */
  explain(error: unknown): CiError;
}

export type Query = Readonly<Record<string, string | number>>;

const TIMEOUT: Millis = 10 * SECOND;
/** Fifty pipelines with all their changed files are some hundred kilobytes. */
const LARGEST = 32 * 1024 * 1024;

/** Requests to a server, each with the token. */
export function woodpeckerHttp(options: WoodpeckerServer): WoodpeckerHttp {
  // A name and password in the address could not be sent beside the token, and would be shown.
  const base = options.server.replace(/\/+$/, '').replace(/\/\/[^@/]*@/, '//');
  const timeout = options.timeout ?? TIMEOUT;
  const explain = (error: unknown): CiError => toCiError(error, base, timeout);
  const ask = async (path: string, accept: string, signal: AbortSignal): Promise<Response> => {
    const bearer = options.token === '' ? {} : { authorization: `Bearer ${options.token}` };
    return (options.fetch ?? fetch)(base + path, { headers: { accept, ...bearer }, signal });
  };
  const text = async (path: string, search: string, signal: AbortSignal): Promise<CiAnswer<string>> => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
    try {
      const response = await ask(path + search, 'application/json, text/plain', limited);
      const body = await readBounded(response, base);
      return response.ok ? { got: 'value', value: body } : refusal(response.status, body, { path, options, base });
    } catch (error) {
      throw explain(error);
    }
  };
  return {
    base,
    text: (path, signal) => text(path, '', signal),
    async json(path, query, signal) {
      const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
      const search = pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
      const answer = await text(path, search, signal);
      return answer.got === 'value' ? { got: 'value', value: parseJson(answer.value, path, base) } : answer;
    },
    async open(path, signal) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(new DOMException('no answer', 'TimeoutError')), timeout);
      try {
        const response = await ask(path, 'text/event-stream', AbortSignal.any([signal, late.signal]));
        if (!response.ok) return refusal(response.status, await readBounded(response, base), { path, options, base });
        if (response.body === null) throw new CiError(`${base} answered ${path} without a body`, true);
        return { got: 'value', value: response.body };
      } catch (error) {
        throw explain(error);
      } finally {
        clearTimeout(timer);
      }
    },
    explain,
  };
}

async function readBounded(response: Response, base: string): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return '';
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST) throw new CiError(`${base} answered with more than ${LARGEST >> 20} MB`, true);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string, path: string, base: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Not the cause: its message quotes the body, and that of /api/agents holds tokens.
    const what = error instanceof SyntaxError ? 'no JSON' : 'what cannot be read';
    throw new CiError(`${base} answered ${path} with ${what}: is WOODPECKER_SERVER the address of Woodpecker?`, true);
  }
}

interface Asked {
  readonly path: string;
  readonly options: WoodpeckerServer;
  readonly base: string;
}

function refusal(status: number, body: string, { path, options, base }: Asked): CiAnswer<never> {
  const said = [String(status), shorten(body)].filter((word) => word !== '').join(' ');
  if (status === 401 && options.token === '') return denied(`${path} needs a token (${said}): set WOODPECKER_TOKEN`);
  if (status === 401) return denied(`the token is refused at ${path} (${said}): set WOODPECKER_TOKEN to a new one`);
  if (status === 403) return denied(`${path} is for admins (${said}): use the token of a Woodpecker admin`);
  if (status === 404) return { got: 'missing', reason: `${path} is not there, or not for this token (${said})` };
  throw new CiError(`${base} answered ${path} with ${said}`, true);
}

const denied = (reason: string): CiAnswer<never> => ({ got: 'denied', reason });

/** The first line of an error, without markup: a proxy's page says little more. */
function shorten(body: string): string {
  const line = body
    .replaceAll(/<[^>]{0,500}>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.slice(0, 120).toWellFormed();
}

function toCiError(error: unknown, base: string, timeout: Millis): CiError {
  return error instanceof CiError ? error : new CiError(whyUnreachable(error, base, timeout), false, error);
}
