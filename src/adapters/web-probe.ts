/** Single requests over the network, and what became of them. */

import type { WebAnswer } from '../ports/probe.ts';

/** GET of an address. Never rejects. */
export async function askWeb(url: string, signal: AbortSignal): Promise<WebAnswer> {
  try {
    const answer = await fetch(url, { signal, redirect: 'manual' });
    return { reached: true, status: answer.status, body: parseBody(await answer.text()) };
  } catch (error) {
    return notReached(error);
  }
}

/** JSON where it is JSON, else the text. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An error of a connection as an answer. */
export function notReached(error: unknown): WebAnswer {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return { reached: false, code: '', reason: String(cause) };
  if (cause.name === 'TimeoutError' || cause.name === 'AbortError') {
    return { reached: false, code: 'TIMEOUT', reason: 'no answer in time' };
  }
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  // Several addresses of one name, each refused, come as one error without a message.
  return { reached: false, code, reason: cause.message === '' ? code : cause.message };
}
