/** Signed push webhooks of 8 KB as Forgejo sends them, each with a content of its own, made faster than any server takes them. */

import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const SECRET = 'a-secret-of-the-bench';

export interface PushMaker {
  /** The bytes of the next request, head and body. */
  next(): Buffer;
  /** Bytes of one body. */
  readonly bodySize: number;
}

const SIZE = 8_192;
/** What one more commit adds. */
const COMMIT_SIZE = 700;
const FIXTURE = new URL('../../test/fixtures/forgejo/constructed-v15-push.json', import.meta.url);

interface Commit {
  readonly id: string;
  readonly message: string;
}

interface PushBody {
  readonly after: string;
  readonly commits: Commit[];
}

/** A maker of requests to `POST <path>` of a port on this machine. */
export function createPushMaker(port: number, path: string): PushMaker {
  const body = template();
  const places = placesOf(body, (JSON.parse(body.toString()) as PushBody).after);
  return {
    bodySize: body.length,
    next() {
      const sha = randomBytes(20).toString('hex');
      for (const place of places) body.write(sha, place, 'latin1');
      const digest = createHmac('sha256', SECRET).update(body).digest('hex');
      return Buffer.concat([headOf({ port, path, digest, delivery: sha, length: body.length }), body]);
    },
  };
}

/** A recorded push of as many commits as make about so many bytes. */
function template(): Buffer {
  const push = JSON.parse(readFileSync(FIXTURE, 'utf8')) as PushBody;
  const [first] = push.commits;
  if (first === undefined) throw new Error(`no commit in ${FIXTURE.pathname}`);
  for (let n = 1; Buffer.byteLength(JSON.stringify(push)) < SIZE - COMMIT_SIZE / 2; n++) {
    const id = n.toString(16).padStart(40, 'c');
    const message = `Mend the größte of the widgets, part ${n}\n\n${'It was bent in two places. '.repeat(6)}\n`;
    push.commits.push({ ...first, id, message });
  }
  return Buffer.from(JSON.stringify(push));
}

function placesOf(body: Buffer, text: string): readonly number[] {
  const places: number[] = [];
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + 1)) places.push(at);
  return places;
}

interface Head {
  readonly port: number;
  readonly path: string;
  readonly digest: string;
  readonly delivery: string;
  readonly length: number;
}

/** The headers that Forgejo sends, all of them: a server has to read them. */
function headOf({ port, path, digest, delivery, length }: Head): Buffer {
  const makers = ['Forgejo', 'Gitea', 'Gogs'];
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'User-Agent: Go-http-client/1.1',
    `Content-Length: ${length}`,
    'Content-Type: application/json',
    ...makers.map((maker) => `X-${maker}-Delivery: ${delivery}`),
    ...makers.map((maker) => `X-${maker}-Event: push`),
    ...makers.map((maker) => `X-${maker}-Event-Type: push`),
    ...makers.map((maker) => `X-${maker}-Signature: ${digest}`),
    `X-GitHub-Delivery: ${delivery}`,
    'X-GitHub-Event: push',
    'X-GitHub-Event-Type: push',
    `X-Hub-Signature-256: sha256=${digest}`,
    'Accept-Encoding: gzip',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}
