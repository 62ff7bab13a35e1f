/** The HTTP face: its routes, what each may answer, and the socket it listens on. */

import { Hono } from 'hono';
import { peerOf } from './access.ts';
import { refuse, toResponse, withHeader, type Answer } from './answer.ts';
import type { Call, HttpEnv } from './body.ts';
import { answerNotice } from './notice.ts';
import { answerEvents } from './events.ts';
import { openListener, type Listening } from './listener.ts';
import { createMetrics } from './metrics.ts';
import { DEFAULT_LIMITS, type HttpOptions, type Limits, type NoticeOptions } from './options.ts';
import { createPatience } from './patience.ts';
import { createTakeIn } from './take-in.ts';
import { answerWebhook, type WebhookParts } from './webhook.ts';

export interface Http {
  /** Answers one request without a socket, as from the address `peer`. */
  fetch(request: Request, peer: string): Response | Promise<Response>;
  /** Binds the address; rejects when it is taken. */
  listen(): Promise<Listening>;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  answer(call: Call): Answer | Promise<Answer>;
}

/** Builds the face; nothing is bound before `listen`. */
export function createHttp(options: HttpOptions): Http {
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const app = createApp(options, limits);
  return {
    fetch: (request, peer) => app.fetch(request, { peer }),
    listen: () =>
      openListener({
        fetch: (request, env) => app.fetch(request, env),
        listen: options.listen,
        limits,
        sleep: (span, signal) => options.clock.sleep(span, signal),
      }),
  };
}

function createApp(options: HttpOptions, limits: Limits): Hono<HttpEnv> {
  const { clock, log } = options;
  const metrics = createMetrics(options.gauges ?? [], options.registry);
  const hasPatience = createPatience(clock);
  const routes = routesOf(options, limits, metrics);

  const settle = (call: Call, route: string, answer: Answer): Response => {
    const final = answer.refused === undefined ? answer : judge(call, route, answer);
    metrics.request(route, final.status);
    return toResponse(final);
  };

  /** Counts and logs a refusal. Who keeps failing to prove himself gets 429; whoever can prove himself is served all the same. */
  const judge = (call: Call, route: string, answer: Answer): Answer => {
    const reason = answer.refused ?? '';
    metrics.refused(route, reason);
    const peer = peerOf(call);
    if (hasPatience(peer)) {
      log.warn({ peer, route, reason, status: answer.status }, 'a request was refused');
      return answer;
    }
    if (answer.status !== 401) return answer;
    return withHeader({ ...answer, status: 429 }, 'retry-after', '60');
  };

  const app = new Hono<HttpEnv>();
  for (const route of routes) {
    const { method, path } = route;
    // One handler a path: with a second one for the other methods, each request would go through a middleware chain.
    app.all(path, async (call) =>
      settle(call, path, await (fits(call, method) ? route.answer(call) : wrongMethod(method))),
    );
  }
  app.notFound((call) => settle(call, 'other', notFound(routes)));
  app.onError((error, call) => {
    log.error({ err: error, path: call.req.path }, 'a request met a bug');
    return settle(call, 'other', { status: 500, body: { error: 'internal error', hint: 'The log has more.' } });
  });
  return app;
}

function routesOf(options: HttpOptions, limits: Limits, metrics: ReturnType<typeof createMetrics>): readonly Route[] {
  const { clock } = options;
  const takeIn = createTakeIn(options.intake, metrics, options.log);
  const webhook = {
    secrets: options.webhookSecrets.filter((secret) => secret !== ''),
    bodyLimit: limits.body,
    readWebhook: options.readWebhook,
    takeIn,
    onIgnored: () => metrics.ignored(),
    now: () => clock.now(),
  };
  const events = {
    token: options.apiToken === '' ? null : options.apiToken,
    bodyLimit: limits.body,
    takeIn,
    postedIn: () => ({ host: options.host, now: clock.now() }),
  };
  return [
    { method: 'POST', path: '/webhooks/forgejo', answer: (call) => answerWebhook(call, webhook) },
    ...noticeRoute(options.notices, webhook),
    { method: 'POST', path: '/events', answer: (call) => answerEvents(call, events) },
    { method: 'GET', path: '/healthz', answer: () => ({ status: 200, body: { alive: true } }) },
    { method: 'GET', path: '/readyz', answer: () => answerReadiness(options) },
    {
      method: 'GET',
      path: '/metrics',
      answer: async () => ({
        status: 200,
        body: await metrics.text(),
        headers: { 'content-type': metrics.contentType },
      }),
    },
  ];
}

function noticeRoute(notices: NoticeOptions | undefined, webhook: WebhookParts): readonly Route[] {
  if (notices === undefined) return [];
  const parts = { ...webhook, secrets: notices.secrets.filter((secret) => secret !== ''), readWebhook: notices.read };
  return [{ method: 'POST', path: '/webhooks/woodpecker', answer: (call) => answerNotice(call, parts) }];
}

function answerReadiness(options: HttpOptions): Answer {
  const { ready, reasons } = options.readiness();
  return { status: ready ? 200 : 503, body: { ready, reasons } };
}

function fits(call: Call, method: Route['method']): boolean {
  return call.req.method === method || (call.req.method === 'HEAD' && method === 'GET');
}

function wrongMethod(method: Route['method']): Answer {
  const allow = method === 'GET' ? 'GET, HEAD' : method;
  const answer = refuse(405, 'method', 'this path has another method', `Use ${allow}.`);
  return withHeader(answer, 'allow', allow);
}

function notFound(routes: readonly Route[]): Answer {
  const answer = refuse(404, 'path', 'there is nothing here', 'Use one of the routes.');
  const list = routes.map((route) => `${route.method} ${route.path}`);
  return { ...answer, body: { ...(answer.body as object), routes: list } };
}
