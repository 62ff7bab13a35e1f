/** One request to a Forgejo through its generated client, and what a refusal means. */

import type { Api, HttpResponse, RequestParams } from 'forgejo-js';
import { SECOND, type Millis } from '../core/time.ts';
import { whyUnreachable } from './unreachable.ts';

export interface ForgejoOptions {
  /** `https://forge.example` or `http://forgejo:3000/forge`. */
  readonly url: string;
  /** With the scopes read:repository and read:issue. */
  readonly token: string;
  /** Where address and token are set, for whoever has to correct them; FORGE_URL and FORGE_TOKEN when not given. */
  readonly settings?: Settings;
  /** How long one request may take, 30 s when not given. */
  readonly timeout?: Millis;
}

export interface Settings {
  readonly url: string;
  readonly token: string;
}

/** What is asked for, in words, and the scope a token needs for it. */
export interface Question {
  readonly what: string;
  /** A status that says that there is none, besides 404. */
  readonly none?: number;
  readonly scope: 'read:repository' | 'read:issue';
}

export type ForgejoClient = Api<unknown>;
export type Call<T> = (client: ForgejoClient, params: RequestParams) => Promise<HttpResponse<T>>;
export type Answer<T> = HttpResponse<T> | null;

export interface ForgejoHttp {
  readonly host: string;
  /** The answer with its headers; null when the forge answered 404, or what the question has for it. Rejects with an Error in plain words. */
  ask<T>(question: Question, call: Call<T>, signal: AbortSignal): Promise<Answer<T>>;
}

const TIMEOUT: Millis = 30 * SECOND;
/** A page of fifty pull requests with long texts is a megabyte or two. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Asks the forge at an address; the client is loaded at the first question. */
export function forgejoHttp(options: ForgejoOptions): ForgejoHttp {
  const { timeout = TIMEOUT, settings = { url: 'FORGE_URL', token: 'FORGE_TOKEN' } } = options;
  const { host } = new URL(options.url);
  let opening: Promise<ForgejoClient> | null = null;
  return {
    host,
    async ask(question, call, signal) {
      opening ??= openClient(options);
      const client = await opening;
      try {
        const answer = await call(client, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]) });
        if (answer.error instanceof Error) throw answer.error;
        return answer;
      } catch (error) {
        if (error instanceof Response && (error.status === 404 || error.status === question.none)) return null;
        throw toPlainError(error, { host, timeout, settings, question });
      }
    },
  };
}

async function openClient({ url, token }: ForgejoOptions): Promise<ForgejoClient> {
  const { Api: Client } = await import('forgejo-js');
  return new Client<unknown>({
    baseUrl: `${withoutLogin(url)}/api/v1`,
    baseApiParams: { format: 'json' },
    securityWorker: () => ({ headers: { authorization: `token ${token}` } }),
    customFetch: boundedFetch,
  });
}

/** fetch takes no address with a login in it, and the token is the login. */
function withoutLogin(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '');
}

/** fetch, but an answer without an end ends. */
const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  let rest = MOST_BYTES;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, out) {
      rest -= chunk.length;
      if (rest < 0) throw new Error(`an answer of more than ${MOST_BYTES / 1024 / 1024} MB`);
      out.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(count) ?? null, response);
};

interface Asked {
  readonly host: string;
  readonly timeout: Millis;
  readonly settings: Settings;
  readonly question: Question;
}

/** The client throws the response itself when it is a refusal, and what its body could not be read for when it is not. */
function toPlainError(error: unknown, asked: Asked): Error {
  const { host, timeout, settings, question } = asked;
  if (error instanceof Response) return new Error(whyRefused(error.status, asked));
  if (error instanceof SyntaxError) {
    const said = `${host} answers something that is not JSON when asked for ${question.what}: correct ${settings.url}`;
    return new Error(said, { cause: error });
  }
  return new Error(whyUnreachable(error, host, timeout), { cause: error });
}

function whyRefused(status: number, { host, settings, question: { what, scope } }: Asked): string {
  if (status === 401) return `${host} does not know the token: set ${settings.token} to one that is valid`;
  if (status === 403) return `${host} does not let the token read ${what}: give it the scope ${scope}`;
  if (status === 429) return `${host} is asked too often`;
  if (status >= 500) return `${host} answers ${status} when asked for ${what}`;
  return `${host} refuses ${what} with ${status}`;
}
