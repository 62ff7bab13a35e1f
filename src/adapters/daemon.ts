/** Talking to a running reactor over its HTTP face. */

import { SECOND } from '../core/time.ts';

export interface DaemonAddress {
  readonly url: string;
  readonly token: string | null;
}

export type DaemonAnswer =
  | { readonly reached: true; readonly status: number; readonly body: unknown }
  | { readonly reached: false; readonly reason: string };

/** Asks `/readyz`. Never rejects. */
export function askReady(address: DaemonAddress): Promise<DaemonAnswer> {
  return ask(address, '/readyz', { method: 'GET' });
}

/** Hands one CloudEvent over. Never rejects. */
export function postEvent(address: DaemonAddress, event: object): Promise<DaemonAnswer> {
  const headers = { 'content-type': 'application/cloudevents+json' };
  return ask(address, '/events', { method: 'POST', headers, body: JSON.stringify(event) });
}

async function ask(address: DaemonAddress, path: string, how: RequestInit): Promise<DaemonAnswer> {
  const bearer = address.token === null ? {} : { authorization: `Bearer ${address.token}` };
  const headers = { ...bearer, ...(how.headers as Record<string, string> | undefined) };
  try {
    const answer = await fetch(address.url + path, { ...how, headers, signal: AbortSignal.timeout(5 * SECOND) });
    return { reached: true, status: answer.status, body: await answer.json().catch(() => null) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
    return { reached: false, reason: cause === '' ? String(error) : cause };
  }
}
