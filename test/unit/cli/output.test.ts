import { expect, test } from 'vitest';
import { openCli } from '../../../src/cli/context.ts';
import { runCli } from '../../../src/cli/index.ts';
import { memory, NOW } from '../../support/command-line.ts';

const world = (more: object = {}) => ({
  env: {},
  cwd: '/',
  stdout: memory(),
  stderr: memory(),
  now: () => NOW,
  exit: () => undefined,
  ...more,
});

test('a reader that went away is no error', async () => {
  const stderr = memory();
  expect(await runCli(['--help'], world({ stdout: memory('EPIPE'), stderr }))).toBe(0);
  expect(stderr.text()).toBe('');
});

test('a disk that is full under the output is told, and not taken for success', async () => {
  const stderr = memory();
  expect(await runCli(['--version'], world({ stdout: memory('ENOSPC'), stderr }))).toBe(70);
  expect(stderr.text()).toBe('standard output cannot be written: write ENOSPC\n');
});

test('an error stream that nobody reads changes nothing', async () => {
  expect(await runCli(['stauts'], world({ stderr: memory('EPIPE') }))).toBe(2);
});

test('progress is shown on a terminal alone, and wiped before anything else is said', () => {
  const pipe = memory();
  const quiet = openCli(world({ stderr: pipe }));
  quiet.progress('looking …');
  quiet.progress('');
  expect(pipe.text()).toBe('');
  const terminal = Object.assign(memory(), { isTTY: true });
  const cli = openCli(world({ stderr: terminal }));
  cli.progress('looking …');
  cli.say('found');
  cli.complain('but');
  expect(terminal.text()).toBe('\r\u001B[2Klooking …\r\u001B[2Kbut\n');
});

test('--version prints the version of the package and nothing else', async () => {
  const stdout = memory();
  await runCli(['--version'], world({ stdout }));
  expect(stdout.text()).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('every command has examples in its help, and none needs more than 80 columns', async () => {
  const stdout = memory();
  await runCli(['--help'], world({ stdout }));
  const names = [...stdout.text().matchAll(/^ {2}([a-z][a-z-]+) /gm)].map(([, name]) => name ?? '');
  expect(names).toEqual([
    'run',
    'status',
    'findings',
    'why',
    'why-not',
    'preflight',
    'doctor',
    'ack',
    'silence',
    'unsilence',
    'emit',
    'rules',
  ]);
  const taught = [
    ...names.filter((name) => name !== 'rules').map((name) => [name]),
    ['rules', 'check'],
    ['rules', 'test'],
    ['rules', 'explain'],
  ];
  for (const args of [[], ['rules'], ...taught]) {
    const help = memory();
    await runCli([...args, '--help'], world({ stdout: help }));
    expect({
      args,
      wide: help
        .text()
        .split('\n')
        .filter((line) => line.length > 80),
    }).toEqual({ args, wide: [] });
  }
  for (const args of taught) {
    const help = memory();
    await runCli([...args, '--help'], world({ stdout: help }));
    expect(help.text()).toMatch(/Examples:\n {2}(?:reactor|REACTOR)/);
  }
});
