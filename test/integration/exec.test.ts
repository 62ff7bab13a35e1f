import { expect, test } from 'vitest';
import { exec } from '../../src/adapters/exec.ts';

test('the output and the exit code of a program come back', async () => {
  expect(await exec('sh', ['-c', 'cat; echo oops >&2; exit 3'], { input: 'in é' })).toEqual({
    ran: true,
    code: 3,
    stdout: 'in é',
    stderr: 'oops\n',
  });
});

test('arguments are never read by a shell', async () => {
  expect(await exec('echo', ['$(id) ; `id`'])).toMatchObject({ code: 0, stdout: '$(id) ; `id`\n' });
});

test('a program that does not read its input is no error', async () => {
  expect(await exec('true', [], { input: 'x'.repeat(1_000_000) })).toMatchObject({ ran: true, code: 0 });
});

test('a program that is not there is told apart', async () => {
  const ran = await exec('no-such-program-here', []);
  expect(ran).toEqual({ ran: false, missing: true, reason: 'no-such-program-here is not installed' });
});

test('a program that hangs is ended', async () => {
  const ran = await exec('sleep', ['60'], { timeout: 50 });
  expect(ran).toEqual({ ran: false, missing: false, reason: 'sleep did not finish in time' });
});

test('a program is ended with the signal', async () => {
  const ran = await exec('sleep', ['60'], { signal: AbortSignal.timeout(50) });
  expect(ran).toMatchObject({ ran: false, missing: false });
});
