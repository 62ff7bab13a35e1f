import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { runChild } from './children/run.ts';
import { tempStore } from './support.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('whatever was confirmed is there after the process was killed, at any moment, again and again', async () => {
  await using temp = tempStore();
  const confirmed: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    const child = runChild(new URL('./children/storm.ts', import.meta.url), [temp.path, `r${round}`]);
    await child.line('settled');
    await pause(20 + Math.random() * 150);
    child.process.kill('SIGKILL');
    expect(await child.ended).toBe('SIGKILL');
    confirmed.push(...child.lines);
  }
  const store = temp.open();
  expect(store.movedTo).toBeNull();
  const idsAfter = (word: string) =>
    confirmed.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  expect(idsAfter('stored').length).toBeGreaterThan(100);
  expect(idsAfter('stored').filter((id) => store.log.get(id) === null)).toEqual([]);
  expect(idsAfter('decided').filter((id) => store.outbox.get(`${id}-twin`)?.state !== 'waiting')).toEqual([]);
  expect(idsAfter('begun').filter((id) => (store.outbox.get(id)?.attempts ?? 0) === 0)).toEqual([]);
  expect(idsAfter('settled').filter((id) => store.outbox.get(id)?.ref !== `$${id}`)).toEqual([]);
  // At most one order was under way when each round was killed.
  expect(store.outbox.unsettled().length).toBeLessThanOrEqual(8);
  expect(new Set([...store.log.replay(new Map([['docker.container', 0]]))].map((e) => e.id)).size).toBe(
    store.log.count(),
  );
});

test('a disk that takes nothing more rejects the append whole, and later takes it', async () => {
  await using temp = tempStore();
  // A real limit of the kernel on the size of files: 3,000 blocks of 1 KiB, lifted from outside.
  const limit = ['bash', '-c', `trap '' XFSZ; ulimit -S -f 3000; exec "$@"`, '--'];
  const child = runChild(new URL('./children/full.ts', import.meta.url), [temp.path], limit);
  const [, after] = /^rejected STORE_IO after (\d+), count \1$/.exec(await child.line('rejected')) ?? [];
  expect(Number(after)).toBeGreaterThan(20);
  expect(await runCommand('prlimit', ['--pid', String(child.process.pid), '--fsize=unlimited'])).toBe(0);
  child.process.stdin.write('go on\n');
  expect(await child.line('stored')).toBe(`stored 20, count ${Number(after) + 20}`);
  expect(await child.ended).toBe('0');
  expect(temp.open().log.count()).toBe(Number(after) + 20);
});

test('a listener that throws with nobody to tell ends the process, after the event was stored', async () => {
  await using temp = tempStore();
  const child = runChild(new URL('./children/throwing-listener.ts', import.meta.url), [temp.path]);
  await child.line('stored');
  expect(await child.ended).not.toBe('0');
  expect(child.stderr()).toContain('a bug in the listener');
  expect(temp.open().log.get('a')).not.toBeNull();
});

function runCommand(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    spawn(command, args, { stdio: 'ignore' })
      .on('error', reject)
      .on('exit', (code) => resolve(code ?? -1));
  });
}
