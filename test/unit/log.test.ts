import { describe, expect, test } from 'vitest';
import { openLog } from '../../src/log.ts';
import { readable } from '../../src/log/readable.ts';

function capture(output: { readonly isTTY?: boolean; readonly hasColors?: () => boolean } = {}, level = 'debug') {
  const lines: string[] = [];
  const log = openLog(level, { ...output, write: (text) => lines.push(text) });
  const record = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  return { log, lines, record };
}

describe('a line of the log', () => {
  test('is one JSON object with level, time, message and fields, and no process noise', () => {
    const { log, lines, record } = capture();
    log.warn({ source: 'docker' }, 'cannot see');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    const { time, ...rest } = record();
    expect(rest).toEqual({ level: 'warn', source: 'docker', msg: 'cannot see' });
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('is not written below the level', () => {
    const { log, lines } = capture({}, 'warn');
    log.info({}, 'started');
    log.debug({}, 'decided');
    expect(lines).toEqual([]);
    log.error({}, 'look');
    expect(lines).toHaveLength(1);
  });
});

describe('secrets', () => {
  test.each([
    'token',
    'FORGE_TOKEN',
    'MATRIX_TOKEN',
    'apiToken',
    'access-token',
    'secret',
    'webhookSecrets',
    'client_secret',
    'password',
    'authorization',
    'Authorization',
    'cookie',
    'set-cookie',
    'api_key',
    'private-key',
    'credentials',
  ])('the value of %s is not written, however deep it is', (key) => {
    const { log, lines, record } = capture();
    log.info({ [key]: 'hunter2', a: { b: [{ [key]: ['hunter2'] }] } }, 'm');
    expect(lines.join('')).not.toContain('hunter2');
    expect(record()).toMatchObject({ [key]: '[redacted]', a: { b: [{ [key]: '[redacted]' }] } });
  });

  test.each([
    ['tokens', 4096],
    ['token_file', '/run/t'],
    ['secretive', 'no'],
    ['key', 'harb/anvil'],
    ['token', null],
  ])('%s is none', (key, value) => {
    const { log, record } = capture();
    log.info({ [key]: value }, 'm');
    expect(record()[key]).toEqual(value);
  });

  test('an error brings its message, code, stack and cause, and nothing a library hung on it', () => {
    const { log, lines, record } = capture();
    const cause = Object.assign(new Error('GET http://me:hunter2@forge/ failed'), { code: 'ECONNREFUSED' });
    log.error({ err: Object.assign(new Error('forge is away', { cause }), { request: { headers: 'hunter2' } }) }, 'm');
    expect(lines.join('')).not.toContain('hunter2');
    expect(record()).toMatchObject({
      err: {
        name: 'Error',
        message: 'forge is away',
        stack: expect.stringContaining('log.test.ts'),
        cause: { code: 'ECONNREFUSED' },
      },
    });
  });

  test('a secret in a text is not written either', () => {
    const { log, record } = capture();
    log.warn({ reason: 'GET https://me:hunter2@forge.example/api failed' }, 'm');
    expect(record()['reason']).toBe('GET https://[redacted]@forge.example/api failed');
  });

  test('a thing that contains itself does not hang the log', () => {
    const { log, record } = capture();
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    log.info({ loop }, 'm');
    expect(JSON.stringify(record())).toContain('[deep]');
  });
});

describe('on a terminal', () => {
  test('a line is text', () => {
    const { log, lines } = capture({ isTTY: true });
    log.warn({ source: 'docker', tries: 3 }, 'cannot see');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d WARN {2}cannot see source="docker" tries=3\n$/);
  });

  test('it is coloured only when the terminal says so', () => {
    const { log, lines } = capture({ isTTY: true, hasColors: () => true });
    log.error({}, 'look');
    expect(lines[0]).toContain('\u001B[31mERROR\u001B[39m');
  });

  test('an error shows where it happened, on lines of its own', () => {
    const { log, lines } = capture({ isTTY: true });
    log.error({ err: new Error('away') }, 'look');
    expect(lines[0]).toMatch(/ERROR look err="away"\n {4}at .*log\.test\.ts/);
  });

  test('a foreign text cannot steer the terminal', () => {
    const line = JSON.stringify({ time: '', level: 'info', msg: 'a\u001B[2Jb', x: '\u001B]0;c' });
    expect(readable(line, false)).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  test('what is no JSON passes as it is', () => {
    expect(readable('plain text\n', false)).toBe('plain text\n');
  });
});
