import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { openBox, type Box } from '../support/box/box.ts';
import { write } from '../support/box/files.ts';
import * as ci from '../support/box/provoke-ci.ts';
import * as forge from '../support/box/provoke-forge.ts';
import * as work from '../support/box/provoke-work.ts';
import { ruin, teller, tellPull } from '../support/box/stage.ts';
import { named as namesOf } from '../support/box/watch.ts';
import { headingsOf } from '../support/factory-tools.ts';
import { makeIssue, makePull, makeStatus, SHA } from '../support/forge-objects.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';
import { hasTmux } from '../support/tmux.ts';

/** Memory, disks and processes are those of the machine that the test runs on, whatever they are. */
const OF_THE_MACHINE = /^(?:mem-floor|mem-swap|disk-high|oneshot-stale) /;

/** What is old by the times of the things themselves: known as soon as it was looked at. */
const AT_ONCE = [
  'agent-run-dead dev-widget-12',
  'agent-run-stuck review-widget-31',
  'ci-agent-unhealthy agent-3 3',
  'ci-pending-long acme/widget 2',
  'ci-running-long acme/widget 1',
  'ci-untrusted acme/widget',
  'dependency-old acme/widget 42',
  'escalate-timeout dev-widget-7',
  'evidence-missing engagement',
  'git-broken-rebase gadget',
  'git-wrong-branch widget',
  'no-ready-issues dev-agent-widget.log',
  'ops-silent widget-ops',
  'ops-unpushed gadget-ops',
  'parent-done acme/widget 44',
  'phase-of-closed-issue dev-widget-9',
  'pr-changes-forgotten acme/widget 33',
  'pr-red acme/widget 32',
  'pr-unreviewed acme/widget 31',
  'queue-stalled acme/widget',
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

/** What has begun just now. */
const LATER = ['session-dead architect-widget'];

/** All of that. */
const WRONG = [
  ci.runsLong,
  ci.waitsLong,
  ci.stalePull,
  ci.redTwice,
  ci.silentAgent,
  forge.unreviewed,
  forge.red,
  forge.forgotten,
  forge.circle,
  forge.oldDependency,
  forge.childless,
  forge.stalled,
  forge.silentOps,
  work.unanswered,
  work.unheard,
  work.closed,
  work.deadDevLock,
  work.deadLock,
  work.deadRun,
  work.stuckRun,
  work.deadSession,
  work.wrongBranch,
  work.brokenRebase,
  work.leftWorktree,
  work.nothingReady,
  work.largeLog,
  work.noEvidence,
  work.unpushed,
];

const named = (reactor: Reactor, state: string): readonly string[] =>
  namesOf(reactor, state).filter((name) => !OF_THE_MACHINE.test(name));

/** Fails with both lists when they never become equal. */
async function becomes(reactor: Reactor, state: string, expected: readonly string[], patience: number): Promise<void> {
  await expect.poll(() => named(reactor, state), { interval: 20, timeout: patience }).toEqual(expected.toSorted());
}

const pullOf = (box: Box, number: number, checked: number) =>
  makePull({ number, created: box.ago(2 * DAY), updated: box.ago(checked) });

function addPull(box: Box, number: number, state: string, checked: number): void {
  const { world } = box.forge;
  world.pulls.set(number, pullOf(box, number, checked));
  world.commits.set(SHA(number), box.ago(checked + MINUTE));
  world.statuses.set(SHA(number), [makeStatus('ci/woodpecker', state, box.ago(checked))]);
}

/** A webhook says that something about the pull request changed. */
const hint = (reactor: Reactor, box: Box, number: number): Promise<void> =>
  tellPull({ box, short: 0, tell: teller(reactor) }, pullOf(box, number, HOUR));

const addIssue = (box: Box, number: number): unknown =>
  box.forge.world.issues.set(number, makeIssue({ number, created: box.ago(3 * DAY) }));

function escalate(box: Box): void {
  write(join(box.tmp, 'dev-session-widget-7.phase'), 'PHASE:escalate\nReason: x\n', box.now() - 25 * HOUR);
}

const running = (box: Box, begun: number) => ({
  status: 'running',
  created: box.secondsAgo(begun),
  started: box.secondsAgo(begun),
});

test.runIf(hasTmux())(
  'what has been wrong for long is found as the reactor starts, all of it, and nothing else',
  async () => {
    await using box = await openBox();
    await ruin(box, WRONG);
    const mover = box.mover();
    await using reactor = await startReactor({ env: box.env, launch: (how) => mover.launch(how) });
    await becomes(reactor, 'firing', AT_ONCE, 4_000);
    await becomes(reactor, 'pending', [...WITHIN_A_MINUTE, ...LATER], 5_000);
    const begun = reactor.findings().filter(({ state }) => state === 'firing');

    await mover.advance(62 * SECOND);
    await becomes(reactor, 'firing', [...AT_ONCE, ...WITHIN_A_MINUTE], 2_000);
    expect(named(reactor, 'pending')).toEqual(LATER);
    await mover.advance(9 * MINUTE);
    await becomes(reactor, 'firing', [...AT_ONCE, ...WITHIN_A_MINUTE, ...LATER], 2_000);
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
  await using reactor = await startReactor({ env: box.env });
  await reactor.waitFor('the stream', () => box.ci.listeners() > 0);
  await reactor.waitFor('the issue', () => reactor.eventsOf('forge.issue').length === 1);
  expect(named(reactor, 'firing')).toEqual([]);

  const begun = performance.now();
  box.ci.start(box.ciRepo, running(box, 30 * MINUTE));
  await becomes(reactor, 'firing', ['ci-running-long acme/widget 1'], 2_000);

  escalate(box);
  await becomes(reactor, 'firing', ['ci-running-long acme/widget 1', 'escalate-timeout dev-widget-7'], 2_000);

  addPull(box, 32, 'failure', 40 * MINUTE);
  await hint(reactor, box, 32);
  const all = ['ci-running-long acme/widget 1', 'escalate-timeout dev-widget-7', 'pr-red acme/widget 32'];
  await becomes(reactor, 'firing', all, 2_000);
  expect(performance.now() - begun).toBeLessThan(6_000);
});

test.runIf(hasTmux())('a pipeline that ends while the stream is cut is found by the next look, once', async () => {
  await using box = await openBox();
  const number = box.ci.start(box.ciRepo, running(box, 30 * MINUTE));
  const mover = box.mover();
  await using reactor = await startReactor({ env: box.env, launch: (how) => mover.launch(how) });
  await reactor.waitFor('the stream', () => box.ci.listeners() > 0);
  await becomes(reactor, 'firing', [`ci-running-long acme/widget ${number}`], 2_000);

  box.ci.cut();
  box.ci.change(box.ciRepo, number, { status: 'failure', finished: box.secondsAgo(0) }, true);
  const said = (): readonly string[] =>
    reactor.eventsOf('ci.pipeline').map(({ status, action }) => `${status} ${action}`);
  const ENDED = ['running observed', 'failure changed'];
  await mover.advance(MINUTE);
  await reactor.waitFor('its end', () => said().length === 2, 2_000);
  expect(said()).toEqual(ENDED);
  await reactor.waitFor('the end of it', () => reactor.findings('ci-running-long')[0]?.state === 'resolved');

  const asked = box.ci.asked.length;
  box.ci.mend();
  await mover.advance(MINUTE);
  await reactor.waitFor('the stream to be back', () => box.ci.listeners() > 0);
  await reactor.waitFor('the look that follows', () => box.ci.asked.slice(asked).some(isList));
  await reactor.idle();
  expect(said()).toEqual(ENDED);
  expect(reactor.findings('ci-running-long')).toHaveLength(1);
});

const isList = (path: string): boolean => path.includes('/pipelines?');

test.runIf(hasTmux())(
  'a forge that fails for an hour changes nothing that is known, leaves it unconfirmed, and is itself a finding',
  async () => {
    await using box = await openBox();
    addPull(box, 32, 'failure', 40 * MINUTE);
    addIssue(box, 7);
    escalate(box);
    const mover = box.mover();
    await using reactor = await startReactor({ env: box.env, launch: (how) => mover.launch(how) });
    const found = ['escalate-timeout dev-widget-7', 'pr-red acme/widget 32'];
    await becomes(reactor, 'firing', found, 3_000);
    await reactor.idle();
    const isOfForge = ({ rule }: { readonly rule: string }): boolean => /\/(?:escalate-timeout|pr-red)$/.test(rule);
    const now = () =>
      reactor
        .findings()
        .filter(isOfForge)
        .map(({ rule, firing, state }) => `${rule} ${firing} ${state}`)
        .toSorted();
    const said = () => reactor.orders().filter(isOfForge);
    const before = now();
    const saidBefore = said().length;

    box.forge.world.broken = 502;
    await hint(reactor, box, 32);
    const blind = () => reactor.findings('source-unavailable').find(({ key }) => key.includes('forge'));
    await mover.advance(MINUTE);
    await reactor.waitFor('the forge to be a finding', () => blind()?.state === 'firing');
    expect(blind()?.text).toContain('502');
    await mover.advance(HOUR - MINUTE);
    expect(now()).toEqual(before);
    const ofForge = reactor.findings().filter(isOfForge);
    expect(ofForge.map(({ unconfirmed }) => unconfirmed)).toEqual(
      found.map(() => ({ source: 'forge', since: expect.any(Number), reason: expect.stringContaining('502') })),
    );
    // What was due to be said after an hour is said, and that nobody knows whether it is still so.
    const saidMeanwhile = said().slice(saidBefore);
    expect(saidMeanwhile.map(({ rule, spec }) => `${rule} ${spec.act}`).toSorted()).toEqual([
      'pulls/pr-red journal',
      'pulls/pr-red notify',
    ]);
    expect(saidMeanwhile.every(({ spec }) => spec.card.unconfirmed?.source === 'forge')).toBe(true);
    const { stdout } = await reactor.run('findings');
    expect(stdout.match(/firing, unconfirmed: forge cannot see/g)).toHaveLength(2);
    expect((await reactor.run('status')).stdout).toContain(', 2 of them unconfirmed');

    box.forge.world.broken = 0;
    await mover.advance(6 * MINUTE);
    await reactor.waitFor('the forge to be back', () => blind()?.state === 'resolved');
    await reactor.idle();
    expect(now()).toEqual(before);
    expect(said()).toHaveLength(saidBefore + saidMeanwhile.length);
    expect(reactor.findings().filter(({ unconfirmed }) => unconfirmed !== null)).toEqual([]);
  },
);

test.runIf(hasTmux())('preflight shows what is there, and says what it cannot see', async () => {
  await using box = await openBox();
  await ruin(box, WRONG);
  box.forge.world.broken = 502;
  await using reactor = await startReactor({ env: box.env });
  await reactor.waitFor('the worktree', () => reactor.eventsOf('worktree').length > 0);
  await reactor.waitFor('the run', () => reactor.eventsOf('session.run').some(({ runner }) => runner === 'dead'));
  const { code, stdout } = await reactor.run('preflight');
  expect(code).toBe(0);
  const parts = stdout.split(/^## /m).slice(1);
  const section = (name: string): string => parts.find((part) => part.startsWith(`${name}\n`)) ?? '';
  expect(parts.map((part) => part.split('\n', 1)[0])).toEqual(headingsOf('gadget', 'widget'));
  for (const name of ['Docker', 'Docker Allocs', 'WP Agent Health History']) {
    expect(section(name)).toMatch(/^ {2}unavailable: no Docker socket at /m);
  }
  for (const name of ['Open PRs (widget)', 'Issue Status (widget)', 'Blocked Issues']) {
    expect([name, section(name)]).toEqual([name, expect.stringMatching(/unavailable:.*502/)]);
    expect(section(name)).not.toMatch(/\bNone\b/);
  }
  expect(section('Active Sessions')).toMatch(/^architect-widget: .* dead$/m);
  expect(section('Active Sessions')).toMatch(/^planner-widget: .* idle$/m);
  expect(section('Active Sessions')).toMatch(/^dev-widget-12: run dead, "implementing" 21\dmin ago$/m);
  expect(section('Phase Files')).toMatch(/^ {2}dev-session-widget-7\.phase: PHASE:escalate \(162\dmin ago\)$/m);
  const kept = section('Stale Phase Cleanup').match(/^ {2}Kept: .* the forge cannot be asked now$/gm);
  expect(kept).toHaveLength(2);
  expect(section('Lock Files')).toMatch(/^ {2}dev-agent-widget\.lock: PID=\d+ dead age=1\dmin$/m);
  expect(section('Lock Files')).toMatch(/^ {2}planner-run\.lock: PID=\d+ alive age=/m);
  expect(section('Lock Files')).toContain('git-rebase: broken');
  expect(section('Recent Agent Logs').match(/poll: no ready issues$/gm)).toHaveLength(6);
  expect(section('CI Pipelines (widget)')).toMatch(/^Stuck \(>20min\): 1$/m);
  expect(section('CI Pipelines (widget)')).toMatch(/^Pending \(>30min\): 1$/m);
  expect(section('Stale Worktrees')).toMatch(/widget-worktree-12.* 30\dmin/);
  expect(section('Woodpecker Agent Health')).toMatch(/^WP Agent Health: UNHEALTHY$/m);
});
