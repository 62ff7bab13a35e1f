/** The ops repo on a real disk: what a folder shared with others can do to us. */

import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openOpsRepo, toOpsRepoError } from '../../src/adapters/ops-repo.ts';
import { faultOf, testOpsRepo } from '../support/ops-repo-contract.ts';

const made: string[] = [];
const makeRoot = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ops-repo-'));
  made.push(folder);
  return join(folder, 'ops');
};
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

testOpsRepo('the ops repo on disk', async () => openOpsRepo(makeRoot()));

test('a folder that links out of the root is refused for everything', async () => {
  const root = makeRoot();
  const outside = `${root}-outside`;
  mkdirSync(root);
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret.md'), 'secret');
  symlinkSync(outside, join(root, 'vault'));
  const repo = openOpsRepo(root);
  expect(await faultOf(repo.read('vault/secret.md'))).toBe('outside');
  expect(await faultOf(repo.list('vault'))).toBe('outside');
  expect(await faultOf(repo.write('vault/pending/new.md', 'x', null))).toBe('outside');
  expect(await faultOf(repo.rename('vault/secret.md', 'mine.md'))).toBe('outside');
  expect(existsSync(join(outside, 'pending'))).toBe(false);
});

test('a folder that is none cannot be listed, which is not the same as empty', async () => {
  const root = makeRoot();
  const repo = openOpsRepo(root);
  await repo.write('vault/pending.md', 'x', null);
  expect(await faultOf(repo.list('vault/pending.md'))).toBe('other');
  expect(await repo.list('vault/fired')).toEqual([]);
});

test('a root that is itself a link is fine, and so is a link to a folder inside', async () => {
  const root = makeRoot();
  mkdirSync(`${root}-real/vault`, { recursive: true });
  symlinkSync(`${root}-real`, root);
  symlinkSync(join(root, 'vault'), join(root, 'items'));
  const repo = openOpsRepo(root);
  await repo.write('items/a.md', 'x', null);
  expect(await repo.read('vault/a.md')).toBe('x');
});

test.each<[string, (path: string) => void]>([
  ['a link', (path) => symlinkSync('/etc/passwd', path)],
  ['a folder', (path) => mkdirSync(path)],
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['not UTF-8', (path) => writeFileSync(path, Buffer.from([0x23, 0x20, 0xe9, 0x0a]))],
  [
    'over 8 MB',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 9 * 1024 * 1024);
    },
  ],
])('a file that is %s is left alone', async (_what, make) => {
  const root = makeRoot();
  mkdirSync(root);
  make(join(root, 'a.md'));
  const repo = openOpsRepo(root);
  expect(await faultOf(repo.read('a.md'))).toBe('not-text');
  expect(await faultOf(repo.write('a.md', 'x', null))).toBe('not-text');
});

test('what a crash left behind is written over, and a link in its place is not followed', async () => {
  const root = makeRoot();
  mkdirSync(root);
  writeFileSync(join(root, 'precious'), 'precious');
  symlinkSync(join(root, 'precious'), join(root, '.a.md.reactor-tmp'));
  const repo = openOpsRepo(root);
  await repo.write('a.md', 'x', null);
  expect(readFileSync(join(root, 'precious'), 'utf8')).toBe('precious');
  expect(existsSync(join(root, '.a.md.reactor-tmp'))).toBe(false);
});

test('a file that others may write stays so when it is replaced', async () => {
  const root = makeRoot();
  const repo = openOpsRepo(root);
  await repo.write('a.md', 'one', null);
  chmodSync(join(root, 'a.md'), 0o664);
  await repo.write('a.md', 'two', 'one');
  expect(statSync(join(root, 'a.md')).mode & 0o777).toBe(0o664);
});

test('a root where no folders can be made is not writable, and nobody waits for it', async () => {
  const repo = openOpsRepo('/proc/nowhere/ops');
  expect(await repo.isWritable()).toBe(false);
  await expect(repo.write('vault/pending/a.md', 'a', null)).rejects.toThrow('/proc/nowhere/ops/vault/pending/a.md');
});

test('a root that cannot be made is not writable, and a write says where', async () => {
  const root = makeRoot();
  writeFileSync(root, 'a file is in the way');
  const repo = openOpsRepo(root);
  expect(await repo.isWritable()).toBe(false);
  await expect(repo.write('vault/pending/a.md', 'x', null)).rejects.toThrow(join(root, 'vault/pending/a.md'));
});

test.each([
  ['ENOSPC', 'full', 'free some'],
  ['EDQUOT', 'full', 'free some'],
  ['EROFS', 'read-only', 'mount it read-write'],
  ['EACCES', 'denied', 'write access'],
  ['EPERM', 'denied', 'write access'],
  ['EIO', 'other', 'i/o error'],
])('what the disk says as %s is told as %s, with the path and what to do', (code, fault, advice) => {
  const cause = Object.assign(new Error('i/o error'), { code });
  const error = toOpsRepoError('/ops', 'vault/pending/a.md', cause);
  expect(error).toMatchObject({ fault, cause });
  expect(error.message).toMatch(new RegExp(`^/ops/vault/pending/a.md: .*${advice}.* \\(${code}\\)$`));
});

test('a full disk is told as such, loses nothing, and is written to once there is room', async () => {
  const root = makeRoot();
  mkdirSync(root);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', root], { stdio: 'ignore' });
  } catch {
    process.stderr.write('SKIPPED: the full disk needs the right to mount a tmpfs\n');
    return;
  }
  try {
    const repo = openOpsRepo(root);
    await repo.write('a.md', 'old', null);
    writeFileSync(join(root, 'big'), Buffer.alloc(56 * 1024));
    const text = 'new'.repeat(10_000);
    const error: unknown = await repo.write('a.md', text, 'old').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: 'full', message: expect.stringContaining('free some') });
    expect(await repo.read('a.md')).toBe('old');
    expect(existsSync(join(root, '.a.md.reactor-tmp'))).toBe(false);
    rmSync(join(root, 'big'));
    await repo.write('a.md', text, 'old');
    expect(await repo.read('a.md')).toBe(text);
  } finally {
    execFileSync('umount', [root]);
  }
});

test('a process killed at any moment leaves a whole file', async () => {
  const root = makeRoot();
  const adapter = join(import.meta.dirname, '../../src/adapters/ops-repo.ts');
  const script = `
    const { openOpsRepo } = await import(${JSON.stringify(adapter)});
    const repo = openOpsRepo(${JSON.stringify(root)});
    let before = await repo.read('a.md');
    for (let n = Number(before?.slice(0, 8) ?? 0) + 1; ; n += 1) {
      const text = String(n).padStart(8, '0').repeat(20000);
      await repo.write('a.md', text, before);
      before = text;
      process.stdout.write('.');
    }`;
  let newest = 0;
  for (let round = 1; round <= 5; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let dots = 0;
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        dots += data.length;
        if (dots >= round * 3) child.kill('SIGKILL');
      });
      child.on('exit', () => resolve());
    });
    const text = readFileSync(join(root, 'a.md'), 'utf8');
    const head = text.slice(0, 8);
    expect(text).toBe(head.repeat(20_000));
    expect(Number(head)).toBeGreaterThanOrEqual(newest + dots);
    newest = Number(head);
  }
});
