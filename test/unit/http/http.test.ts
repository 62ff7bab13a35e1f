import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { fixtureText } from '../../support/forge-deliveries.ts';
import { openFace, webhook } from '../../support/http-face.ts';

test('the process is alive, whatever else it is', async () => {
  const face = openFace({ readiness: () => ({ ready: false, reasons: ['settling'] }) });
  const response = await face.send('/healthz', {});
  expect([response.status, await response.json()]).toEqual([200, { alive: true }]);
});

test('it is ready only when the callback says so, and says why not', async () => {
  let ready = false;
  const face = openFace({ readiness: () => ({ ready, reasons: ready ? [] : ['settling', 'the store cannot write'] }) });
  const before = await face.send('/readyz', {});
  expect([before.status, await before.json()]).toEqual([
    503,
    { ready: false, reasons: ['settling', 'the store cannot write'] },
  ]);
  ready = true;
  expect((await face.send('/readyz', {})).status).toBe(200);
});

describe('the metrics', () => {
  test('count requests by route and status, and events by kind', async () => {
    const face = openFace();
    await face.send('/webhooks/forgejo', webhook('push', fixtureText('constructed-v15-push.json')));
    await face.send('/healthz', {});
    await face.send('/nowhere/1', {});
    await face.send('/nowhere/2', {});
    const text = await face.metrics();
    expect(text).toContain('reactor_http_requests_total{route="/webhooks/forgejo",status="202"} 1');
    expect(text).toContain('reactor_http_requests_total{route="/healthz",status="200"} 1');
    expect(text).toContain('reactor_http_requests_total{route="other",status="404"} 2');
    expect(text).toContain('reactor_http_events_total{kind="forge.push"} 1');
  });

  test('read the figures of others each time', async () => {
    let size = 3;
    const registry = new Registry();
    const outbox = new Map([['vault', 2]]);
    const face = openFace({
      registry,
      gauges: [
        { name: 'findings', help: 'Findings that fire', read: () => size },
        { name: 'outbox_waiting', help: 'Orders that wait', label: 'act', read: () => outbox },
      ],
    });
    expect(await face.metrics()).toContain('reactor_findings 3');
    expect(await face.metrics()).toContain('reactor_outbox_waiting{act="vault"} 2');
    size = 4;
    outbox.clear();
    outbox.set('notify', 1);
    const text = await registry.metrics();
    expect(text).toContain('reactor_findings 4');
    expect(text).toContain('reactor_outbox_waiting{act="notify"} 1');
    expect(text).not.toContain('act="vault"');
  });

  test('come in the format that Prometheus reads', async () => {
    const response = await openFace().send('/metrics', {});
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  });
});

describe('another method', () => {
  test.each([
    ['GET', '/webhooks/forgejo', 'POST'],
    ['PUT', '/webhooks/forgejo', 'POST'],
    ['OPTIONS', '/events', 'POST'],
    ['HEAD', '/events', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/metrics', 'GET, HEAD'],
  ])('%s %s is refused and told which is right', async (method, path, allow) => {
    const response = await openFace().send(path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });

  test('HEAD is answered like GET, without the body', async () => {
    const response = await openFace().send('/healthz', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

test('a path that is not there names those that are', async () => {
  const response = await openFace().send('/webhook', {});
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    error: 'there is nothing here',
    hint: 'Use one of the routes.',
    routes: [
      'POST /webhooks/forgejo',
      'POST /webhooks/woodpecker',
      'POST /events',
      'GET /healthz',
      'GET /readyz',
      'GET /metrics',
    ],
  });
});

test('a bug is answered without its insides, and logged', async () => {
  const face = openFace({
    readiness: () => {
      throw new Error('secret path /etc/x');
    },
  });
  const response = await face.send('/readyz', {});
  expect(response.status).toBe(500);
  expect(await response.text()).toBe('{"error":"internal error","hint":"The log has more."}');
  expect(face.logged).toEqual(['a request met a bug']);
});
