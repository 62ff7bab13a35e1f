/** A running reactor, as the commands beside it see it. */

import { askReady, postEvent, type DaemonAnswer } from '../adapters/daemon.ts';
import type { Config } from '../config/config.ts';

/** Whether a reactor answers at the configured address, and whether it is ready. */
export function findDaemon(config: Config): Promise<DaemonAnswer> {
  return askReady(addressOf(config));
}

/** Hands one CloudEvent to the running reactor. */
export function sendEvent(config: Config, event: object): Promise<DaemonAnswer> {
  return postEvent(addressOf(config), event);
}

function addressOf({ listen, apiToken }: Config) {
  const everywhere = listen.host === '0.0.0.0' || listen.host === '::';
  const host = everywhere ? '127.0.0.1' : listen.host;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${listen.port}`, token: apiToken };
}
