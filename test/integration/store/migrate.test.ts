import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate, refuseUnreadable, schemaOf } from '../../../src/store/migrate.ts';
import { MIGRATIONS } from '../../../src/store/migrations/list.ts';
import type { Migration } from '../../../src/store/migrations/migration.ts';
import { container, tempStore } from './support.ts';

const rowsWith = (
  word: string,
  head = "'docker.container', 'harb/anvil/1', 7",
): string => `INSERT INTO events VALUES (7, 'e7', 'docker.container', 'harb/anvil/1', 'docker://box', 'box', 1, 2, '{"action":"die","host":"box"}');
   INSERT INTO heads VALUES (${head});
   INSERT INTO cursors VALUES ('docker', '12');
   INSERT INTO outbox (seq, id, thread, phase, target, fingerprint, firing, state, attempts, decided_at, not_before, next_at, finished_at, ref, reason, body)
   VALUES (3, 'o3', 't', 'fire', 'notify:ops', 'f', 'f-1', 'done', 1, 1, 1, 1, 2, '$3', '', '{"id":"o3","spec":{"card":{${word}}}}');
   INSERT INTO findings VALUES ('f', 'core/red', 'firing', 'f-1', 1, NULL, '{${word}}');`;

/** Rows as each schema wrote them, by schema; a new migration adds what its predecessor would have held. */
const ROWS: readonly string[] = [
  '',
  rowsWith(''),
  rowsWith('"unconfirmed":null'),
  rowsWith('"unconfirmed":null', "'docker.container', 'box', 'harb/anvil/1', 7"),
  rowsWith('"unconfirmed":null', "'docker.container', 'box', 'harb/anvil/1', 7"),
  rowsWith('"unconfirmed":null', "'docker.container', 'box', 'harb/anvil/1', 7"),
];

function fileAt(path: string, schema: number): void {
  const raw = new DatabaseSync(path);
  migrate(raw, path, MIGRATIONS.slice(0, schema));
  raw.exec(ROWS[schema] ?? '');
  raw.close();
}

test('there are rows for every schema', () => {
  expect(ROWS).toHaveLength(MIGRATIONS.length + 1);
});

test.each(ROWS.map((_, schema) => schema))(
  'a file of schema %i is brought up to date with all it held',
  async (schema) => {
    await using temp = tempStore();
    fileAt(temp.path, schema);
    const store = temp.open();
    expect(store.movedTo).toBeNull();
    const latest = [...store.log.latest('docker.container')].map(({ id }) => id).join(' ');
    const kept = schema === 0 ? [null, null, '', ''] : ['harb/anvil/1', '12', '$3', 'e7'];
    expect([
      store.log.get('e7')?.subject ?? null,
      store.cursors.get('docker'),
      store.outbox.firedRef('t'),
      latest,
    ]).toEqual(kept);
    expect(store.findings.get('f')?.unconfirmed).toBe(schema === 0 ? undefined : null);
    const [order] = store.outbox.list({ firing: 'f-1' });
    expect(order?.spec.card.unconfirmed).toBe(schema === 0 ? undefined : null);
    const [stored] = await store.log.append([container('new')]);
    expect(stored?.seq).toBe(schema === 0 ? 1 : 8);
  },
);

const steps: readonly Migration[] = [
  { name: 'one', statements: 'CREATE TABLE one (a TEXT) STRICT' },
  { name: 'two', statements: `CREATE TABLE two (a TEXT) STRICT; INSERT INTO one VALUES ('from two')` },
];

test('each migration runs once, in order', () => {
  const raw = new DatabaseSync(':memory:');
  migrate(raw, 'x.db', steps.slice(0, 1));
  expect(schemaOf(raw, 'x.db')).toBe(1);
  migrate(raw, 'x.db', steps);
  migrate(raw, 'x.db', steps);
  expect(schemaOf(raw, 'x.db')).toBe(2);
  expect(raw.prepare('SELECT count(*) AS n FROM one').get()).toMatchObject({ n: 1 });
});

test('a migration that fails leaves the file at the schema before it', () => {
  const raw = new DatabaseSync(':memory:');
  const broken = [...steps.slice(0, 1), { name: 'broken', statements: 'CREATE TABLE two (a TEXT); SELECT nonsense' }];
  expect(() => migrate(raw, 'x.db', broken)).toThrow('nonsense');
  expect(schemaOf(raw, 'x.db')).toBe(1);
  expect(raw.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE name = 'two'`).get()).toMatchObject({ n: 0 });
});

test.each([
  [0, 2, 'STORE_MISSING'],
  [1, 2, 'STORE_OLDER'],
  [3, 2, 'STORE_NEWER'],
])('a reader of schema %i that knows schema %i refuses with %s', (schema, known, code) => {
  expect(() => refuseUnreadable(schema, known, 'x.db')).toThrow(expect.objectContaining({ code }));
  expect(() => refuseUnreadable(known, known, 'x.db')).not.toThrow();
});
