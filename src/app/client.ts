/** A running reactor, as the commands beside it see it. */

import { askReady, postEvent, type DaemonAnswer } from '../adapters/daemon.ts';
import type { Config } from '../config/config.ts';

/** What came back, or why nothing did. */
export type Reply = DaemonAnswer;

/** `stranger`: somebody answers there, and it is no reactor. */
export interface Daemon {
  readonly state: 'ready' | 'starting' | 'down' | 'stranger';
  /** Why it is not ready, in words; empty when it is. */
  readonly reasons: readonly string[];
  readonly url: string;
}

/** Whether a reactor answers at the configured address, and whether it is ready. Never rejects. */
export async function findDaemon(config: Config): Promise<Daemon> {
  const { url } = addressOf(config);
  const answer = await askReady(addressOf(config));
  if (!answer.reached) return { state: 'down', reasons: [answer.reason], url };
  const said = readinessIn(answer.body);
  if (said === null) {
    return { state: 'stranger', reasons: [`what answers at ${url} is no reactor (status ${answer.status})`], url };
  }
  return { state: said.ready ? 'ready' : 'starting', reasons: said.reasons, url };
}

/** Hands one CloudEvent to the running reactor. Never rejects. */
export function sendEvent(config: Config, event: object): Promise<Reply> {
  return postEvent(addressOf(config), event);
}

function addressOf({ listen, apiToken }: Config) {
  const host = EVERYWHERE.get(listen.host) ?? listen.host;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${listen.port}`, token: apiToken };
}

/** Who listens on every address is spoken to on this one. */
const EVERYWHERE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

function readinessIn(body: unknown): { readonly ready: boolean; readonly reasons: readonly string[] } | null {
  if (typeof body !== 'object' || body === null || !('ready' in body) || typeof body.ready !== 'boolean') return null;
  const reasons = 'reasons' in body && Array.isArray(body.reasons) ? body.reasons.map(String) : [];
  return { ready: body.ready, reasons };
}
