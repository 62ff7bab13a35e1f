import { expect, test } from 'vitest';
import { nothingWrong, unseenIn } from '../../../src/cli/sight.ts';
import type { Finding, Priority } from '../../../src/core/finding.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { eventAgo, makeFinding, NOW, openCommandLine, type CommandLine } from '../../support/command-line.ts';
import { makeNotify } from '../../support/make-order.ts';

const one = (name: string, priority: Priority, more: Partial<Finding> = {}) =>
  makeFinding({ key: [name], title: name, text: '', priority, ...more });

async function open(...findings: readonly Finding[]): Promise<CommandLine> {
  const cli = openCommandLine();
  await cli.remember((store) => store.findings.save(findings));
  return cli;
}

/** Without ids and the last line, which says what to type next. */
async function lines(cli: CommandLine, ...args: readonly string[]): Promise<readonly string[]> {
  const { out } = await cli.run('findings', ...args);
  return out
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/^[0-9a-f]{8} {2}/, ''));
}

test('the worst comes first, then the newest; what is over or pending only with --all', async () => {
  using cli = await open(
    one('old', 'P2', { last: NOW - HOUR }),
    one('new', 'P2', { last: NOW }),
    one('bad', 'P0', { last: NOW - HOUR }),
    one('waits', 'P0', { state: 'pending', firedAt: null }),
    one('over', 'P0', { state: 'resolved', resolvedAt: NOW }),
    one('never fired', 'P0', { state: 'resolved', firedAt: null }),
  );
  expect(await lines(cli)).toEqual(['P0  firing  10m  bad', 'P2  firing  10m  new', 'P2  firing  10m  old']);
  expect((await lines(cli, '--all')).map((line) => line.replaceAll(/ {2,}/g, ' '))).toEqual([
    'P0 firing 10m bad',
    'P2 firing 10m new',
    'P2 firing 10m old',
    'P0 pending 12m waits',
    'P0 resolved 10m over',
  ]);
});

test('what holds a finding back stands beside it', async () => {
  using cli = await open(
    one('a', 'P2', { acked: true }),
    one('b', 'P2', { inhibitedBy: 'factory-core/mem-floor' }),
    one('c', 'P2'),
    one('d', 'P2', { state: 'flapping' }),
    one('e', 'P2', { acked: true, unconfirmed: { source: 'forge', since: NOW - HOUR, reason: '502' } }),
  );
  await cli.remember((store) =>
    store.silences.add({
      id: 's',
      rule: 'factory-core/restart-loop-foreign',
      key: ['c'],
      from: NOW - MINUTE,
      until: NOW + HOUR,
      by: '@op',
      reason: '',
    }),
  );
  const found = await lines(cli);
  expect(found.map((line) => line.replaceAll(/ {2,}/g, ' ')).toSorted()).toEqual([
    'P2 explained by factory-core/mem-floor 10m b',
    'P2 firing, acked 10m a',
    'P2 firing, silenced until 2026-01-02T13:00Z 10m c',
    'P2 firing, unconfirmed: forge cannot see, acked 10m e',
    'P2 flapping 10m d',
  ]);
});

test('the worst finding is shown however many others there are', async () => {
  const many = Array.from({ length: 150 }, (_, i) => one(`n${i}`, 'P4', { last: NOW }));
  using cli = await open(one('bad', 'P0', { last: NOW - HOUR }), ...many);
  const found = await lines(cli, '--fail-on', 'P0');
  expect([found[0], found.length, found.at(-1)]).toEqual([
    'P0  firing  10m  bad',
    101,
    '… and 51 more: reactor findings --json has them all',
  ]);
  expect(await cli.run('findings', '--fail-on', 'P0')).toMatchObject({ code: 1 });
});

test('without a reactor that runs nobody is told that all is well', async () => {
  using cli = await open();
  await cli.remember((store) => store.meta.set('alive_at', String(NOW - 2 * HOUR)));
  const err = 'the reactor does not run, last alive 2h ago; this is what it knew then. Start it: reactor run\n';
  expect(await cli.run('findings')).toEqual({ code: 0, out: 'nothing was wrong that a rule knew of\n', err });
  expect(await cli.run('findings', '--json')).toEqual({ code: 0, out: '[]\n', err });
  expect((await cli.run('why-not', 'disk-high')).err).toBe(err);
  expect((await cli.run('status')).out).toContain('findings  nothing was wrong that a rule knew of\n');
});

test.each([
  ['ready', [], 'nothing is wrong that a rule knows of'],
  ['ready', ['docker@box', 'ci@box'], 'nothing is wrong that a rule knows of, but not all is seen: docker@box, ci@box'],
  ['starting', [], 'nothing is wrong that a rule knows of so far'],
  ['stranger', [], 'nothing was wrong that a rule knew of'],
] as const)('with a reactor that is %s, and %j unseen, no finding means: %s', (daemon, unseen, said) => {
  expect(nothingWrong({ style: (_, text) => text }, daemon, unseen)).toBe(said);
});

test('what a source cannot see, or not all of, is unseen; what is not configured any more is not', async () => {
  using cli = await open();
  const states = ['available', 'degraded', 'unavailable', 'retired'];
  await cli.happen(
    ...states.map((state) => ({
      ...eventAgo(MINUTE, 'reactor.source', { source: `is-${state}`, state }),
      id: state,
      subject: state,
    })),
  );
  let unseen: readonly string[] = [];
  await cli.remember((store) => {
    unseen = unseenIn(store);
  });
  expect(unseen).toEqual(['is-degraded@box', 'is-unavailable@box']);
});

test('status names each silence that is in force, so that none is forgotten', async () => {
  using cli = await open();
  const silence = { from: NOW - MINUTE, until: NOW + HOUR, by: '@op', reason: '' };
  await cli.remember((store) => {
    store.silences.add({ ...silence, id: 'a', rule: 'factory-core/restart-loop-foreign', key: ['harb'] });
    store.silences.add({ ...silence, id: 'b', rule: '*', key: [], until: NOW + 2 * HOUR });
    store.silences.add({ ...silence, id: 'c', rule: 'factory-core/disk-high', key: [], until: NOW - 1 });
  });
  const { out } = await cli.run('status');
  expect(out.split('\n').filter((line) => line.startsWith('silence'))).toEqual([
    'silence   factory-core/restart-loop-foreign about [harb] for 1h more, by @op; end it: reactor unsilence factory-core/restart-loop-foreign',
    'silence   * for 2h more, by @op; end it: reactor unsilence *',
  ]);
  expect(await cli.json('status')).toMatchObject({
    silences: 2,
    silenced: [
      { rule: 'factory-core/restart-loop-foreign', key: ['harb'], until: '2026-01-02T13:00:00.000Z', by: '@op' },
      {},
    ],
  });
});

test('status tells what the reactor knew when it is down', async () => {
  const unconfirmed = { source: 'docker', since: NOW - HOUR, reason: 'no socket' };
  using cli = await open(
    one('a', 'P0'),
    one('b', 'P2'),
    one('c', 'P2', { unconfirmed }),
    one('d', 'P1', { state: 'pending' }),
  );
  const since = new Date(NOW - HOUR).toISOString();
  await cli.happen(
    eventAgo(HOUR, 'reactor.source', { source: 'files', state: 'available', reason: 'watching /tmp', since }),
    {
      ...eventAgo(MINUTE, 'reactor.source', { source: 'docker', state: 'unavailable', reason: 'no socket', since }),
      subject: 'docker',
    },
  );
  await cli.remember((store) => store.meta.set('alive_at', String(NOW - 5 * MINUTE)));
  expect(await cli.run('status')).toEqual({
    code: 0,
    err: '',
    out: [
      'daemon    down, last alive 5m ago; what follows is what it knew. Start it: reactor run',
      'findings  1 P0, 2 P2, 1 of them unconfirmed, 1 pending',
      'outbox    0 waiting, 0 done',
      'events    2 in the log, newest 1m ago',
      'source    files@box available for 1h: watching /tmp',
      'source    docker@box unavailable for 1h: no socket',
      '',
    ].join('\n'),
  });
});

test('status passes over a source that is not configured any more', async () => {
  using cli = await open();
  await cli.happen(eventAgo(HOUR, 'reactor.source', { source: 'forge@old', state: 'retired', reason: 'gone' }));
  expect((await cli.run('status')).out).not.toContain('forge@old');
});

test('status counts what is lost, were it only interrupted', async () => {
  using cli = await open();
  await cli.remember((store) => {
    store.outbox.add([makeNotify({}, { id: 'a' }), makeNotify({}, { id: 'b' })]);
    store.outbox.settle('a', { state: 'interrupted', ref: '', reason: '', at: NOW });
  });
  expect((await cli.run('status')).out).toContain('outbox    1 waiting, 0 done, 0 dead, 1 interrupted\n');
});
