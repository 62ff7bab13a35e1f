import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHost } from '../../src/adapters/host.ts';
import { localPlace } from '../../src/adapters/local-place.ts';
import { readFolders } from '../../src/app/preflight/folders.ts';
import { parseReplies, readNoted, readReplies } from '../../src/app/preflight/left.ts';
import type { Around, PlaceNow } from '../../src/app/preflight/places.ts';
import type { Place } from '../../src/ports/place.ts';

const place = localPlace(openHost());
const never = new AbortController().signal;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'reactor-live-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const inContainer = (isInitial: boolean): Place => ({
  ...place,
  machine: { ...place.machine, pidView: async () => ({ own: true, initial: isInitial }) },
});

describe('sizes of folders', () => {
  test('are what du counts, in the order of their names, hidden ones aside', async () => {
    const root = folder();
    for (const name of ['b-data', 'a data', '.hidden']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'b-data/file'), Buffer.alloc(300_000, 1));
    const sizes = await readFolders(place, never, root);
    if (!sizes.got || sizes.value === null) throw new Error('it was not seen');
    expect(sizes.value.map(({ name }) => name)).toEqual([`${root}/a data`, `${root}/b-data`]);
    expect(sizes.value[1]?.bytes ?? 0).toBeGreaterThanOrEqual(300_000);
    expect(sizes.flaw).toBe('');
  });

  test('that take too long are not known, and that is said', async () => {
    const root = folder();
    mkdirSync(join(root, 'huge'));
    expect(await readFolders(place, AbortSignal.abort(), root)).toEqual({
      got: true,
      value: [{ name: `${root}/huge`, bytes: null }],
      flaw: `1 of 1 in ${root} could not be counted in time`,
    });
  });

  test('of a folder that is not there are none on the box, and unknown in a container', async () => {
    const gone = join(folder(), 'gone');
    expect(await readFolders(inContainer(true), never, gone)).toEqual({ got: true, value: null, flaw: '' });
    expect(await readFolders(inContainer(false), never, gone)).toEqual({
      got: false,
      reason: `${gone} of the box is not seen from this container: mount it there, read-only`,
    });
  });

  test('of a file in the place of the folder cannot be had', async () => {
    const root = folder();
    writeFileSync(join(root, 'file'), '');
    expect(await readFolders(place, never, join(root, 'file'))).toMatchObject({ got: false });
  });
});

const at = (tmp: string): PlaceNow => ({ place, tmp, logFolders: [join(tmp, 'logs')] });
const around = (places: readonly PlaceNow[], missing: readonly string[] = []): Around => ({
  places,
  missing,
  filesOf: () => 'it is nowhere',
});

describe('replies', () => {
  const reply = { at: '2026-01-02T10:00:00Z', from: '@johba:m', said: 'ignore the disk' };

  test.each([
    ['2026-01-02T10:00:00Z\t@johba:m\tignore the disk\n', [reply]],
    ['2026-01-02T10:00:00Z\t@johba:m\tignore\tthe disk', [reply]],
    ['yesterday\t@johba:m\twhat?\n', [{ at: '', from: '', said: 'yesterday @johba:m what?' }]],
    ['\n  \n', []],
  ])('%j', (text, replies) => {
    expect(parseReplies(text)).toEqual(replies);
  });

  test('are those of every place, once where two share a folder', async () => {
    const [one, other, third] = [folder(), folder(), folder()];
    writeFileSync(join(one, 'supervisor-escalation-reply'), '2026-01-02T10:00:00Z\t@johba:m\tignore the disk\n');
    writeFileSync(join(other, 'supervisor-escalation-reply'), 'wait\n');
    expect(await readReplies(around([at(one), at(one), at(other), at(third)]))).toEqual({
      got: true,
      value: [reply, { at: '', from: '', said: 'wait' }],
      flaw: '',
    });
  });

  test('are not none where a place could not be looked into', async () => {
    const gone = at(join(folder(), 'gone'));
    expect(await readReplies(around([gone]))).toEqual({ got: false, reason: `${gone.tmp}: no such folder` });
    expect(await readReplies(around([], ['container agents is exited']))).toEqual({
      got: false,
      reason: 'container agents is exited',
    });
    expect(await readReplies(around([at(folder())], ['container agents is exited']))).toEqual({
      got: true,
      value: [],
      flaw: 'container agents is exited',
    });
  });

  test('that cannot be read are said to be there', async () => {
    const tmp = folder();
    mkdirSync(join(tmp, 'supervisor-escalation-reply'));
    expect(await readReplies(around([at(tmp)]))).toEqual({
      got: false,
      reason: `${tmp}/supervisor-escalation-reply: it is no regular file`,
    });
  });
});

test.each([
  ['LAST_RESTART_TS=1767343260\nLAST_RESTART_TIME=then\n', 1_767_343_260_000],
  ['LAST_RESTART_TS=0\n', null],
  ['LAST_RESTART_TS=soon\n', null],
  ['', null],
])('a note of a restart that says %j', async (text, at_) => {
  const tmp = folder();
  mkdirSync(join(tmp, 'logs/supervisor'), { recursive: true });
  writeFileSync(join(tmp, 'logs/supervisor/wp-agent-health.history'), text);
  expect(await readNoted(around([at(folder()), at(tmp)]))).toBe(at_);
});
