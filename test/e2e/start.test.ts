import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownRules, packOf } from '../support/own-rules.ts';
import { startReactor } from '../support/reactor.ts';

test('a damaged state file is moved aside and told, and the reactor runs', async () => {
  await using reactor = await startReactor();
  await reactor.post([{ type: 'host.memory', data: { available_mb: 4000 }, id: 'before' }]);
  await reactor.kill9();
  for (const name of readdirSync(reactor.home)) {
    writeFileSync(join(reactor.home, name), 'this was a database once\n'.repeat(500));
  }
  await reactor.start();
  await reactor.waitFor('the loss to be told', () => /\[P1\] The reactor lost its memory/.test(reactor.stdout()));
  await reactor.idle();
  const aside = readdirSync(reactor.home).filter((name) => /^reactor\.db\.corrupt-.*Z$/.test(name));
  expect(aside).toHaveLength(1);
  const [finding] = reactor.findings('store-reset');
  expect(finding).toMatchObject({ state: 'firing', text: expect.stringContaining(join(reactor.home, aside[0] ?? '')) });
  expect(reactor.journalLines()).toEqual([expect.stringContaining('lost its memory')]);

  expect((await reactor.post([{ type: 'host.memory', data: { available_mb: 4000 } }])).status).toBe(202);
  await reactor.restart();
  await reactor.idle();
  expect(reactor.findings('store-reset').map(({ firing }) => firing)).toEqual([finding?.firing]);
  expect(reactor.stdout().match(/\[P1\] The reactor lost its memory/g)).toHaveLength(1);
});

test('a second reactor on the same state is refused with 2, and says who has it', async () => {
  await using first = await startReactor();
  await using second = await startReactor({ home: first.home, ready: false });
  expect(await second.ended()).toBe(2);
  expect(second.stderr()).toContain(`${join(first.home, 'reactor.db')} is in use by another reactor (pid ${first.pid}`);
  expect(second.stderr()).toContain('set REACTOR_HOME to another folder');
  expect(second.stderr()).not.toContain('    at ');
  expect((await first.fetch('/readyz')).status).toBe(200);

  await first.kill9();
  await second.start();
  await second.ready();
});

test('an address that is taken is refused with 2, and says what to set', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await using reactor = await startReactor({ env: { REACTOR_LISTEN: `127.0.0.1:${port}` }, ready: false });
  expect(await reactor.ended()).toBe(2);
  expect(reactor.stderr()).toMatch(/cannot listen on 127\.0\.0\.1:\d+; set REACTOR_LISTEN/);
  server.close();
});

test('mistakes in rules and settings are told all at once, with place and remedy, and end with 2', async () => {
  const rules = rule('one', 'true').replace('P2', 'P9') + rule('two', 'e.stats == "declined"');
  await using reactor = await startReactor({ ready: false, ...ownRules(rules) });
  expect(await reactor.ended()).toBe(2);
  expect(reactor.stderr()).toMatch(/extra\/mine\.toml:\d+ .*"P9".*P2/);
  expect(reactor.stderr()).toMatch(/extra\/mine\.toml:\d+ .*stats.*status/);
  expect(reactor.stderr()).not.toContain('    at ');

  writeFileSync(join(reactor.root, 'reactor.toml'), 'lisen = "127.0.0.1:0"\nlog_levl = "info"\n');
  await reactor.start();
  expect(await reactor.ended()).toBe(2);
  expect(reactor.stderr()).toMatch(/reactor\.toml:1.*lisen.*listen/);
  expect(reactor.stderr()).toMatch(/reactor\.toml:2.*log_levl.*log_level/);
});

test('rules that change while it runs are taken over, wrong ones are told and the old ones stay', async () => {
  await using reactor = await startReactor({
    config: '[rules]\nfolders = ["extra"]\n',
    prepare: ({ root }) => mkdirSync(join(root, 'extra')),
  });
  const file = join(reactor.root, 'extra/mine.toml');
  const flood = (n: number) =>
    reactor.post([{ type: 'ci.pipeline', data: { repo: 'a/b', number: n, status: 'declined' } }]);
  const keys = (): readonly string[] => reactor.findings('mine/flood').map(({ key }) => key.join());

  await flood(1);
  writeFileSync(file, packOf(rule('flood', 'e.status == "declined"')));
  await reactor.waitFor('the new rule to be taken over', () => /rules loaded again/.test(reactor.stderr()));
  await flood(2);
  await reactor.waitFor('the new rule to fire', () => keys().includes('a/b,2'));
  await reactor.idle();
  const before = reactor.orders().length;

  writeFileSync(`${file}.new`, packOf(rule('flood', 'e.stats == "declined"')));
  renameSync(`${file}.new`, file);
  await reactor.waitFor('the mistake to be told', () => reactor.findings('reload-failed')[0]?.state === 'firing');
  expect(reactor.findings('reload-failed')[0]?.text).toMatch(/extra\/mine\.toml:\d+.*stats/);
  await flood(3);
  await reactor.waitFor('the old rule to go on', () => keys().includes('a/b,3'));

  writeFileSync(file, packOf(rule('flood', 'e.status == "declined"')));
  await reactor.waitFor('the mistake to be over', () => reactor.findings('reload-failed')[0]?.state === 'resolved');
  await reactor.idle();
  expect(keys().toSorted()).toEqual(['a/b,1', 'a/b,2', 'a/b,3']);
  expect(reactor.orders().filter(({ rule: id, phase }) => id === 'mine/flood' && phase === 'fire')).toHaveLength(3);
  expect(before).toBeGreaterThan(0);

  rmSync(file);
  await reactor.waitFor('findings without a rule to end', () =>
    reactor.findings('mine/flood').every(({ state }) => state === 'resolved'),
  );
});

/** A rule over pipelines. */
function rule(name: string, when: string): string {
  return `[[rule]]
id = "${name}"
title = "Pipeline {{e.number}}"
priority = "P2"
on = ["ci.pipeline"]
key = ["e.repo", "e.number"]
when = '${when}'
hold = { for = "0s" }
text = "{{e.repo}}#{{e.number}}"
do = [{ act = "vault", tier = "low" }]
`;
}
