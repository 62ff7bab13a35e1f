import { expect, test } from 'vitest';
import { startReactor } from '../support/reactor.ts';

const REFUSED = /unavailable\s+docker|docker.*(?:ENOENT|ECONNREFUSED|no-docker\.sock)/;

test('with nothing configured it starts, says what is missing, answers, and ends with 0 when it is told to', async () => {
  await using reactor = await startReactor();
  const said = reactor.stdout();
  expect(said).toContain(`disinto reactor ${reactor.url}`);
  for (const name of [
    'FORGEJO_WEBHOOK_SECRET',
    'REACTOR_API_TOKEN',
    'FORGE_URL',
    'WOODPECKER_SERVER',
    'FACTORY_ROOT',
  ]) {
    expect(said).toContain(name);
  }
  expect(said).toContain('MATRIX_HOMESERVER, MATRIX_TOKEN, MATRIX_ROOM_ID');

  expect(await (await reactor.fetch('/healthz')).json()).toEqual({ alive: true });
  expect(await (await reactor.fetch('/readyz')).json()).toEqual({ ready: true, reasons: [] });
  const metrics = await (await reactor.fetch('/metrics')).text();
  expect(metrics).toMatch(/source_up\{source="host"\} 1/);
  expect(metrics).toMatch(/source_up\{source="files"\} 1/);

  const begun = performance.now();
  expect(await reactor.stop()).toBe(0);
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect(reactor.stdout()).toContain('SIGTERM: stopping');
});

test('a Docker that is not there is said, and is never the same as no containers', async () => {
  await using reactor = await startReactor();
  await reactor.waitFor('the word about Docker', () => REFUSED.test(reactor.stdout()));
  expect(await (await reactor.fetch('/metrics')).text()).toMatch(/source_up\{source="docker"\} 0/);
  const status = await reactor.run('status', '--json');
  expect(JSON.parse(status.stdout).sources).toContainEqual(
    expect.objectContaining({ source: 'docker', state: 'unavailable' }),
  );
});

test('read commands work beside the running reactor, and after it ended', async () => {
  await using reactor = await startReactor();
  const beside = await reactor.run('status', '--json');
  expect(beside).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(beside.stdout)).toMatchObject({ daemon: 'ready' });
  await reactor.stop();

  const status = await reactor.run('status', '--json');
  expect(status).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(status.stdout)).toMatchObject({ daemon: 'down' });
  expect(await reactor.run('findings')).toMatchObject({ code: 0, stderr: expect.stringContaining('does not run') });
  expect(await reactor.run('findings', '--json')).toMatchObject({ code: 0, stdout: '[]\n' });
  expect((await reactor.run('why-not', 'escalate-timeout')).code).toBe(0);
  expect(await reactor.run('rules', 'check')).toMatchObject({ code: 0, stderr: '' });
  expect((await reactor.run('why', 'nothing')).code).toBe(2);
});

test('before it ever ran, the read commands say so instead of claiming that all is well', async () => {
  await using reactor = await startReactor({ run: false });
  for (const command of ['status', 'findings', 'why-not escalate-timeout']) {
    const ran = await reactor.run(...command.split(' '));
    expect({ command, code: ran.code, stdout: ran.stdout }).toEqual({ command, code: 2, stdout: '' });
    expect(ran.stderr).toContain('reactor run');
  }
});
