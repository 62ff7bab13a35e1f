import { describe, expect, test } from 'vitest';
import { shellPlace } from '../../../src/adapters/shell-place.ts';
import type { Place } from '../../../src/ports/place.ts';

const NEVER = new AbortController().signal;

/** A place whose shell prints this, with `@` for the word that separates answers. */
function saying(...lines: readonly string[]): Place & { readonly scripts: readonly string[] } {
  const scripts: string[] = [];
  const place = shellPlace({
    name: 'agents',
    id: '1',
    run: async (script) => {
      scripts.push(script);
      const word = /^N=(\S+)/.exec(script)?.[1] ?? '';
      return {
        ran: true,
        output: lines.map((line) => (line.startsWith('@') ? `\n${word}${line.slice(1)}\n` : line)).join(''),
      };
    },
  });
  return { ...place, scripts };
}

const stat = (size: number, path: string): string =>
  `12 ${size} 81a4 1000 1700000000 2023-11-14 22:13:20.123456789 +0000|${path}/`;

describe('what is not known of a container is not nothing', () => {
  test('where its shell was cut off in the middle of an answer', async () => {
    const cut = saying('@ before', stat(9, '/a'), '@ text', 'half');
    const early = { reason: expect.stringContaining('the shell there ended early') };
    expect(await cut.files.read('/a', 100)).toMatchObject({ got: 'refused', ...early });
    expect(await cut.files.list('/a', () => true)).toMatchObject({ seen: false, ...early });
    expect(await cut.run(['true'], NEVER)).toMatchObject({ ran: false, ...early });
  });

  test('where a folder may not be looked into: it is there', async () => {
    const reason = '/a: not allowed to read it';
    expect(await saying('@ denied').files.list('/a', () => true)).toEqual({ seen: false, reason });
    expect(await saying('@ denied').files.read('/a', 1)).toEqual({ got: 'refused', reason: 'not allowed to read it' });
  });

  test('where a file was written to while it was read', async () => {
    const torn = saying('@ before', stat(9, '/a'), '@ text', 'new', '@ after', stat(3, '/a'), '@ done');
    expect(await torn.files.read('/a', 9)).toEqual({ got: 'refused', reason: 'it was written to during the reading' });
    const whole = saying('@ before', stat(3, '/a'), '@ text', 'new', '@ after', stat(3, '/a'), '@ done');
    expect(await whole.files.read('/a', 9)).toMatchObject({ got: 'text', text: 'new' });
  });

  test.each([
    ['127', { ran: false, reason: 'tmux is not installed there', missing: true }],
    ['124', { ran: false, reason: 'tmux did not finish in time', missing: false }],
    ['1', { ran: true, code: 1, stdout: '', stderr: '' }],
  ])('where a program ends with %s', async (code, answer) => {
    expect(await saying('@ out', '@ err', `@ ${code}`).run(['tmux'], NEVER)).toEqual(answer);
  });

  test('where /proc cannot be asked, and whose processes hide is told by their owners', async () => {
    const failing = saying('@ out', '@ err', '@ 1').machine;
    expect(await failing.workingFolders()).toBeNull();
    expect(await failing.pidsOf('claude')).toBeNull();
    const [init, hidden, open] = [
      'lrwxrwxrwx 1 0 0 0 Jan  1 00:00 /proc/1/cwd',
      'lrwxrwxrwx 1 1000 1000 0 Jan  1 00:00 /proc/7/cwd',
      'lrwxrwxrwx 1 33 33 0 Jan  1 00:00 /proc/8/cwd -> /srv/a -> b',
    ];
    expect(await saying('@ out', [init, hidden, open].join('\n'), '@ err', '@ 0').machine.workingFolders()).toEqual({
      seen: [{ pid: 8, folder: '/srv/a -> b' }],
      hiddenUsers: new Set([1000]),
    });
  });
});

test('more than two hundred questions are more than one run: the kernel takes no longer one', async () => {
  const place = saying('@ gone');
  await Promise.all(Array.from({ length: 401 }, (_, i) => place.files.read(`/${i}`, 1)));
  expect(place.scripts.map((script) => script.match(/^f '/gm)?.length)).toEqual([200, 200, 1]);
});
