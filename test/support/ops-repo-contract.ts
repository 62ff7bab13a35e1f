/** What every ops repo does: run on the one in memory and on the one on disk, so that the first cannot lie. */

import { describe, expect, test } from 'vitest';
import { OpsRepoError, type OpsRepo } from '../../src/ports/ops-repo.ts';

const ESCAPES = ['', '..', '../x', 'a/../../x', 'a/../b', '/etc/passwd', 'a//b', './a', 'a/', 'a\0b', 'a\\..\\b'];

/** Runs the suite; `open` gives an empty one each time. */
export function testOpsRepo(name: string, open: () => Promise<OpsRepo>): void {
  describe(name, () => {
    test('a file that is not there reads as null, a folder that is not there lists as empty', async () => {
      const repo = await open();
      expect(await repo.read('vault/pending/a.md')).toBeNull();
      expect(await repo.list('vault/pending')).toEqual([]);
      expect(await repo.isWritable()).toBe(true);
    });

    test.each(['plain\n', 'no newline', 'a\r\nb\r\n', '\ufeff# with a mark — é 漢 🚀\n', ''])(
      'a text comes back byte by byte: %j',
      async (text) => {
        const repo = await open();
        await repo.write('a/b/c.md', text, null);
        expect(await repo.read('a/b/c.md')).toBe(text);
      },
    );

    test('a file is replaced when it still says what was read', async () => {
      const repo = await open();
      await repo.write('a.md', 'one', null);
      await repo.write('a.md', 'two', 'one');
      expect(await repo.read('a.md')).toBe('two');
    });

    test.each([
      ['exists although it was not', 'theirs', null],
      ['says something else', 'theirs', 'mine'],
      ['is gone', null, 'mine'],
    ])('a file that %s by now is left alone', async (_what, now, expected) => {
      const repo = await open();
      if (now !== null) await repo.write('a.md', now, null);
      expect(await faultOf(repo.write('a.md', 'new', expected))).toBe('changed');
      expect(await repo.read('a.md')).toBe(now);
      expect(await repo.list('')).toEqual(now === null ? [] : ['a.md']);
    });

    test('of two writers that read the same text one wins and the other is told', async () => {
      const repo = await open();
      const results = await Promise.allSettled([repo.write('a.md', 'one', null), repo.write('a.md', 'two', null)]);
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
      expect(await repo.read('a.md')).toBe('one');
    });

    test('a rename moves a file into a folder that is made for it', async () => {
      const repo = await open();
      await repo.write('a/x.md', 'text', null);
      await repo.rename('a/x.md', 'b/c/y.md');
      expect(await repo.read('a/x.md')).toBeNull();
      expect(await repo.read('b/c/y.md')).toBe('text');
    });

    test('a rename never replaces a file', async () => {
      const repo = await open();
      await repo.write('a.md', 'mine', null);
      await repo.write('b.md', 'theirs', null);
      expect(await faultOf(repo.rename('a.md', 'b.md'))).toBe('exists');
      expect(await repo.read('a.md')).toBe('mine');
      expect(await repo.read('b.md')).toBe('theirs');
    });

    test('a rename of a file that is gone says so', async () => {
      const repo = await open();
      expect(await faultOf(repo.rename('a.md', 'b.md'))).toBe('missing');
    });

    test('a list has the files right in the folder, sorted, without hidden ones', async () => {
      const repo = await open();
      for (const path of ['v/b.md', 'v/a.md', 'v/.gitkeep', 'v/deep/c.md', 'vv/d.md', 'e.md']) {
        await repo.write(path, 'x', null);
      }
      expect(await repo.list('v')).toEqual(['a.md', 'b.md']);
      expect(await repo.list('')).toEqual(['e.md']);
    });

    test.each(ESCAPES)('the path %j is refused', async (path) => {
      const repo = await open();
      await repo.write('ok.md', 'x', null);
      expect(await faultOf(repo.read(path))).toBe('outside');
      expect(await faultOf(repo.write(path, 'x', null))).toBe('outside');
      expect(await faultOf(repo.rename('ok.md', path))).toBe('outside');
      expect(await faultOf(repo.rename(path, 'new.md'))).toBe('outside');
      if (path !== '') expect(await faultOf(repo.list(path))).toBe('outside');
    });
  });
}

/** The fault a promise was rejected with; `''` when it was not. */
export async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return '';
  } catch (error) {
    if (error instanceof OpsRepoError) return error.fault;
    throw error;
  }
}
