import { describe, expect, test } from 'vitest';
import { parseFrames } from '../../../src/adapters/docker-frames.ts';
import { findAgents } from '../../../src/adapters/docker-places.ts';
import { parseAnswers, parseStat, toScript } from '../../../src/adapters/shell-batch.ts';
import { shellPlace } from '../../../src/adapters/shell-place.ts';

const OURS = { ownStacks: ['disinto'], siblings: new Map() };
const compose = (stack: string, service: string, oneOff = 'False') => ({
  'com.docker.compose.project': stack,
  'com.docker.compose.service': service,
  'com.docker.compose.oneoff': oneOff,
});

describe('the container of the agents', () => {
  test.each([
    ['disinto-agents', compose('disinto', 'agents'), true],
    ['disinto-agents-1', compose('disinto', 'agents'), true],
    ['anything', compose('disinto', 'agents-llama'), true],
    ['disinto-agents', {}, true],
    ['disinto-agents-llama', {}, true],
    ['anything', { 'com.docker.compose.service': 'agents', 'com.disinto.managed': 'true' }, true],
    ['harb-agents-1', compose('harb', 'agents'), false],
    ['disinto-agents', compose('harb', 'web'), false],
    ['disinto-agents-run-1', compose('disinto', 'agents', 'True'), false],
    ['disinto-agentsmith', {}, false],
    ['disinto-agents2-1', compose('disinto', 'agents2'), false],
    ['old-disinto-agents', {}, false],
    ['anything', compose('disinto', 'my-agents'), false],
    ['disinto-edge', compose('disinto', 'edge'), false],
    ['agents', {}, false],
  ])('%s with %j: %s', (name, labels, isOne) => {
    const listed = [{ Id: '1', Names: [`/${name}`], Labels: labels, State: 'running' }];
    expect(findAgents(listed, { ownership: OURS, container: '' })).toHaveLength(isOne ? 1 : 0);
  });

  test('is the one that was named, and no other', () => {
    const listed = [
      { Id: '1', Names: ['/disinto-agents'], Labels: compose('disinto', 'agents'), State: 'running' },
      { Id: '2', Names: ['/mine'], Labels: null, State: 'exited' },
    ];
    expect(findAgents(listed, { ownership: OURS, container: 'mine' })).toEqual([
      { id: '2', name: 'mine', state: 'exited' },
    ]);
  });
});

test('frames of both outputs are put together, and half a frame is left out', () => {
  const frame = (stream: number, text: string): Buffer => {
    const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const [half, rest] = [Buffer.from('ä').subarray(0, 1), Buffer.from('ä').subarray(1)];
  const split = [half, rest].map((bytes) => Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, bytes.length]), bytes]));
  const bytes = Buffer.concat([frame(1, 'one'), frame(2, 'oh'), ...split, frame(1, 'cut off').subarray(0, 10)]);
  expect(parseFrames(bytes)).toEqual({ stdout: 'oneä', stderr: 'oh' });
});

describe('answers of a shell', () => {
  test('end where the shell said so, whatever stands in a file', () => {
    const output = '\nW-1 out\nW-2 out\n\nW-1 err\n\nW-1 0\n\nW-1 text\nhalf';
    const [first, second, third] = parseAnswers(output, 'W-1', 3);
    expect(first?.end).toBe('0');
    expect(first?.parts.get('out')).toBe('W-2 out\n');
    expect([second, third]).toEqual([null, null]);
  });

  test('a quote in a path does not end it', () => {
    expect(toScript([{ ask: 'list', folder: "/tmp/it's; rm -rf $HOME" }], 'W')).toContain(
      `l '/tmp/it'\\''s; rm -rf $HOME'`,
    );
  });

  test.each([
    ['12 3 81a4 1000 1767261600 2026-01-01 10:00:00.123456789 +0000|/tmp/a/', 1_767_261_600_123, 'a'],
    ['12 3 81a4 1000 1767261600 2026-01-01 10:00:00|/tmp/a|b/', 1_767_261_600_000, 'a|b'],
  ])('a line of stat: %s', (line, modified, name) => {
    expect(parseStat(line)).toMatchObject({ modified, name, bytes: 3, owner: 1000, mode: 0x81a4 });
  });

  test('half a name is no line', () => {
    expect(parseStat('second half of a name/')).toBeNull();
    expect(parseStat('12 3 81a4 1000 1767261600 2026-01-01 10:00:00|/tmp/first half')).toBeNull();
    expect(parseStat('')).toBeNull();
  });
});

describe('a place behind a shell', () => {
  test('answers everything that was asked in one turn with one run', async () => {
    const scripts: string[] = [];
    const place = shellPlace({
      name: 'agents',
      id: '1',
      run: async (script) => {
        scripts.push(script);
        const word = /^N=(\S+)/.exec(script)?.[1] ?? '';
        return {
          ran: true,
          output: `\n${word} missing\n\n${word} gone\n\n${word} link\n\n${word} out\nhello\n\n${word} err\n\n${word} 7\n`,
        };
      },
    });
    const answers = await Promise.all([
      place.files.list('/a', () => true),
      place.files.read('/b', 10),
      place.files.tail('/c', 10),
      place.run(['say', 'hello'], new AbortController().signal),
    ]);
    expect(answers).toEqual([
      { seen: false, reason: '/a: no such folder', why: 'missing' },
      { got: 'gone' },
      { got: 'refused', reason: 'it is a symbolic link' },
      { ran: true, code: 7, stdout: 'hello\n', stderr: '' },
    ]);
    expect(scripts).toHaveLength(1);
    await place.files.read('/d', 10);
    expect(scripts).toHaveLength(2);
  });

  test('that cannot be entered answers nothing, with the reason, and nothing is missing in it', async () => {
    const place = shellPlace({
      name: 'agents',
      id: '1',
      run: async () => ({ ran: false, reason: 'the container is gone' }),
    });
    const { signal } = new AbortController();
    expect(await place.files.list('/a', () => true)).toEqual({ seen: false, reason: 'the container is gone' });
    expect(await place.files.read('/a', 1)).toEqual({ got: 'refused', reason: 'the container is gone' });
    expect(await place.run(['x'], signal)).toEqual({ ran: false, reason: 'the container is gone', missing: false });
    expect(await place.machine.proc('stat')).toBeNull();
    expect(await place.machine.pidsOf('x')).toBeNull();
    expect(await place.machine.workingFolders()).toBeNull();
    expect(await place.machine.process(1)).toMatchObject({ seen: 'hidden' });
    expect(await place.machine.pidView()).toEqual({ own: false, initial: false });
  });

  test('without a shell says what was said instead', async () => {
    const complaint = 'OCI runtime exec failed: exec: "sh": executable file not found in $PATH';
    const place = shellPlace({ name: 'agents', id: '1', run: async () => ({ ran: true, output: complaint }) });
    const listing = await place.files.list('/a', () => true);
    expect(listing).toEqual({ seen: false, reason: `the shell there ended early: ${complaint}` });
  });
});
