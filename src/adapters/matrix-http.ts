/** One request to a Matrix homeserver, and what a refusal says. */

import { SECOND, type Millis } from '../core/time.ts';
import { whyUnreachable } from './unreachable.ts';

export interface MatrixRefusal {
  readonly ok: false;
  /** HTTP status, 0 when there was no answer. */
  readonly status: number;
  /** In plain words; never holds the token. */
  readonly said: string;
  /** The longer of what the header and the body ask for, null when neither does. */
  readonly retryAfter: Millis | null;
}

export type MatrixAnswer = { readonly ok: true; readonly body: Readonly<Record<string, unknown>> } | MatrixRefusal;

export type MatrixRequest = (
  method: 'GET' | 'PUT',
  path: string,
  how: { readonly body?: object; readonly signal: AbortSignal },
) => Promise<MatrixAnswer>;

export interface MatrixServer {
  readonly homeserver: string;
  readonly token: string;
  readonly timeout?: Millis;
}

/** A function that asks the homeserver; it never rejects. */
export function matrixHttp(server: MatrixServer): MatrixRequest {
  const base = server.homeserver.replace(/\/+$/, '');
  const timeout = server.timeout ?? 30 * SECOND;
  return async (method, path, how) => {
    try {
      const response = await fetch(base + path, {
        method,
        headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
        ...(how.body === undefined ? {} : { body: JSON.stringify(how.body) }),
        signal: AbortSignal.any([how.signal, AbortSignal.timeout(timeout)]),
      });
      const body = toRecord(await response.text());
      return response.ok ? { ok: true, body } : toRefusal(response, body);
    } catch (error) {
      return { ok: false, status: 0, said: whyUnreachable(error, base, timeout), retryAfter: null };
    }
  };
}

function toRecord(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function toRefusal(response: Response, body: Readonly<Record<string, unknown>>): MatrixRefusal {
  const words = [body['errcode'], body['error']].filter((word) => typeof word === 'string');
  const said = [response.status, ...words].join(' ');
  return { ok: false, status: response.status, said, retryAfter: waitOf(response, body) };
}

function waitOf(response: Response, body: Readonly<Record<string, unknown>>): Millis | null {
  const waits = [Number(response.headers.get('retry-after') ?? Number.NaN) * SECOND, Number(body['retry_after_ms'])];
  const known = waits.filter((wait) => Number.isFinite(wait) && wait >= 0);
  return known.length === 0 ? null : Math.max(...known);
}
