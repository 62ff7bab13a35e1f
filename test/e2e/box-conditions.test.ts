import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, type Millis } from '../../src/core/time.ts';
import { openBox, type Box } from '../support/box/box.ts';
import { makeMachine, missingForMachine, type Machine } from '../support/box/machine.ts';
import * as ci from '../support/box/provoke-ci.ts';
import * as forge from '../support/box/provoke-forge.ts';
import * as machine from '../support/box/provoke-machine.ts';
import * as work from '../support/box/provoke-work.ts';
import { teller, type Provoke, type Stage } from '../support/box/stage.ts';
import { foundOf, isInTime, named, tableOf, type Provoked } from '../support/box/watch.ts';
import { missingForDocker, startDockerd, type Dockerd } from '../support/dockerd.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';
import { hasTmux } from '../support/tmux.ts';
import { CONDITIONS } from '../../tools/coverage/conditions.ts';

/** `yesterday`: while a reactor runs a day before; `before`: before it starts; `later`: it is due three hours later. */
type When = 'yesterday' | 'before' | 'now' | 'later';

/** Rule, when it is provoked, how, and by what. Every rule of every condition; a rule may be provoked in several ways. */
const TABLE: readonly (readonly [string, When, string, Provoke])[] = [
  ['pr-conflicted', 'yesterday', 'the forge cannot merge it', forge.conflicts],
  ['ops-silent', 'before', 'the API of the forge', forge.silentOps],
  ['evidence-missing', 'before', 'the newest page is five days old', work.noEvidence],
  ['lock-dead', 'before', 'a lock in another PID namespace, its process gone there', machine.deadLockElsewhere],
  ['oneshot-stale', 'later', 'a real claude -p, its clock three hours ahead', work.oneShot],
  ['mem-swap', 'now', '/proc/meminfo', machine.swap],
  ['mem-floor', 'now', '/proc/meminfo', machine.lowMemory],
  ['disk-high', 'now', 'a mounted disk, filled', machine.fullDisk],
  ['ci-running-long', 'now', 'a pipeline that runs', ci.runsLong],
  ['ci-pending-long', 'now', 'a pipeline that waits', ci.waitsLong],
  ['pr-stale', 'now', 'a pipeline that ended', ci.stalePull],
  ['ci-untrusted', 'now', 'two red pipelines of the default branch', ci.redTwice],
  ['ci-fast-failures', 'now', 'three pipelines that fail at once', ci.failsFast],
  ['ci-agent-unhealthy', 'now', 'an agent that is silent', ci.silentAgent],
  ['ci-ghost', 'now', 'a server that forgot a task', ci.ghost],
  ['pr-unreviewed', 'now', 'a webhook and the API', forge.unreviewed],
  ['pr-red', 'now', 'a webhook and the API', forge.red],
  ['pr-changes-forgotten', 'now', 'a webhook and the API', forge.forgotten],
  ['dependency-circle', 'now', 'webhooks and the API', forge.circle],
  ['dependency-old', 'now', 'webhooks and the API', forge.oldDependency],
  ['parent-done', 'now', 'webhooks and the API', forge.childless],
  ['queue-stalled', 'now', 'an issue of the forge, the log of the agent', forge.stalled],
  ['escalate-timeout', 'now', 'a phase file, an issue of the forge', work.unanswered],
  ['review-unheard', 'now', 'a phase file, a review of the forge', work.unheard],
  ['phase-of-closed-issue', 'now', 'a phase file, an issue of the forge', work.closed],
  ['dev-lock-dead', 'now', 'a lock, its process gone', work.deadDevLock],
  ['lock-dead', 'now', 'a lock, its process gone', work.deadLock],
  ['agent-run-dead', 'now', 'a status file', work.deadRun],
  ['agent-run-stuck', 'now', 'a status file', work.stuckRun],
  ['session-dead', 'now', 'a real tmux pane whose program ends', work.deadSession],
  ['session-waits', 'now', 'a real tmux pane that asks', work.waitingSession],
  ['vault-item-broken', 'now', 'a file in the ops repository', work.brokenItem],
  ['git-wrong-branch', 'now', 'a real git checkout', work.wrongBranch],
  ['git-broken-rebase', 'now', 'a real git rebase with a conflict', work.brokenRebase],
  ['ops-unpushed', 'now', 'a real git commit', work.unpushed],
  ['worktree-stale', 'now', 'a real git worktree', work.leftWorktree],
  ['no-ready-issues', 'now', 'a log', work.nothingReady],
  ['log-large', 'now', 'a log', work.largeLog],
  ['image-drift', 'now', 'a real container, its Compose file changed', machine.otherImage],
  ['restart-loop-foreign', 'now', 'a real container of a real engine', machine.restartLoop],
];

/** Everything that is wrong by the times of things becomes due so long after it was made so: not before, and not later. */
const SHORT = 90 * SECOND;

/** What follows from what is provoked, and is rightly found too. */
const FOLLOWS = [
  'ci-agent-unhealthy agent-2 2', // its pipelines fail at once
  'docker-gap box', // nobody listened to Docker for a day
  'ci-fast-failures agent-3 3', // where nobody says where they ran, every agent has to answer for them
];

test('every rule of every condition is in the table, and nothing else is', () => {
  const wanted = new Set(CONDITIONS.flatMap(({ rules }) => rules));
  expect([...new Set(TABLE.map(([rule]) => rule))].toSorted()).toEqual([...wanted].toSorted());
});

interface Held extends Provoked {
  /** How long it has to be true. */
  readonly held: Millis;
}

async function provoke(stage: Stage, when: When): Promise<readonly Held[]> {
  const provoked: Held[] = [];
  for (const [rule, at, how, make] of TABLE) {
    if (at !== when) continue;
    const begun = stage.box.now();
    const due = await make(stage);
    provoked.push({ rule, how, held: Math.max(0, due.at - begun), ...due });
    // What is found at once is found before the next is provoked, or never.
    const isDueNow = due.at <= stage.box.now();
    if (isDueNow && when === 'now') await found(stage.reactor, `${rule} ${due.key}`, 5_000);
  }
  return provoked;
}

const found = (reactor: Reactor, name: string, patience: number): Promise<unknown> =>
  reactor.waitFor(name, () => named(reactor, 'firing').includes(name), patience);

const missing = [missingForMachine(), missingForDocker(), hasTmux() ? null : 'no tmux'].find((one) => one !== null);

test.skipIf(missing !== undefined)(
  'every condition is found within two seconds of being true, or of the time that it is held for',
  async () => {
    await using box = await openBox();
    await using engine = await startDockerd();
    const own = makeMachine(join(box.tmp, '..'));
    const yesterday = await aDayBefore(box, engine, own);
    const mover = box.mover(own.mounts);
    await using reactor = await startReactor({ ...yesterday.options, launch: (how) => mover.launch(how), run: false });
    const stage: Stage = { box, short: SHORT, tell: teller(reactor), reactor, engine, machine: own };
    const later = await provoke(stage, 'later');
    const before = await provoke(stage, 'before');
    const started = box.now();
    await reactor.start();
    const ready = box.now();
    const atStart = before.map((one) =>
      one.fixed === true ? one : { ...one, from: started + one.held, at: ready + one.held },
    );

    const all = [...yesterday.provoked, ...atStart, ...(await provoke(stage, 'now'))];
    const expected = all.map(({ rule, key }) => `${rule} ${key}`);
    await expect.poll(() => missingOf(reactor, expected), { timeout: 10_000 }).toEqual([]);
    await mover.advance(Math.max(...all.map(({ at }) => at)) - box.now() + 3 * SECOND);
    const seen = foundOf(reactor, all);
    expect(
      seen.filter((one) => !isInTime(one)),
      tableOf(seen),
    ).toEqual([]);
    expect(named(reactor, 'firing', 'resolved').filter((name) => !isOfThisMachine(name))).toEqual(
      [...expected, ...FOLLOWS].toSorted(),
    );

    await reactor.stop();
    box.setLead(box.now() - Date.now() + 3 * HOUR - 20 * MINUTE);
    await reactor.start();
    await mover.advance(Math.max(...later.map(({ at }) => at)) - box.now() + 3 * SECOND);
    const seenLater = foundOf(reactor, later);
    expect(
      seenLater.filter((one) => !isInTime(one)),
      tableOf(seenLater),
    ).toEqual([]);
  },
);

const missingOf = (reactor: Reactor, expected: readonly string[]): readonly string[] => {
  const known = new Set(named(reactor, 'firing', 'pending'));
  return expected.filter((name) => !known.has(name) && !isProvenLater(name));
};

/** Whom the queue does not have is a ghost when it is still so a minute later. */
const isProvenLater = (name: string): boolean => name.startsWith('ci-ghost ');

/** Other disks and processes of the machine are what they are. */
const isOfThisMachine = (name: string): boolean => /^disk-high box (?!7:)|^oneshot-stale /.test(name);

async function aDayBefore(box: Box, engine: Dockerd, own: Machine) {
  box.setLead(4 * MINUTE - DAY);
  const mover = box.mover(own.mounts);
  const env = { ...box.env, DOCKER_HOST: engine.url, FACTORY_AGENTS_CONTAINER: machine.AGENTS };
  const home = join(box.tmp, '../reactor');
  const options = { env, home };
  await using reactor = await startReactor({ ...options, launch: (how) => mover.launch(how) });
  const provoked = await provoke(
    { box, short: SHORT, tell: teller(reactor), reactor, engine, machine: own },
    'yesterday',
  );
  await mover.advance(2 * MINUTE);
  await reactor.waitFor(
    'what began a day before',
    () =>
      missingOf(
        reactor,
        provoked.map(({ rule, key }) => `${rule} ${key}`),
      ).length === 0,
  );
  await reactor.stop();
  box.setLead(0);
  return { provoked, options };
}
