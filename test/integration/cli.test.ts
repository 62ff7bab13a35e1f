import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exec } from '../../src/adapters/exec.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const DIE = 'emit docker.container action=die stack=harb service=anvil number=1 exit_code=1 stack_owner=@johba';

/** Runs a line of words. */
const run = (reactor: Reactor, line: string) => reactor.run(...line.split(' '));

async function json(reactor: Reactor, line: string) {
  return JSON.parse((await run(reactor, `${line} --json`)).stdout);
}

async function openRestartLoop(reactor: Reactor): Promise<void> {
  for (const id of ['one', 'two', 'three']) await run(reactor, `${DIE} --id ${id}`);
  await reactor.waitFor('the finding', () => reactor.findings('restart-loop-foreign')[0]?.state === 'firing');
  await reactor.idle();
}

test('an event is taken once however often it is sent, and read back as it was', async () => {
  await using reactor = await startReactor();
  expect(await run(reactor, `${DIE} --id one`)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^taken: docker\.container event-/),
  });
  expect(await run(reactor, `${DIE} --id one`)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^known already: /),
  });
  expect(await json(reactor, `${DIE} --id two`)).toEqual({
    accepted: 1,
    known: 0,
    ids: [expect.stringMatching(/^event-/)],
  });
  const [first] = reactor.eventsOf('docker.container');
  expect(first).toMatchObject({ action: 'die', stack: 'harb', exit_code: 1, stack_owner: '@johba' });
  expect(reactor.events().filter(({ subject }) => subject === 'harb/anvil/1')).toHaveLength(2);
  const refused = await run(reactor, `emit docker.container action=${'x'.repeat(300)}`);
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^the reactor refused \(400\): docker\.container\.action/),
  });
});

test('a finding is listed, explained, silenced, acknowledged, and all of it is still there when the daemon is down', async () => {
  await using reactor = await startReactor();
  await openRestartLoop(reactor);

  expect(await json(reactor, 'status')).toMatchObject({
    daemon: 'ready',
    reasons: [],
    findings: { P2: expect.any(Number) },
  });
  const [finding] = await json(reactor, 'findings');
  expect(finding).toMatchObject({ rule: 'factory-core/restart-loop-foreign', key: ['harb', 'anvil'], state: 'firing' });
  expect(await run(reactor, 'findings --fail-on P1')).toMatchObject({ code: 0 });
  expect(await run(reactor, 'findings --fail-on P2')).toMatchObject({ code: 1 });

  const why = await run(reactor, `why ${finding.fingerprint.slice(0, 8)}`);
  expect(why.stdout).toContain('Events (3)');
  expect(why.stdout).toContain('step 1 vault: passed all gates');
  expect(why.stdout).toMatch(/vault fire → vault: done {2}vault\/pending\/\S+\.md/);

  expect(await run(reactor, 'silence restart-loop-foreign 2h harb anvil')).toEqual({
    code: 0,
    stdout:
      'silenced factory-core/restart-loop-foreign about [harb, anvil] for 2h; end it before: reactor unsilence factory-core/restart-loop-foreign\n',
    stderr: '',
  });
  await reactor.waitFor('the silence', async () => (await json(reactor, 'status')).silences === 1);
  expect((await run(reactor, 'findings')).stdout).toMatch(/firing, silenced until \d{4}-/);
  expect(await run(reactor, 'unsilence restart-loop-foreign')).toMatchObject({ code: 0 });
  await reactor.waitFor('the end of the silence', async () => (await json(reactor, 'status')).silences === 0);
  expect(await run(reactor, 'unsilence restart-loop-foreign')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is none at all'),
  });

  expect(await run(reactor, 'ack restart-loop-foreign')).toMatchObject({
    code: 0,
    stdout: 'acknowledged: Restart loop in harb\n',
  });
  await reactor.waitFor('the acknowledgement', () => reactor.findings('restart-loop-foreign')[0]?.acked === true);

  expect(await reactor.stop()).toBe(0);
  expect(await json(reactor, 'status')).toMatchObject({ daemon: 'down', findings: { P2: expect.any(Number) } });
  expect((await run(reactor, 'findings')).stdout).toContain('firing, acked');
  expect(await run(reactor, 'why restart-loop-foreign')).toMatchObject({ code: 0 });
  expect(await run(reactor, 'why-not mem-floor box')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('e.available_mb = '),
  });
  expect(await run(reactor, 'ack restart-loop-foreign')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^no reactor answers/),
  });
});

const RULE = (text: string) => `schema = 1
[pack]
id = "mine"
owner = "ops"
[[rule]]
id = "load"
title = "Load"
text = "${text}"
priority = "P3"
on = ["host.load"]
key = ["e.host"]
when = 'e.load1 > 1000.0'
do = [{ act = "journal" }]
`;

test('a changed rule is in force at once; a broken one changes nothing, and a finding says so', async () => {
  await using reactor = await startReactor({
    config: '[rules]\nfolders = ["mine"]\n',
    prepare: ({ root }) => {
      mkdirSync(join(root, 'mine'));
      writeFileSync(join(root, 'mine/mine.toml'), RULE('first'));
    },
  });
  const reloads = () => reactor.eventsOf('reactor.tick').filter(({ action }) => action.startsWith('reload'));
  const textAfter = async (id: string): Promise<string> => {
    await run(reactor, `emit host.load host=${id} load1=2000`);
    const found = await reactor.waitFor(`the finding of ${id}`, () =>
      reactor.findings('load').find(({ key }) => key[0] === id),
    );
    return found.text;
  };
  expect(await textAfter('a')).toBe('first');

  writeFileSync(join(reactor.root, 'mine/mine.toml'), RULE('second'));
  await reactor.waitFor('the new rules', () => reloads().length === 1);
  expect(await textAfter('b')).toBe('second');

  writeFileSync(join(reactor.root, 'mine/mine.toml'), RULE('third').replace('e.load1', 'e.laod1'));
  await reactor.waitFor('the refusal', () => reloads().length === 2);
  expect(await textAfter('c')).toBe('second');
  const said = await reactor.waitFor('the finding about it', () =>
    reactor.findings().find(({ text }) => text.includes('load1')),
  );
  expect(said.state).toBe('firing');
  expect(await run(reactor, 'rules check')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/mine\.toml:12 .*no field "laod1"\. Write: load1/),
  });
  expect(await run(reactor, 'doctor')).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/broken +rules +.*mine\.toml:12/),
  });
});

test('a reader that went away does not hurt', async () => {
  const child = spawn(process.execPath, [MAIN, 'rules', 'explain', 'disk-high'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const [code] = await once(child, 'close');
  expect([code, err]).toEqual([0, '']);
});

test('what is long is written to the end into a pipe', async () => {
  await using reactor = await startReactor();
  const events = Array.from({ length: 500 }, (_, i) => ({
    type: 'docker.container',
    data: { action: 'die', stack: `s${i}`, service: 'x'.repeat(200), exit_code: 1, image: 'y'.repeat(200) },
    subject: `s${i}`,
  }));
  await reactor.post(events);
  const { subjects } = await json(reactor, 'why-not restart-loop-foreign');
  expect(subjects).toHaveLength(500);
});

test.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['a terminal', {}, true],
  ['a terminal with NO_COLOR', { NO_COLOR: '1' }, false],
  ['a pipe', {}, false],
  ['a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, true],
])('colours on %s', async (where, env, coloured) => {
  const line = `${process.execPath} ${MAIN} doctor`;
  const clean = ['env', '-u', 'CI', '-u', 'NO_COLOR', '-u', 'FORCE_COLOR', 'TERM=xterm', 'REACTOR_LISTEN=127.0.0.1:0'];
  const given = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const shell = where.startsWith('a terminal') ? ['script', '-qec', line, '/dev/null'] : line.split(' ');
  const [first = '', ...rest] = [...clean, ...given, ...shell];
  const ran = await exec(first, rest, { timeout: 30_000 });
  const out = ran.ran ? ran.stdout : ran.reason;
  expect(out).toContain('node');
  expect(out.includes('\u001B[3')).toBe(coloured);
});

/** A request whose body never comes. */
async function beginRequest(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  const head = [
    'POST /events HTTP/1.1',
    `Host: ${hostname}`,
    'Content-Type: application/cloudevents+json',
    'Content-Length: 9',
  ];
  socket.on('error', () => undefined).write(`${head.join('\r\n')}\r\n\r\n{`);
  return socket;
}

test('the first signal waits for what is under way and says so; the second one ends it at once', async () => {
  await using reactor = await startReactor();
  const socket = await beginRequest(reactor.url);
  await run(reactor, 'status');
  process.kill(reactor.pid, 'SIGINT');
  await reactor.waitFor('the word about it', () => reactor.stdout().includes('SIGINT: stopping'));
  process.kill(reactor.pid, 'SIGTERM');
  expect(await reactor.ended()).toBe(143);
  expect(reactor.stdout()).not.toContain('stopped');
  socket.destroy();
});

test.each(['SIGINT', 'SIGHUP'])('%s alone ends it with 0, and the last word is that it stopped', async (signal) => {
  await using reactor = await startReactor();
  process.kill(reactor.pid, signal);
  expect(await reactor.ended()).toBe(0);
  expect(reactor.stdout()).toMatch(new RegExp(`${signal}: stopping; .*\nstopped\n$`));
});
