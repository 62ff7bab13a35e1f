import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHost } from '../../src/adapters/host.ts';
import { localPlace } from '../../src/adapters/local-place.ts';
import { shellPlace, type RunShell } from '../../src/adapters/shell-place.ts';
import type { Place } from '../../src/ports/place.ts';

const { signal } = new AbortController();

function runWith(shell: readonly string[]): RunShell {
  const [program = '', ...args] = shell;
  return async (script) => {
    const ran = spawnSync(program, [...args, '-c', script], { encoding: 'utf8', maxBuffer: 1 << 26 });
    return { ran: true, output: ran.stdout };
  };
}

const hasShell = (shell: readonly string[]): boolean => {
  const [program = '', ...args] = shell;
  const works = spawnSync(program, [...args, '-c', 'true']).status === 0;
  if (!works && process.env['CI'] !== undefined) throw new Error(`there is no ${shell.join(' ')}`);
  if (!works) process.stderr.write(`\n  SKIPPED: questions to ${shell.join(' ')}, which is not there\n\n`);
  return works;
};

/** BusyBox has its own `find`, `stat` and `head`: with them in front, it is what Alpine is. */
const SHELLS = [['sh'], ['bash'], ['busybox', 'sh']].filter(hasShell);

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'reactor-place-'));
  mkdirSync(join(root, 'folder/below'), { recursive: true });
  mkdirSync(join(root, 'empty'));
  writeFileSync(join(root, 'folder/a'), 'first line\nsecond line\n');
  writeFileSync(join(root, "folder/it's a $HOME `name`; really"), 'odd');
  writeFileSync(join(root, 'folder/two\nlines'), 'very odd');
  writeFileSync(join(root, 'folder/.hidden'), '');
  writeFileSync(join(root, 'folder/bytes'), 'ä€\n\n\n');
  symlinkSync('a', join(root, 'folder/link'));
  execFileSync('mkfifo', [join(root, 'folder/fifo')]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('%s answers as the disk does', (_, shell) => {
  const there = (): Place => shellPlace({ name: 'there', id: '1', run: runWith(shell) });
  const here = localPlace(openHost());

  test('what lies in a folder', async () => {
    const folder = join(root, 'folder');
    const answers = await Promise.all(
      [here, there()].map((place) => place.files.list(folder, (name) => !name.includes('lines'))),
    );
    const [ours, theirs] = answers.map((listing) => {
      if (!listing.seen) throw new Error(listing.reason);
      const files = listing.files.map(({ version: _version, ...rest }) => rest);
      return { folder: listing.folder, files: files.toSorted((a, b) => a.name.localeCompare(b.name)) };
    });
    expect(theirs).toEqual(ours);
    expect(ours?.files).toHaveLength(7);
  });

  test('a folder that is empty, missing, or no folder', async () => {
    const place = there();
    const paths = ['empty', 'missing', 'folder/a'].map((name) => join(root, name));
    const [empty, missing, file] = await Promise.all(paths.map((path) => place.files.list(path, () => true)));
    expect(empty).toMatchObject({ seen: true, files: [] });
    expect(missing).toMatchObject({ seen: false, why: 'missing' });
    expect(file).toMatchObject({ seen: false });
  });

  test.each(['a', "it's a $HOME `name`; really", 'bytes', 'link', 'fifo', 'below', 'missing', '.hidden'])(
    'the file %s',
    async (name) => {
      const path = join(root, 'folder', name);
      const readings = await Promise.all([here, there()].map((place) => place.files.read(path, 100)));
      const [ours, theirs] = readings.map((reading) => {
        if (reading.got !== 'text') return reading;
        return { text: reading.text, modified: reading.modified };
      });
      expect(theirs).toEqual(ours);
    },
  );

  test('the first and the last bytes of a file', async () => {
    const path = join(root, 'folder/a');
    for (const place of [here, there()]) {
      expect(await place.files.read(path, 5)).toMatchObject({ text: 'first' });
      expect(await place.files.tail(path, 5)).toMatchObject({ text: 'line\n' });
      expect(await place.files.tail(path, 500)).toMatchObject({ text: 'first line\nsecond line\n' });
    }
  });

  test('a version changes with the content', async () => {
    const path = join(root, 'folder/changing');
    const place = there();
    const versions = [];
    for (const text of ['one', 'two']) {
      writeFileSync(path, text);
      const reading = await place.files.read(path, 10);
      versions.push(reading.got === 'text' ? reading.version : '');
    }
    rmSync(path);
    expect(new Set(versions).size).toBe(2);
  });

  test('a program with its exit code and both its outputs, and one that is not there', async () => {
    const place = there();
    const script = 'echo "$1"; echo oops >&2; exit 3';
    const [ran, missing] = await Promise.all([
      place.run(['sh', '-c', script, 'sh', "it's $HOME"], signal),
      place.run(['reactor-no-such-program'], signal),
    ]);
    expect(ran).toEqual({ ran: true, code: 3, stdout: "it's $HOME\n", stderr: 'oops' });
    expect(missing).toMatchObject({ ran: false, missing: true });
  });

  test('processes, where they work and when they began', async () => {
    const child = spawn('sleep', ['987'], { cwd: join(root, 'folder/below'), stdio: 'ignore' });
    const pid = child.pid ?? 0;
    try {
      const [ours, theirs] = [here.machine, there().machine];
      const [mine, sight, folders, found, view] = await Promise.all([
        ours.process(pid),
        theirs.process(pid),
        theirs.workingFolders(),
        theirs.pidsOf('987'),
        theirs.pidView(),
      ]);
      expect(sight).toEqual(mine);
      expect(sight).toMatchObject({ seen: 'running', command: 'sleep 987' });
      expect(folders?.seen).toContainEqual({ pid, folder: join(root, 'folder/below') });
      expect((await ours.workingFolders())?.seen).toContainEqual({ pid, folder: join(root, 'folder/below') });
      expect(found).toContain(pid);
      expect(await ours.pidsOf('987')).toContain(pid);
      expect(view.own).toBe(true);
      expect(await theirs.process(4_194_300)).toEqual({ seen: 'absent' });
    } finally {
      child.kill('SIGKILL');
    }
  });
});

test('two hundred questions are one run of a shell, and take less than a second', async () => {
  let runs = 0;
  const run = runWith(['sh']);
  const place = shellPlace({
    name: 'there',
    id: '1',
    run: (script) => {
      runs += 1;
      return run(script);
    },
  });
  const began = performance.now();
  const readings = await Promise.all(Array.from({ length: 200 }, () => place.files.read(join(root, 'folder/a'), 100)));
  expect(readings.every((reading) => reading.got === 'text')).toBe(true);
  expect(runs).toBe(1);
  expect(performance.now() - began).toBeLessThan(5000);
});
