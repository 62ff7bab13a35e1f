import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import type { Accepted } from '../../src/core/source.ts';
import type { HttpOptions } from '../../src/http/options.ts';
import { fixtureText } from '../support/forge-deliveries.ts';
import { openFace, SECRET, sign, webhook, type Face } from '../support/http-face.ts';

const PULL = fixtureText('constructed-v15-pull_request-opened.json');

async function listen(more: Partial<HttpOptions> = {}) {
  const face: Face = openFace({ clock: systemClock, ...more });
  const listening = await face.http.listen();
  return {
    face,
    port: listening.port,
    url: listening.url,
    hook: `${listening.url}/webhooks/forgejo`,
    close: () => listening.close(),
    [Symbol.asyncDispose]: () => listening.close(),
  };
}

/** A raw connection: what it got so far, and a promise of the end. */
function dial(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  let got = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (got += chunk));
  // A peer that is cut off may see a reset; what counts is the answer before it.
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, got: () => got, ended };
}

const head = (more: string): string =>
  `POST /webhooks/forgejo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Forgejo-Event-Type: pull_request\r\n${more}\r\n\r\n`;

describe('a webhook over a socket', () => {
  test('is stored before it is answered', async () => {
    let release: (became: Accepted) => void = () => {};
    let asked: () => void = () => {};
    const asking = new Promise<void>((resolve) => (asked = resolve));
    const stored = new Promise<Accepted>((resolve) => (release = resolve));
    await using server = await listen({
      intake: () => {
        asked();
        return stored;
      },
    });
    let answered = false;
    const response = fetch(server.hook, webhook('pull_request', PULL)).then((got) => {
      answered = true;
      return got;
    });
    await asking;
    await fetch(`${server.url}/healthz`);
    expect(answered).toBe(false);
    release({ stored: 1, known: 0 });
    expect((await response).status).toBe(202);
  });

  test('is refused with 503 while the log cannot be written, and taken after', async () => {
    await using server = await listen();
    server.face.break();
    const refused = await fetch(server.hook, webhook('pull_request', PULL));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    server.face.mend();
    expect((await fetch(server.hook, webhook('pull_request', PULL))).status).toBe(202);
    expect(server.face.stored.size).toBe(1);
  });

  test('with a wrong signature is refused and nothing is stored', async () => {
    await using server = await listen();
    const forged = webhook('pull_request', PULL, { 'x-hub-signature-256': `sha256=${sign(PULL, 'no')}` });
    expect((await fetch(server.hook, forged)).status).toBe(401);
    expect(server.face.stored.size).toBe(0);
  });

  test('that arrives a byte at a time in chunks is whole', async () => {
    await using server = await listen();
    const text = '{"ref": "é"}';
    const bytes = Buffer.from(text);
    const { socket, got, ended } = dial(server.port);
    socket.write(head(`Transfer-Encoding: chunked\r\nConnection: close\r\nX-Forgejo-Signature: ${sign(text)}`));
    for (const byte of bytes) socket.write(Buffer.from([0x31, 0x0d, 0x0a, byte, 0x0d, 0x0a]));
    socket.write('0\r\n\r\n');
    await ended;
    expect(got()).toContain('HTTP/1.1 400');
    expect(got()).toContain('a pull_request body must have');
  });

  test('many at once on kept connections are each stored once', async () => {
    await using server = await listen();
    const texts = Array.from({ length: 200 }, (_, i) => PULL.replace('"Fix crash"', `"Fix crash ${i}"`));
    const responses = await Promise.all(
      [...texts, ...texts].map((text) => fetch(server.hook, webhook('pull_request', text))),
    );
    expect(new Set(responses.map((response) => response.status))).toEqual(new Set([202]));
    expect(server.face.stored.size).toBe(200);
  });
});

test('a body that ends early is not taken for a whole one, though what came of it makes sense', async () => {
  await using server = await listen({ apiToken: null });
  const { socket, ended } = dial(server.port);
  const event = { specversion: '1.0', type: 'evidence.file', source: 'script://x', data: { area: 'engagement' } };
  const type = 'Content-Type: application/cloudevents+json';
  socket.write(`POST /events HTTP/1.1\r\nHost: localhost\r\n${type}\r\nContent-Length: 1000\r\n\r\n`);
  socket.write(JSON.stringify(event));
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  await ended;
  await fetch(`${server.url}/healthz`);
  expect(server.face.stored.size).toBe(0);
});

test('a body of just as many bytes as are allowed is taken, and one more is not', async () => {
  const hook = webhook('pull_request', PULL);
  const bytes = Buffer.byteLength(PULL);
  const statuses = [0, 1].map(async (more) => {
    await using server = await listen({ limits: { body: bytes - more } });
    // Without a length that is announced.
    const body = new Blob([PULL]).stream();
    return (await fetch(server.hook, { ...hook, body, duplex: 'half' })).status;
  });
  expect(await Promise.all(statuses)).toEqual([202, 413]);
});

describe('without a secret', () => {
  test('this machine may post, a proxy on it may not', async () => {
    await using server = await listen({ webhookSecrets: [] });
    expect((await fetch(server.hook, webhook('pull_request', PULL))).status).toBe(202);
    const proxied = webhook('pull_request', PULL, { 'x-forwarded-for': '192.0.2.7' });
    expect((await fetch(server.hook, proxied)).status).toBe(401);
  });
});

describe('a body of 20 MB', () => {
  const large = 20 * 1024 * 1024;

  test('is refused by its announced length before it is sent', async () => {
    await using server = await listen();
    const { socket, got, ended } = dial(server.port);
    socket.write(head(`Content-Length: ${large}\r\nX-Forgejo-Signature: ${sign('')}`));
    await ended;
    expect(got()).toContain('HTTP/1.1 413');
    expect(got()).toContain('"hint"');
  });

  test('is refused while it arrives when its length is not announced, and is not kept', async () => {
    await using server = await listen();
    const chunk = Buffer.alloc(256 * 1024, 0x20);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= large) return controller.close();
        sent += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const before = process.memoryUsage().arrayBuffers;
    const init = { ...webhook('push', ''), body, duplex: 'half' };
    const response = await fetch(server.hook, init as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: 'the body is larger than 10485760 bytes' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(large);
    expect(server.face.stored.size).toBe(0);
    expect(await server.face.metrics()).toContain('reason="too_large"} 1');
    expect((await fetch(server.hook, webhook('pull_request', PULL))).status).toBe(202);
  });

  test('that claims to be small is cut at what it claims, and the rest is no request', async () => {
    await using server = await listen();
    const { socket, got, ended } = dial(server.port);
    socket.write(head(`Content-Length: 2\r\nX-Forgejo-Signature: ${sign('{}')}`));
    socket.write('{}'.padEnd(100_000, 'x'));
    await ended;
    expect(got()).toContain('HTTP/1.1 400');
    expect(server.face.stored.size).toBe(0);
  });
});

describe('a peer that does not finish', () => {
  test('is answered 408 when its time is up', async () => {
    await using server = await listen({ limits: { request: 300 } });
    const { socket, got, ended } = dial(server.port);
    socket.write(head('Content-Length: 100'));
    socket.write('{');
    await ended;
    expect(got()).toContain('HTTP/1.1 408');
    expect(server.face.stored.size).toBe(0);
  });

  test('and goes away leaves the server as it was', async () => {
    await using server = await listen();
    const { socket, ended } = dial(server.port);
    socket.write(head('Content-Length: 100'));
    socket.write('{', () => socket.destroy());
    await ended;
    expect((await fetch(server.hook, webhook('pull_request', PULL))).status).toBe(202);
  });
});

describe('at close', () => {
  test('a request under way is answered, a new connection is not taken', async () => {
    let release: () => void = () => {};
    let asked: () => void = () => {};
    const asking = new Promise<void>((resolve) => (asked = resolve));
    const held = new Promise<void>((resolve) => (release = resolve));
    const server = await listen({
      intake: async (events) => {
        asked();
        await held;
        return { stored: events.length, known: 0 };
      },
    });
    const response = fetch(server.hook, webhook('pull_request', PULL));
    await asking;
    const closing = server.close();
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
    release();
    expect((await response).status).toBe(202);
    const from = performance.now();
    await closing;
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  test('a request that does not end is cut off when its time is up', async () => {
    let asked: () => void = () => {};
    const asking = new Promise<void>((resolve) => (asked = resolve));
    const server = await listen({
      limits: { close: 50 },
      intake: () => {
        asked();
        return new Promise(() => {});
      },
    });
    const response = fetch(server.hook, webhook('pull_request', PULL)).catch(() => 'cut off');
    await asking;
    await server.close();
    expect(await response).toBe('cut off');
  });

  test('an idle kept connection does not hold it up', async () => {
    const server = await listen();
    const { socket, got, ended } = dial(server.port);
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    const from = performance.now();
    await server.close();
    await server.close();
    expect(performance.now() - from).toBeLessThan(1_000);
    await ended;
    expect(got()).toContain('HTTP/1.1 200');
  });
});

test('an address that is taken is said so, with what to set', async () => {
  await using server = await listen();
  const second = openFace({ listen: { host: '127.0.0.1', port: server.port }, webhookSecrets: [SECRET] });
  await expect(second.http.listen()).rejects.toThrow(`cannot listen on 127.0.0.1:${server.port}; set REACTOR_LISTEN`);
});
