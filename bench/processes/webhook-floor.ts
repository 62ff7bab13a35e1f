/**
 * The floor of the webhook intake, in a process of its own: bare hono, HMAC over the raw bytes, and an insert that shares one
 * FULL commit with all others of the same turn of the event loop. It looks into nothing: no JSON, no event, no metrics.
 * `whole` keeps the body in the row, `digest` keeps its digest alone.
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { SECRET } from '../world/push.ts';

const [folder = '', keeps = 'whole'] = process.argv.slice(2);
const db = new DatabaseSync(join(folder, 'floor.db'));
db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE deliveries (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT`);
const insert = db.prepare('INSERT INTO deliveries (id, at, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING');

interface Waiting {
  readonly id: string;
  readonly body: Uint8Array;
  done(): void;
}

let waiting: Waiting[] = [];

function commit(): void {
  const group = waiting;
  waiting = [];
  db.exec('BEGIN IMMEDIATE');
  for (const { id, body } of group) insert.run(id, Date.now(), body);
  db.exec('COMMIT');
  for (const { done } of group) done();
}

function store(id: string, body: Uint8Array): Promise<void> {
  return new Promise((done) => {
    waiting.push({ id, body, done });
    if (waiting.length === 1) setImmediate(commit);
  });
}

const app = new Hono();
app.post('/webhooks/forgejo', async (call) => {
  const body = new Uint8Array(await call.req.arrayBuffer());
  const expected = createHmac('sha256', SECRET).update(body).digest();
  const given = Buffer.from((call.req.header('x-hub-signature-256') ?? '').slice('sha256='.length), 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return call.body(null, 401);
  const id = call.req.header('x-forgejo-delivery') ?? '';
  await store(id, keeps === 'whole' ? body : createHash('sha256').update(body).digest());
  return call.json({ stored: 1 }, 202);
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send?.({ port }));
process.on('message', () => process.send?.(db.prepare('SELECT count(*) AS n FROM deliveries').get()?.['n']));
for (const end of ['disconnect', 'SIGTERM']) process.on(end, () => process.exit());
