import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import { runChild } from './children/run.ts';
import { container, START, tempStore, type TempStore } from './support.ts';

/** A file with a few hundred pages. */
async function filled(temp: TempStore, events = 300, bytes = 3000): Promise<void> {
  const store = temp.open();
  const image = 'x'.repeat(bytes);
  await store.log.append(Array.from({ length: events }, (_, n) => container(`e${n}`, `s${n}`, { image })));
  await store.close();
}

function overwrite(path: string, from: number, to: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, from, Math.min(to, bytes.length));
  writeFileSync(path, bytes);
}

test.each([
  ['is no database', (path: string) => writeFileSync(path, 'not a database at all\n'.repeat(500))],
  ['lost its first page', (path: string) => overwrite(path, 0, 4096)],
  ['lost its schema', (path: string) => overwrite(path, 100, 4096)],
  ['was cut short', (path: string) => truncateSync(path, 400_000)],
  ['lost pages in the middle', (path: string) => overwrite(path, 409_600, 450_560)],
])('a file that %s is moved aside whole and a fresh one started', async (_, damage) => {
  await using temp = tempStore();
  await filled(temp);
  damage(temp.path);
  const bytes = readFileSync(temp.path);
  const store = temp.open();
  expect(store.movedTo).toBe(`${temp.path}.corrupt-2026-01-01T00-00-00.000Z`);
  expect(readFileSync(store.movedTo ?? '').equals(bytes)).toBe(true);
  expect(store.log.count()).toBe(0);
  await store.log.append([container('a')]);
  await store.close();
  const next = temp.open();
  expect(next.movedTo).toBeNull();
  expect(next.log.get('a')).not.toBeNull();
});

test('two damaged files of the same moment are both kept', async () => {
  await using temp = tempStore();
  writeFileSync(temp.path, 'first damage'.repeat(100));
  await temp.open().close();
  writeFileSync(temp.path, 'second damage'.repeat(100));
  const { movedTo } = temp.open();
  expect(readFileSync(movedTo ?? '', 'utf8')).toContain('second');
  expect(readdirSync(temp.folder).filter((name) => name.includes('.corrupt-'))).toHaveLength(2);
});

test('damage in a file too large to check whole shows while reading, and the next start moves the file aside', async () => {
  await using temp = tempStore();
  await filled(temp, 10_000, 8000);
  overwrite(temp.path, 30_000_000, 50_000_000);
  const store = temp.open();
  expect(store.movedTo).toBeNull();
  const read = (): number => [...store.log.replay(new Map([['docker.container', 0]]))].length;
  expect(read).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }));
  await store.close();
  const next = temp.open();
  expect(next.movedTo).toContain('.corrupt-');
  expect(next.log.count()).toBe(0);
  await next.close();
  expect(temp.open().movedTo).toBeNull();
});

test('an empty file is a new store', async () => {
  await using temp = tempStore();
  writeFileSync(temp.path, '');
  expect(temp.open().movedTo).toBeNull();
});

test('a folder that is not there is made', async () => {
  await using temp = tempStore();
  const store = temp.open({ path: join(temp.folder, 'a', 'b', 'reactor.db') });
  expect(store.log.count()).toBe(0);
});

test('a file of a newer version is refused and left as it is', async () => {
  await using temp = tempStore();
  await filled(temp, 1);
  const raw = new DatabaseSync(temp.path);
  raw.exec('PRAGMA user_version = 99');
  raw.close();
  const bytes = readFileSync(temp.path);
  const says = { code: 'STORE_NEWER', message: expect.stringContaining('schema 99') };
  expect(() => temp.open()).toThrow(expect.objectContaining(says));
  expect(() => temp.open({ readOnly: true })).toThrow(expect.objectContaining(says));
  expect(readFileSync(temp.path).equals(bytes)).toBe(true);
});

test("another program's database is refused and left as it is", async () => {
  await using temp = tempStore();
  const raw = new DatabaseSync(temp.path);
  raw.exec('CREATE TABLE bookmarks (url TEXT)');
  raw.close();
  const bytes = readFileSync(temp.path);
  expect(() => temp.open()).toThrow(expect.objectContaining({ code: 'STORE_FOREIGN' }));
  expect(readFileSync(temp.path).equals(bytes)).toBe(true);
});

test('a second writer is refused, in this process and in another, and told who has it', async () => {
  await using temp = tempStore();
  const first = temp.open();
  const says = `in use by another reactor (pid ${process.pid}, since 2026-01-01T00:00:00.000Z)`;
  expect(() => temp.open()).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }));
  const child = runChild(new URL('./children/hold.ts', import.meta.url), [temp.path]);
  expect(await child.line('refused STORE_IN_USE')).toContain(says);
  await child.ended;
  await first.close();
  expect(temp.open().log.count()).toBe(0);
});

test('a writer that was killed leaves no lock behind', async () => {
  await using temp = tempStore();
  const child = runChild(new URL('./children/hold.ts', import.meta.url), [temp.path]);
  await child.line('open');
  expect(() => temp.open()).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }));
  child.process.kill('SIGKILL');
  await child.ended;
  expect(temp.open().log.count()).toBe(0);
});

test('a damaged lock file keeps nobody out, and lets nobody in', async () => {
  await using temp = tempStore();
  writeFileSync(`${temp.path}.lock`, 'this was a lock once\n'.repeat(500));
  const first = temp.open();
  writeFileSync(`${temp.path}.lock`, 'this was a lock once\n'.repeat(500));
  expect(() => temp.open()).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }));
  await first.close();
  expect(temp.open().log.count()).toBe(0);
});

test('a reader beside a writer sees what was stored and changes nothing', async () => {
  await using temp = tempStore();
  const writer = temp.open();
  await writer.log.append([container('a')]);
  const reader = temp.open({ readOnly: true });
  expect(reader.log.get('a')).not.toBeNull();
  await writer.log.append([container('b')]);
  expect(reader.log.count()).toBe(2);
  await expect(reader.log.append([container('c')])).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
  expect(() => reader.cursors.set('a', '1')).toThrow(expect.objectContaining({ code: 'STORE_READ_ONLY' }));
  expect(writer.log.count()).toBe(2);
});

test('a reader works without a writer', async () => {
  await using temp = tempStore();
  await filled(temp, 3);
  expect(temp.open({ readOnly: true }).log.count()).toBe(3);
  expect(temp.open().log.count()).toBe(3);
});

test('a reader works after a writer was killed, before any writer came back', async () => {
  await using temp = tempStore();
  const writer = temp.open();
  await writer.log.append([container('a')]);
  for (const suffix of ['', '-wal']) copyFileSync(temp.path + suffix, `${temp.path}-copy${suffix}`);
  const reader = openStore({ path: `${temp.path}-copy`, now: () => START, readOnly: true });
  expect(reader.log.get('a')).not.toBeNull();
  await reader.close();
});

test('a reader that may not write to the folder can read', async () => {
  await using temp = tempStore();
  await filled(temp, 3);
  chmodSync(temp.folder, 0o555);
  const child = runChild(new URL('./children/read-as-nobody.ts', import.meta.url), [temp.path]);
  expect([await child.ended, child.lines, child.stderr()]).toEqual(['0', ['count 3'], '']);
  chmodSync(temp.folder, 0o755);
  expect(existsSync(`${temp.path}-wal`)).toBe(false);
});

test.each([
  ['nothing', () => {}, 'STORE_MISSING'],
  ['an empty file', (path: string) => writeFileSync(path, ''), 'STORE_MISSING'],
  ['a damaged file', (path: string) => writeFileSync(path, 'damage'.repeat(1000)), 'STORE_CORRUPT'],
])('a reader of %s says so and touches nothing', async (_, make, code) => {
  await using temp = tempStore();
  make(temp.path);
  const before = readdirSync(temp.folder);
  expect(() => temp.open({ readOnly: true })).toThrow(expect.objectContaining({ code }));
  expect(readdirSync(temp.folder)).toEqual(before);
});
