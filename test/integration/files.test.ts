import { spawnSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { diskFiles } from '../../src/adapters/files.ts';
import { HOUR, toIso } from '../../src/core/time.ts';
import { runFiles, type RunningFiles } from '../support/running-files.ts';

test('an atomic rename by another process is seen each time, with the right phase', async () => {
  await using box = await runFiles();
  await box.until('the first look', () => box.reports[0]);
  for (const phase of ['working', 'awaiting_ci', 'awaiting_review', 'escalate', 'done']) {
    await box.shell(`cd ${box.dir}; echo PHASE:${phase} > .next; mv .next dev-session-harb-42.phase`);
    await box.until(phase, () => box.phases().find((data) => data.phase === phase));
  }
  expect(box.phases().map((data) => data.phase)).toEqual([
    'working',
    'awaiting_ci',
    'awaiting_review',
    'escalate',
    'done',
  ]);
});

test('a change is said within 100 ms of settling and a little', async () => {
  await using box = await runFiles();
  await box.until('the first look', () => box.reports[0]);
  const took: number[] = [];
  for (let n = 1; n <= 20; n += 1) {
    const next = join(box.dir, '.next');
    await writeFile(next, 'PHASE:working\n');
    const before = performance.now();
    await rename(next, join(box.dir, `dev-session-harb-${n}.phase`));
    await box.until(`session ${n}`, () => box.phases().find((data) => data.number === n));
    took.push(performance.now() - before);
  }
  const worst = Math.max(...took);
  const p50 = took.toSorted((a, b) => a - b)[took.length / 2] ?? worst;
  console.log(`file change to event: p50 ${p50.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`);
  expect(p50).toBeGreaterThan(90);
  expect(p50).toBeLessThan(200);
});

/** Writes a phase in three steps, many times; resolves with the longest time in ms that passed between two of them. */
async function writeInSteps(path: string, { shell }: RunningFiles): Promise<number> {
  const script = `now() { date +%s%3N; }; for i in 1 2 3 4 5 6; do
    a=$(now); : > ${path}; sleep 0.0$i; printf 'PHASE:esc' > ${path}; b=$(now); sleep 0.0$i
    echo PHASE:escalate > ${path}; echo $((b - a)); echo $(($(now) - b)); sleep 0.1$i; done
    echo PHASE:done > ${path}`;
  return Math.max(...(await shell(script)).trim().split('\n').map(Number));
}

test('a file that is truncated, and written a moment later, never loses its phase', async () => {
  // A machine that is busy may leave the file half written for longer than anybody waits: then it is half written, and told to be.
  for (let tries = 1; tries <= 10; tries += 1) {
    await using box = await runFiles();
    const path = join(box.dir, 'dev-session-harb-42.phase');
    await box.shell(`echo PHASE:escalate > ${path}`);
    await box.until('escalate', () => box.phases().find((data) => data.phase === 'escalate'));
    const longest = await writeInSteps(path, box);
    await box.until('done', () => box.phases().find((data) => data.phase === 'done'));
    if (longest > 90) continue;
    expect(new Set(box.phases().map((data) => data.phase))).toEqual(new Set(['escalate', 'done']));
    expect(box.phases().some((data) => data.unreadable)).toBe(false);
    return;
  }
  throw new Error('the machine never wrote the file in time');
});

test('an empty file is a session without a phase, and a broken one is unreadable with its last phase', async () => {
  await using box = await runFiles();
  await box.shell(`cd ${box.dir}; : > dev-session-harb-1.phase; echo PHASE:failed > dev-session-harb-2.phase`);
  await box.until('none', () => box.phases().find((data) => data.issue === 1 && data.phase === 'none'));
  await box.until('failed', () => box.phases().find((data) => data.issue === 2 && data.phase === 'failed'));
  await writeFile(join(box.dir, 'dev-session-harb-2.phase'), 'the agent forgot the format\n');
  const data = await box.until('unreadable', () => box.phases().find((one) => one.unreadable));
  expect(data).toMatchObject({ issue: 2, phase: 'failed', exists: true });
});

test('the age of a phase is the time of its file', async () => {
  await using box = await runFiles();
  const path = join(box.dir, 'dev-session-harb-42.phase');
  const since = new Date(Math.floor(Date.now() / 1000) * 1000 - 25 * HOUR);
  await writeFile(`${path}.next`, 'PHASE:escalate\nReason: needs a key\n');
  await utimes(`${path}.next`, since, since);
  await rename(`${path}.next`, path);
  const data = await box.until('escalate', () => box.phases()[0]);
  expect(data).toMatchObject({ phase_since: toIso(since.getTime()), reason: 'needs a key' });
});

test('of five hundred files written and renamed at once each final phase is said', async () => {
  await using box = await runFiles();
  await box.until('the first look', () => box.reports[0]);
  const script = `cd ${box.dir}; for i in $(seq 500); do echo PHASE:working > dev-session-harb-$i.phase; done
    for i in $(seq 500); do echo PHASE:done > .n$i; mv .n$i dev-session-harb-$i.phase; done
    for i in $(seq 401 500); do rm dev-session-harb-$i.phase; done`;
  await box.shell(script);
  const final = (): ReadonlyMap<number, string> =>
    new Map(box.phases().map((data) => [data.issue, `${data.exists ? 'there' : 'gone'} ${data.phase}`]));
  const isFinal = await box.until('400 done', () => {
    const states = [...final()];
    const isDone = states.filter(([issue, state]) => issue <= 400 && state === 'there done').length === 400;
    return isDone && !states.some(([issue, state]) => issue > 400 && state.startsWith('there')) ? true : undefined;
  });
  expect(isFinal).toBe(true);
});

test('a folder that appears later is found, lost again is unavailable, and found again', async () => {
  await using box = await runFiles({ below: 'later' });
  await box.until('unavailable', () => box.reports.find((report) => report.startsWith('unavailable')));
  expect(box.reports).toEqual([expect.stringMatching(/^unavailable: .*\/later: no such folder$/)]);
  await mkdir(box.dir);
  await writeFile(join(box.dir, 'dev-session-harb-1.phase'), 'PHASE:working\n');
  await box.until('the file', () => box.phases().find((data) => data.issue === 1));
  await rm(box.dir, { recursive: true });
  await box.until('unavailable again', () =>
    box.reports.at(-1)?.startsWith('unavailable') === true ? true : undefined,
  );
  expect(box.phases().every((data) => data.exists)).toBe(true);
  await mkdir(box.dir);
  await writeFile(join(box.dir, 'dev-session-harb-2.phase'), 'PHASE:working\n');
  await box.until('the second file', () => box.phases().find((data) => data.issue === 2));
  await box.until('the first is gone', () => box.phases().find((data) => data.issue === 1 && !data.exists));
});

test('a link leads nowhere and a pipe holds nobody', async () => {
  await using box = await runFiles();
  await symlink('/etc/passwd', join(box.dir, 'dev-session-harb-1.phase'));
  await box.shell(
    `mkfifo ${box.dir}/dev-session-harb-2.phase; mkdir ${box.dir}/dev-session-harb-3.phase; mkfifo ${box.dir}/x-run.lock`,
  );
  for (const issue of [1, 2, 3]) {
    await box.until(`file ${issue}`, () => box.phases().find((data) => data.issue === issue && data.unreadable));
  }
  const lock = await box.until('the lock', () => box.locks()[0]);
  expect(lock).toMatchObject({ owner: 'unknown', evidence: 'the lock cannot be read: it is no regular file' });
  expect(JSON.stringify(box.events)).not.toContain('root:');
});

test('what is no folder, and what may not be watched, is said in words', async () => {
  await using box = await runFiles();
  const path = join(box.dir, 'file');
  await writeFile(path, '');
  expect(await diskFiles.list(path, () => true)).toEqual({ seen: false, reason: `${path}: it is no folder` });
  const listener = { hint: () => undefined, lost: () => undefined };
  expect(await diskFiles.watch(join(box.dir, 'none'), listener)).toEqual({ watching: false, reason: 'no such folder' });
});

function canLimit(): boolean {
  const can = spawnSync('unshare', ['-Ur', 'test', '-w', '/proc/sys/user/max_inotify_watches']).status === 0;
  if (can) return true;
  const need = 'limits of our own need user namespaces and unshare of util-linux';
  if (process.env['CI'] !== undefined) throw new Error(need);
  console.warn(`SKIPPED: ${need}`);
  return false;
}

test.skipIf(!canLimit()).each([
  ['watches', 'ENOSPC'],
  ['instances', 'EMFILE'],
])('when the limit of inotify %s is reached, the folder is looked at without notices (%s)', async (limit, code) => {
  await using box = await runFiles();
  const source = resolve(import.meta.dirname, '../../src');
  const path = join(box.dir, 'watch.mts');
  await writeFile(
    path,
    `import { diskFiles } from '${source}/adapters/files.ts';
    console.log(JSON.stringify(await diskFiles.watch('${box.dir}', { hint() {}, lost() {} })));`,
  );
  const child = `echo 0 > /proc/sys/user/max_inotify_${limit}; exec ${process.execPath} ${path}`;
  const answer: unknown = JSON.parse(await box.shell(`unshare -Ur sh -ec '${child}'`));
  expect(answer).toEqual({ watching: false, reason: expect.stringContaining(code) });
});
