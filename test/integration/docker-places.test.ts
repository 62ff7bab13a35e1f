/** What the finder of the agents' containers makes of an engine that refuses, breaks or says too much. */

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openPlaces } from '../../src/adapters/docker-places.ts';
import type { PlaceFinder } from '../../src/ports/place.ts';

const NEVER = new AbortController().signal;
const AGENTS = [{ Id: 'c1', Names: ['/disinto-agents'], Labels: {}, State: 'running' }];

interface Engine extends AsyncDisposable {
  readonly finder: PlaceFinder;
}

/** An engine that lists the agents' container; what starts in it is answered by the test. */
async function engine(answer: (path: string, response: ServerResponse) => boolean): Promise<Engine> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    request.resume();
    if (answer(path, response)) return;
    const body = path === '/containers/json' ? AGENTS : { Id: 'e1' };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    finder: openPlaces({ host: 'box', url, ownership: { ownStacks: [], siblings: new Map() }, container: '' }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Bytes as an engine sends what a program printed to standard output (1) or standard error (2). */
function frame(stream: 1 | 2, text: string): Buffer {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

const starting =
  (send: (response: ServerResponse) => void) =>
  (path: string, response: ServerResponse): boolean => {
    if (path !== '/exec/e1/start') return false;
    send(response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' }));
    return true;
  };

async function ranIn({ finder }: Engine): Promise<string> {
  const found = await finder.find(NEVER);
  if (!found.seen) throw new Error(found.reason);
  const ran = await found.places[0]?.run(['true'], NEVER);
  return ran === undefined || ran.ran ? 'it ran' : ran.reason;
}

describe('containers are not seen, which is not the same as none', () => {
  test.each([
    ['a proxy denies the list', 403, 'CONTAINERS=1'],
    ['a proxy knows no such method', 405, 'CONTAINERS=1'],
    ['the engine breaks', 500, '500'],
  ])('when %s', async (_, status, reason) => {
    await using one = await engine((path, response) => {
      if (path !== '/containers/json') return false;
      response.writeHead(status).end('{"message":"no"}');
      return true;
    });
    expect(await one.finder.find(NEVER)).toMatchObject({ seen: false, reason: expect.stringContaining(reason) });
  });
});

describe('what is run in a container', () => {
  test('says why there is no shell, which the engine tells on either output', async () => {
    const said = 'exec: "sh": executable file not found in $PATH';
    await using one = await engine(starting((response) => response.end(frame(2, said))));
    expect(await ranIn(one)).toContain(said);
  });

  test('is cut off when it says more than 16 MB', async () => {
    const much = 'x'.repeat(1024 * 1024);
    await using one = await engine(
      starting((response) => {
        for (let i = 0; i < 18; i += 1) response.write(frame(1, much));
        response.end();
      }),
    );
    expect(await ranIn(one)).toBe('it said more than 16 MB');
  });

  test('is refused where a proxy lets nobody in, and that is said', async () => {
    await using one = await engine((path, response) => {
      if (path !== '/containers/c1/exec') return false;
      response.writeHead(403).end('{"message":"no"}');
      return true;
    });
    expect(await ranIn(one)).toContain('POST=1');
  });
});
