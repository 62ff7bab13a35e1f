/** The HTTP face with a log in memory behind it, for tests that post to it. */

import { createHmac } from 'node:crypto';
import type { AnyEvent } from '../../src/core/event.ts';
import { createPicture } from '../../src/factory/picture.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import type { HttpOptions } from '../../src/http/options.ts';
import { noticeReader } from '../../src/sources/ci/notice.ts';
import { parseForgejoWebhook } from '../../src/sources/forge/parse.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { context } from './forge-deliveries.ts';

export const SECRET = 's3cr3t';
export const CI_SECRET = 'c1-s3cr3t';

export interface Face {
  readonly http: Http;
  readonly clock: FakeClock;
  /** What was stored, each id once. */
  readonly stored: Map<string, AnyEvent>;
  readonly logged: string[];
  /** Makes the log refuse to store. */
  break(): void;
  mend(): void;
  /** Posts without a socket, as from an address. */
  send(path: string, init: RequestInit, peer?: string): Promise<Response>;
  metrics(): Promise<string>;
}

export function openFace(more: Partial<HttpOptions> = {}): Face {
  const clock = fakeClock();
  const stored = new Map<string, AnyEvent>();
  const logged: string[] = [];
  let broken = false;
  const say = (_: object, message: string): void => void logged.push(message);
  const http = createHttp({
    listen: { host: '127.0.0.1', port: 0 },
    host: 'box',
    webhookSecrets: [SECRET],
    apiToken: 'token-1',
    readWebhook: (delivery) => parseForgejoWebhook(delivery, context()),
    notices: {
      secrets: [CI_SECRET],
      read: noticeReader({ host: 'box', picture: createPicture(), hint: () => false }),
    },
    intake: async (events) => {
      if (broken) throw new Error('disk full at /secret/path');
      const before = stored.size;
      for (const event of events) if (!stored.has(event.id)) stored.set(event.id, event);
      const fresh = stored.size - before;
      return { stored: fresh, known: events.length - fresh };
    },
    readiness: () => ({ ready: true, reasons: [] }),
    clock,
    log: { debug: say, info: say, warn: say, error: say },
    ...more,
  });
  const send = async (path: string, init: RequestInit, peer = '192.0.2.7'): Promise<Response> =>
    http.fetch(new Request(`http://localhost${path}`, init), peer);
  return {
    http,
    clock,
    stored,
    logged,
    break: () => void (broken = true),
    mend: () => void (broken = false),
    send,
    metrics: async () => (await send('/metrics', {})).text(),
  };
}

export const sign = (text: string | Uint8Array, secret = SECRET): string =>
  createHmac('sha256', secret).update(text).digest('hex');

/** A signed webhook. */
export function webhook(eventType: string, text: string, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      'x-forgejo-event-type': eventType,
      'x-hub-signature-256': `sha256=${sign(text)}`,
      ...headers,
    },
  };
}
