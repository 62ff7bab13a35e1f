import { expect, test } from 'vitest';
import { join } from 'node:path';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { ago, openBox, ruin, secondsAgo, write, type Box } from '../support/box.ts';
import { fixture } from '../support/forge-deliveries.ts';
import { makeIssue, makePull, makeStatus, SHA } from '../support/forge-objects.ts';
import { SECRET, webhook } from '../support/http-face.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';
import { hasTmux } from '../support/tmux.ts';

/** Memory, disks and processes are those of the machine that the test runs on, whatever they are. */
const OF_THE_MACHINE = /\/(?:mem-floor|mem-swap|disk-high|oneshot-stale)$/;

/** What is old by the times of the things themselves: known as soon as it was looked at. */
const AT_ONCE = [
  'agent-run-dead dev-widget-12',
  'agent-run-stuck review-widget-31',
  'ci-pending-long acme/widget 5',
  'ci-running-long acme/widget 4',
  'ci-untrusted acme/widget',
  'dependency-old acme/widget 42',
  'escalate-timeout dev-widget-7',
  'evidence-missing engagement',
  'git-broken-rebase gadget',
  'no-ready-issues dev-agent-widget.log',
  'ops-unpushed gadget-ops',
  'pr-changes-forgotten acme/widget 33',
  'pr-red acme/widget 32',
  'pr-unreviewed acme/widget 31',
  'review-unheard dev-widget-8',
  'worktree-stale widget-worktree-12',
];

/** What is believed only when it stays so. */
const WITHIN_A_MINUTE = [
  'dependency-circle acme/widget 40',
  'dev-lock-dead dev-agent-widget.lock',
  'lock-dead review-poll.lock',
  'log-large gardener.log',
  'pr-stale acme/widget 31',
  'source-unavailable box docker',
];

/** What nobody wrote down the beginning of, so that it begins when it is first seen. */
const LATER = [
  'ci-agent-unhealthy agent-3 3',
  'git-wrong-branch widget',
  'parent-done acme/widget 44',
  'phase-of-closed-issue dev-widget-9',
  'queue-stalled acme/widget',
  'session-dead architect-widget',
];

const SIGNED = { FORGEJO_WEBHOOK_SECRET: SECRET };

function named(reactor: Reactor, state: string): readonly string[] {
  return reactor
    .findings()
    .filter((one) => one.state === state && !OF_THE_MACHINE.test(one.rule))
    .map(({ rule, key }) => [rule.split('/')[1], ...key.filter((part) => part !== '').map(baseName)].join(' '))
    .toSorted();
}

const baseName = (part: string): string => (part.startsWith('/') ? (part.split('/').at(-1) ?? '') : part);

/** Fails with both lists when they never become equal. */
async function becomes(reactor: Reactor, state: string, expected: readonly string[], patience: number): Promise<void> {
  await expect.poll(() => named(reactor, state), { interval: 20, timeout: patience }).toEqual(expected.toSorted());
}

async function hint(reactor: Reactor, number: number): Promise<void> {
  const body = fixture('constructed-v15-pull_request-opened.json');
  const text = JSON.stringify({ ...body, number, pull_request: makePull({ number, updated: ago(HOUR) }) });
  expect((await reactor.fetch('/webhooks/forgejo', webhook('pull_request', text))).status).toBe(202);
}

function addPull({ forge: { world } }: Box, number: number, state: string, checked: number): void {
  world.pulls.set(number, makePull({ number, created: ago(2 * DAY), updated: ago(checked) }));
  world.commits.set(SHA(number), ago(checked + MINUTE));
  world.statuses.set(SHA(number), [makeStatus('ci/woodpecker', state, ago(checked))]);
}

const addIssue = ({ forge }: Box, number: number): unknown =>
  forge.world.issues.set(number, makeIssue({ number, created: ago(3 * DAY) }));

const running = (begun: number) => ({ status: 'running', created: secondsAgo(begun), started: secondsAgo(begun) });

test.runIf(hasTmux())(
  'what has been wrong for long is found as the reactor starts, all of it, and nothing else',
  async () => {
    await using box = await openBox();
    ruin(box);
    await using reactor = await startReactor({ env: box.env });
    await becomes(reactor, 'firing', AT_ONCE, 4_000);
    await becomes(reactor, 'pending', [...WITHIN_A_MINUTE, ...LATER], 5_000);
    const begun = reactor.findings().filter(({ state }) => state === 'firing');

    await becomes(reactor, 'firing', [...AT_ONCE, ...WITHIN_A_MINUTE], 75_000);
    expect(named(reactor, 'pending')).toEqual(LATER);
    expect(reactor.findings()).toEqual(
      expect.arrayContaining(begun.map(({ firing }) => expect.objectContaining({ firing, state: 'firing' }))),
    );
    expect(named(reactor, 'resolved')).toEqual([]);
    const [inhibited] = reactor.findings('ci-pending-long');
    expect(inhibited?.inhibitedBy).not.toBe('');
  },
);

test.runIf(hasTmux())('on a healthy box what goes wrong is found within two seconds', async () => {
  await using box = await openBox();
  addIssue(box, 7);
  await using reactor = await startReactor({ env: { ...box.env, ...SIGNED } });
  await reactor.waitFor('the stream', () => box.ci.listeners() > 0);
  await reactor.waitFor('the issue', () => reactor.eventsOf('forge.issue').length === 1);
  expect(named(reactor, 'firing')).toEqual([]);

  const begun = performance.now();
  box.ci.start(box.ciRepo, running(30 * MINUTE));
  await becomes(reactor, 'firing', ['ci-running-long acme/widget 1'], 2_000);

  write(join(box.tmp, 'dev-session-widget-7.phase'), 'PHASE:escalate\nReason: x\n', 25 * HOUR);
  await becomes(reactor, 'firing', ['ci-running-long acme/widget 1', 'escalate-timeout dev-widget-7'], 2_000);

  addPull(box, 32, 'failure', 40 * MINUTE);
  await hint(reactor, 32);
  const all = ['ci-running-long acme/widget 1', 'escalate-timeout dev-widget-7', 'pr-red acme/widget 32'];
  await becomes(reactor, 'firing', all, 2_000);
  expect(performance.now() - begun).toBeLessThan(6_000);
});

test.runIf(hasTmux())('a pipeline that ends while the stream is cut is found by the next look, once', async () => {
  await using box = await openBox();
  const number = box.ci.start(box.ciRepo, running(30 * MINUTE));
  await using reactor = await startReactor({ env: box.env });
  await reactor.waitFor('the stream', () => box.ci.listeners() > 0);
  await becomes(reactor, 'firing', [`ci-running-long acme/widget ${number}`], 2_000);

  box.ci.cut();
  box.ci.change(box.ciRepo, number, { status: 'failure', finished: secondsAgo(0) }, true);
  const said = (): readonly string[] =>
    reactor.eventsOf('ci.pipeline').map(({ status, action }) => `${status} ${action}`);
  const ENDED = ['running observed', 'failure changed'];
  await reactor.waitFor('its end', () => said().length === 2, 75_000);
  expect(said()).toEqual(ENDED);
  await reactor.waitFor('the end of it', () => reactor.findings('ci-running-long')[0]?.state === 'resolved');

  const asked = box.ci.asked.length;
  box.ci.mend();
  await reactor.waitFor('the stream to be back', () => box.ci.listeners() > 0, 75_000);
  await reactor.waitFor('the look that follows', () => box.ci.asked.slice(asked).some(isList));
  await reactor.idle();
  expect(said()).toEqual(ENDED);
  expect(reactor.findings('ci-running-long')).toHaveLength(1);
});

const isList = (path: string): boolean => path.includes('/pipelines?');

test.runIf(hasTmux())(
  'a forge that fails for a while changes nothing that is known, and is itself a finding',
  async () => {
    await using box = await openBox();
    addPull(box, 32, 'failure', 40 * MINUTE);
    addIssue(box, 7);
    write(join(box.tmp, 'dev-session-widget-7.phase'), 'PHASE:escalate\nReason: x\n', 25 * HOUR);
    await using reactor = await startReactor({ env: { ...box.env, ...SIGNED } });
    const found = ['escalate-timeout dev-widget-7', 'pr-red acme/widget 32'];
    await becomes(reactor, 'firing', found, 3_000);
    await reactor.idle();
    const isOfForge = ({ rule }: { readonly rule: string }): boolean => /\/(?:escalate-timeout|pr-red)$/.test(rule);
    const now = () => ({
      findings: reactor
        .findings()
        .filter(isOfForge)
        .map(({ rule, firing, state }) => `${rule} ${firing} ${state}`)
        .toSorted(),
      said: reactor.orders().filter(isOfForge).length,
    });
    const before = now();

    box.forge.world.broken = 502;
    await hint(reactor, 32);
    const blind = () => reactor.findings('source-unavailable').find(({ key }) => key.includes('forge'));
    await reactor.waitFor('the forge to be a finding', () => blind()?.state === 'firing', 60_000);
    expect(blind()?.text).toContain('502');
    expect(now()).toEqual(before);

    box.forge.world.broken = 0;
    await reactor.waitFor('the forge to be back', () => blind()?.state === 'resolved', 90_000);
    await reactor.idle();
    expect(now()).toEqual(before);
  },
);

/** Sections of the report, in their order; those that Docker or the forge would tell of say that they cannot. */
const HEADINGS = [
  'System Resources',
  'Docker',
  'Docker Allocs',
  'Host Volumes',
  'Active Sessions',
  'Phase Files',
  'Stale Phase Cleanup',
  'Lock Files',
  'Recent Agent Logs',
  'CI Pipelines (gadget)',
  'CI Pipelines (widget)',
  'Open PRs (gadget)',
  'Open PRs (widget)',
  'Issue Status (gadget)',
  'Issue Status (widget)',
  'Stale Worktrees',
  'Blocked Issues',
  'Escalation Replies (from Matrix)',
  'Pending Vault Items',
  'Woodpecker Agent Health',
  'WP Agent Health History',
];

test.runIf(hasTmux())('preflight shows what is there, and says what it cannot see', async () => {
  await using box = await openBox();
  ruin(box);
  box.forge.world.broken = 502;
  await using reactor = await startReactor({ env: box.env });
  await reactor.waitFor('the worktree', () => reactor.eventsOf('worktree').length > 0);
  await reactor.waitFor('the run', () => reactor.eventsOf('session.run').some(({ runner }) => runner === 'dead'));
  const { code, stdout } = await reactor.run('preflight');
  expect(code).toBe(0);
  const parts = stdout.split(/^## /m).slice(1);
  const section = (name: string): string => parts.find((part) => part.startsWith(`${name}\n`)) ?? '';
  expect(parts.map((part) => part.split('\n', 1)[0])).toEqual(HEADINGS);
  for (const name of ['Docker', 'Docker Allocs', 'WP Agent Health History']) {
    expect(section(name)).toMatch(/^ {2}unavailable: no Docker socket at /m);
  }
  for (const name of ['Open PRs (widget)', 'Issue Status (widget)', 'Blocked Issues']) {
    expect([name, section(name)]).toEqual([name, expect.stringMatching(/unavailable:.*502/)]);
    expect(section(name)).not.toMatch(/\bNone\b/);
  }
  expect(section('Active Sessions')).toMatch(/^architect-widget: dead /m);
  expect(section('Active Sessions')).toMatch(/^planner-widget: idle /m);
  expect(section('Active Sessions')).toMatch(/^dev-widget-12: run dead, "implementing" 24\dmin ago$/m);
  expect(section('Phase Files')).toMatch(/^ {2}dev-session-widget-7\.phase: PHASE:escalate \(150\dmin ago\)$/m);
  const kept = section('Stale Phase Cleanup').match(/^ {2}Kept: .* the forge cannot be asked now$/gm);
  expect(kept).toHaveLength(2);
  expect(section('Lock Files')).toMatch(/^ {2}dev-agent-widget\.lock: PID=\d+ dead age=18\dmin$/m);
  expect(section('Lock Files')).toMatch(/^ {2}planner-run\.lock: PID=\d+ alive age=/m);
  expect(section('Lock Files')).toContain('git-rebase: broken');
  expect(section('Recent Agent Logs').match(/poll: no ready issues$/gm)).toHaveLength(6);
  expect(section('CI Pipelines (widget)')).toMatch(/^Stuck \(>20min\): 1$/m);
  expect(section('CI Pipelines (widget)')).toMatch(/^Pending \(>30min\): 1$/m);
  expect(section('Stale Worktrees')).toMatch(/widget-worktree-12.* 36\dmin/);
  expect(section('Woodpecker Agent Health')).toMatch(/^WP Agent Health: UNHEALTHY$/m);
});
