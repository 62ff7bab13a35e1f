import { once } from 'node:events';
import { utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { runFiles, type RunningFiles } from '../support/running-files.ts';

const LOCK = 'dev-agent-harb.lock';

async function printed(box: RunningFiles, script: string): Promise<string> {
  const child = box.spawn('sh', ['-c', script]);
  if (child.stdout === null) throw new Error('no output');
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return chunk.toString().trim();
}

test('an owner that lives is alive, and when it is killed its lock is dead soon after', async () => {
  await using box = await runFiles();
  const child = box.spawn('sh', ['-c', `echo $$ > ${box.dir}/${LOCK}; exec sleep 60`]);
  const ended = once(child, 'close');
  const alive = await box.until('alive', () => box.locks().find((data) => data.owner === 'alive'));
  expect(alive).toMatchObject({ name: LOCK, pid: child.pid, evidence: expect.stringMatching(/runs since \d{4}-/) });
  child.kill('SIGKILL');
  await ended;
  const dead = await box.until('dead', () => box.locks().find((data) => data.owner === 'dead'));
  expect(dead).toMatchObject({ evidence: `there is no process ${child.pid}` });
});

test('a process id that was given to another process since is dead', async () => {
  await using box = await runFiles();
  const path = join(box.dir, LOCK);
  const before = new Date(Date.now() - 10 * MINUTE);
  const child = box.spawn('sleep', ['60']);
  await writeFile(path, `${child.pid}\n`);
  await utimes(path, before, before);
  const dead = await box.until('dead', () => box.locks().find((data) => data.owner === 'dead'));
  expect(dead.evidence).toContain('is another one');
});

test('a zombie is dead', async () => {
  await using box = await runFiles();
  const pid = await printed(box, 'sleep 0.01 & echo $!; exec sleep 60');
  await writeFile(join(box.dir, LOCK), `${pid}\n`);
  const dead = await box.until('dead', () => box.locks().find((data) => data.owner === 'dead'));
  expect(dead.evidence).toContain('has exited');
});

test('an empty lock and one with words in it are unknown', async () => {
  await using box = await runFiles();
  await writeFile(join(box.dir, LOCK), '');
  await writeFile(join(box.dir, 'harb-review.lock'), 'mine\n');
  await box.until('empty', () => box.locks().find((data) => data.evidence === 'the lock is empty'));
  await box.until('words', () => box.locks().find((data) => data.evidence === 'the lock holds no process id'));
  expect(new Set(box.locks().map((data) => data.owner))).toEqual(new Set(['unknown']));
});

function canUnshare(): boolean {
  const can = spawnSync('unshare', ['-pf', '--mount-proc', 'true']).status === 0;
  if (can) return true;
  const need = 'a second PID namespace needs root and unshare of util-linux';
  if (process.env['CI'] !== undefined) throw new Error(need);
  console.warn(`SKIPPED: ${need}`);
  return false;
}

test.skipIf(!canUnshare())(
  'in another PID namespace a living owner whose id means nobody here is unknown, never dead',
  async () => {
    await using box = await runFiles({ pidNamespace: 'unknown' });
    // The innermost shell's id is small there, and here it is another process or none.
    const inner = `sh -c 'echo $$ > ${box.dir}/${LOCK}; sleep 60'; true`;
    box.spawn('unshare', ['-pf', '--mount-proc', 'sh', '-c', inner]);
    const data = await box.until('the lock', () => box.locks().find((one) => one.pid > 0));
    expect(data).toMatchObject({ owner: 'unknown', evidence: expect.stringMatching(/another PID namespace/) });
  },
);

test.skipIf(!canUnshare()).each([
  ['with its own /proc, as in a container', ['--mount-proc'], true, 'root filesystem'],
  ['with the /proc of the machine', [], false, 'another PID namespace than ours'],
])('a reactor in a PID namespace %s', async (_, options, same, reason) => {
  await using box = await runFiles();
  const source = resolve(import.meta.dirname, '../../src');
  const script = `
    import { openHost } from '${source}/adapters/host.ts';
    import { diskFiles } from '${source}/adapters/files.ts';
    import { findPidNamespace } from '${source}/sources/files/namespace.ts';
    console.log(JSON.stringify(await findPidNamespace('${box.dir}', openHost(), diskFiles)));`;
  const path = join(box.dir, 'look.mts');
  await writeFile(path, script);
  const child = box.spawn('unshare', ['-pf', ...options, process.execPath, path]);
  if (child.stdout === null) throw new Error('no output');
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  expect(JSON.parse(chunk.toString())).toMatchObject({ same, reason: expect.stringContaining(reason) });
});
