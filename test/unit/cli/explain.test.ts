import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { eventAgo, makeFinding, NOW, openCommandLine, type CommandLine } from '../../support/command-line.ts';
import { makeCard, makeNotify, makeOrder } from '../../support/make-order.ts';
import { packOf } from '../../support/own-rules.ts';

const die = (ago: number, more: object = {}) =>
  eventAgo(ago, 'docker.container', {
    action: 'die',
    stack: 'harb',
    service: 'anvil',
    exit_code: 1,
    stack_owner: '@johba',
    ...more,
  });

const answer = (gate: 'resolve' | 'silence' | 'policy', pass: boolean, step: number, reason: string) => ({
  gate,
  pass,
  step,
  reason,
  at: NOW - 10 * MINUTE,
  retryAt: pass ? null : NOW + HOUR,
});

/** A restart loop whose message a silence holds back and whose journal cannot be written. */
async function openLoop(): Promise<CommandLine> {
  const cli = openCommandLine();
  const events = [12, 11, 10].map((minutes) => die(minutes * MINUTE));
  const finding = makeFinding({
    causes: [...events.map(({ id }) => id), 'gone'],
    gates: [
      answer('resolve', true, 0, 'still true'),
      answer('policy', true, 0, 'telling people is always allowed'),
      answer('silence', false, 1, 'silenced by @op'),
      answer('policy', true, 2, 'telling people is always allowed'),
    ],
  });
  const vault = makeOrder(
    { act: 'vault', slug: 's', tier: 'medium', assignee: '', human: '', card: makeCard() },
    { id: 'o1', firing: finding.firing, step: 0, target: 'vault', decidedAt: NOW - 10 * MINUTE },
  );
  const journal = makeOrder(
    { act: 'journal', card: makeCard(), also: [] },
    { id: 'o2', firing: finding.firing, step: 2, target: 'journal', decidedAt: NOW - 10 * MINUTE },
  );
  await cli.remember(async (store) => {
    await store.log.append(events);
    store.findings.save([finding]);
    store.outbox.add([vault, journal]);
    store.outbox.begin('o1', NOW);
    store.outbox.settle('o1', { state: 'done', ref: 'vault/pending/s.md', reason: '', at: NOW });
    for (const at of [1, 2]) {
      store.outbox.begin('o2', NOW - at);
      store.outbox.defer('o2', NOW + MINUTE, 'the disk is full');
    }
  });
  return cli;
}

describe('why', () => {
  test('tells the rule and its place, the events, what each gate made of each step, and the tries', async () => {
    using cli = await openLoop();
    const { out } = await cli.run('why', 'restart-loop-foreign');
    const lines = out.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'P2 Restart loop in harb  firing',
      'harb/anvil died 3x in 10m',
      expect.stringMatching(/^key \[harb, anvil\], owner @johba, id [0-9a-f]{24}$/),
    ]);
    expect(lines[3]).toMatch(/^rule factory-core\/restart-loop-foreign {2}\S*rules\/core\.toml:\d+$/);
    expect(lines).toContain('  e.action == "die"; 3 within 10m');
    expect(lines).toContain('  fired 2026-01-02T11:50:00.000Z (10m ago)');
    expect(lines).toContain('Events (4)');
    expect(lines).toContain('  2026-01-02T11:48:00.000Z docker.container die thing  docker.container-720000');
    expect(lines).toContain('  gone is no longer in the log');
    expect(lines).toContain('  step 1 vault: passed all gates');
    expect(lines).toContain(
      '  step 2 notify: held by silence: silenced by @op; asked again at 2026-01-02T13:00:00.000Z (in 1h)',
    );
    expect(lines).toContain('  step 3 journal: passed all gates');
    expect(lines).toContain('  2026-01-02T11:50:00.000Z vault fire → vault: done  vault/pending/s.md');
    expect(lines).toContain(
      '  2026-01-02T11:50:00.000Z journal fire → journal: waiting, 2 tries, next at 2026-01-02T12:01:00.000Z (in 1m)  the disk is full',
    );
    expect(out.indexOf('vault fire')).toBeLessThan(out.indexOf('journal fire'));
  });

  test('by the beginning of its id, and with the exceptions of its rule', async () => {
    using cli = await openLoop();
    cli.write('reactor.toml', '[rules]\nfolders = ["more"]\n');
    cli.write(
      'more/known.toml',
      'schema = 1\n[pack]\nid = "known"\nowner = "ops"\n[[exception]]\nrule = "factory-core/restart-loop-foreign"\nif = \'e.service == "ponder"\'\nreason = "being rewritten"\nuntil = 2026-02-01T00:00:00Z\nby = "@johba"\n',
    );
    const { out } = await cli.run('why', makeFinding().fingerprint.slice(0, 6));
    expect(out).toContain('  Not for e.service == "ponder", until 2026-02-01: being rewritten, says @johba.\n');
  });

  test('of what is pending says that no gate was asked, and of what nobody can see that it is unconfirmed', async () => {
    using cli = openCommandLine();
    const unconfirmed = { source: 'docker', since: NOW - MINUTE, reason: 'no socket' };
    const pending = { state: 'pending', firedAt: null, firing: '', gates: [], unconfirmed } as const;
    await cli.remember((store) => store.findings.save([makeFinding(pending)]));
    const lines = (await cli.run('why', 'restart-loop-foreign')).out.split('\n');
    expect(lines).toContain('  not asked: it has not fired');
    expect(lines).toContain('  unconfirmed since 2026-01-02T11:59:00Z: docker cannot see, no socket');
  });

  test('a finding whose rule is gone is still explained', async () => {
    using cli = openCommandLine();
    await cli.remember((store) => store.findings.save([makeFinding({ rule: 'old/rule' })]));
    const { code, out } = await cli.run('why', 'old/rule');
    expect([code, out]).toEqual([0, expect.stringMatching(/rule old\/rule {2}loaded no more\n/)]);
  });
});

describe('why-not', () => {
  test('names the part that was false, with the values it read', async () => {
    using cli = openCommandLine();
    await cli.happen(die(3 * MINUTE), die(MINUTE, { requested: true }));
    const { out } = await cli.run('why-not', 'restart-loop-foreign', 'harb');
    const [subject] = out.split('\n\n').slice(1);
    expect(subject?.split('\n').slice(0, 5)).toEqual([
      '[harb, anvil] 2 events, 1 matched; the last of 2026-01-02T11:59:00.000Z (1m ago) says',
      '  true   e.action == "die"   (e.action = "die")',
      '  false  !e.requested   (e.requested = true)',
      '  true   !(e.exit_code in [0, 130, 143])   (e.exit_code = 1)',
      '  true   !e.managed   (e.managed = false)',
    ]);
    expect(subject).toContain(
      '  at 2026-01-02T12:07:00.000Z (in 7m): begins to count anew: 1 of 3 within 10m so far\n',
    );
  });

  test('says when a pending finding fires', async () => {
    using cli = openCommandLine();
    const low = eventAgo(10 * SECOND, 'host.memory', { available_mb: 100 });
    await cli.happen(low);
    const { out } = await cli.run('why-not', 'mem-floor', 'box');
    expect(out).toContain(
      '  true   e.available_mb < vars.ram_floor_mb   (e.available_mb = 100, vars.ram_floor_mb = 500)\n',
    );
    expect(out).toContain('  pending for 10s, since 2026-01-02T11:59:50.000Z, by 1 event\n');
    expect(out).toContain('  at 2026-01-02T12:00:20.000Z (in 20s): fires, unless it stops being true\n');
  });

  test('shows the gate that holds what does fire', async () => {
    using cli = await openLoop();
    const { out } = await cli.run('why-not', 'restart-loop-foreign');
    expect(out).toMatch(/^it is firing: reactor why [0-9a-f]{8}$/m);
    expect(out).toContain('  step 2 notify: held by silence: silenced by @op; asked again at ');
  });

  test('the gate of a finding on another box is not shown', async () => {
    using cli = await openLoop();
    await cli.happen({ ...die(MINUTE), id: 'far', host: 'far' });
    const [, ...subjects] = (await cli.run('why-not', 'restart-loop-foreign')).out.split('\n\n');
    expect(subjects.map((subject) => subject.includes('held by silence'))).toEqual([false, true]);
  });

  test('a rule that is switched off is not firing because of that', async () => {
    using cli = openCommandLine();
    cli.write('reactor.toml', '[rules]\nfolders = ["more"]\n');
    const rule = `[[rule]]
id = "low"
title = "Low"
priority = "P3"
mode = "off"
on = ["host.memory"]
when = 'e.available_mb < 100'
text = "low"
do = [{ act = "journal" }]
`;
    cli.write('more/mine.toml', packOf(rule));
    await cli.happen(eventAgo(MINUTE, 'host.memory', { available_mb: 1 }));
    expect((await cli.run('why-not', 'low')).out.split('\n')).toContain('it is switched off (mode = "off")');
  });

  test.each([
    [['mem-floor'], 'the log has no event of these kinds: is the source available? reactor status'],
    [['restart-loop-foreign', 'other'], 'the log has 1 event of these kinds, none with this key'],
    [['restart-loop-foreign', 'harb', 'anvil'], '1 event of these kinds in the log'],
  ])('%j: %s', async (args, line) => {
    using cli = openCommandLine();
    await cli.happen(die(MINUTE));
    expect((await cli.run('why-not', ...args)).out.split('\n')).toContain(line);
  });

  test('of many subjects the latest five are shown', async () => {
    using cli = openCommandLine();
    const events = [7, 6, 5, 4, 3, 2, 1].map((n) => die(n * SECOND, { service: `s${n}` }));
    await cli.happen(...events);
    const { out } = await cli.run('why-not', 'restart-loop-foreign');
    expect([...out.matchAll(/^\[harb, (s\d)\]/gm)].map(([, name]) => name)).toEqual(['s1', 's2', 's3', 's4', 's5']);
    expect(out).toContain('… and 2 more subjects; name one: reactor why-not factory-core/restart-loop-foreign <key>');
  });
});

test('an order that was never tried says nothing of tries', async () => {
  using cli = openCommandLine();
  const finding = makeFinding();
  await cli.remember((store) => {
    store.findings.save([finding]);
    store.outbox.add([makeNotify({}, { id: 'o', firing: finding.firing, decidedAt: NOW })]);
  });
  expect((await cli.run('why', 'restart-loop-foreign')).out).toContain(
    '  2026-01-02T12:00:00.000Z notify fire → notify:ops: waiting\n',
  );
});
