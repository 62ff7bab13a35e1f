import { renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOUR } from '../../src/core/time.ts';
import { fixtureText } from '../support/forge-deliveries.ts';
import { SECRET, webhook } from '../support/http-face.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';

/** Issue 7 of acme/widget, as the fixtures have it; the factory calls the project `widget`. */
const CONFIG = '[project]\nname = "widget"\n[forge]\nrepo = "acme/widget"\n';
const OPTIONS = { env: { FORGEJO_WEBHOOK_SECRET: SECRET }, config: CONFIG };
const PHASE = 'dev-session-widget-7.phase';

test('an escalation that is 25 h old is filed, told and journaled at once, once, through restarts and kill -9, until its issue is closed', async () => {
  await using reactor = await startReactor(OPTIONS);
  await issue(reactor, 'opened');
  await reactor.stop();
  const since = Math.floor(Date.now() / 1000) * 1000 - 25 * HOUR;
  writeFileSync(join(reactor.tmp, PHASE), 'PHASE:escalate\nReason: cannot reach the registry\n');
  utimesSync(join(reactor.tmp, PHASE), since / 1000, since / 1000);

  await reactor.start();
  await reactor.idle();
  expect(saidOf(reactor)).toEqual(ONCE);
  const [item] = reactor.vaultItems();
  expect(item?.name).toMatch(/^supervisor-escalate-timeout-dev-widget-7.*\.md$/);
  expect(item?.text).toContain('cannot reach the registry');
  const [finding] = reactor.findings('escalate-timeout');
  expect(finding).toMatchObject({ state: 'firing', key: ['dev-widget-7'], since });

  for (const again of [reactor.restart, reactor.crash, reactor.crash]) {
    await again();
    await reactor.idle();
    expect(saidOf(reactor)).toEqual(ONCE);
    expect(reactor.findings('escalate-timeout').map(({ firing }) => firing)).toEqual([finding?.firing]);
  }

  await issue(reactor, 'closed');
  await reactor.waitFor('the item to be withdrawn', () => reactor.vaultItems('withdrawn').length === 1);
  await reactor.idle();
  await reactor.crash();
  await reactor.idle();
  expect(saidOf(reactor)).toEqual(OVER);
});

test('an escalation whose issue is not known to be open fires nothing', async () => {
  await using reactor = await startReactor(OPTIONS);
  const since = Date.now() / 1000 - 90_000;
  writeFileSync(join(reactor.tmp, PHASE), 'PHASE:escalate\nReason: x\n');
  utimesSync(join(reactor.tmp, PHASE), since, since);
  await reactor.waitFor('the phase to be seen', () => reactor.eventsOf('session.phase').length === 1);
  expect(reactor.findings('escalate-timeout')).toEqual([]);

  await issue(reactor, 'opened');
  await reactor.waitFor('the escalation to be filed', () => reactor.vaultItems().length === 1);
});

test('a phase file is read right through truncating and writing, atomic renames, an empty file and its end', async () => {
  await using reactor = await startReactor(OPTIONS);
  const file = join(reactor.tmp, PHASE);
  const seen = (): readonly string[] =>
    reactor
      .eventsOf('session.phase')
      .map((data) => (data.exists ? `${data.phase}${data.unreadable ? '?' : ''}` : 'gone'));
  const sees = (phase: string): Promise<true> =>
    reactor.waitFor(`the phase ${phase}`, () => seen().at(-1) === phase && true);

  writeFileSync(file, 'PHASE:working\n');
  await sees('working');
  for (let round = 0; round < 200; round += 1) {
    truncateSync(file);
    writeFileSync(file, `PHASE:${round % 2 === 0 ? 'awaiting_ci' : 'working'}\n`, { flag: 'r+' });
  }
  writeFileSync(file, 'PHASE:awaiting_review\n');
  await sees('awaiting_review');
  for (let round = 0; round < 200; round += 1) {
    writeFileSync(`${file}.new`, `PHASE:${round % 2 === 0 ? 'awaiting_changes' : 'working'}\n`);
    renameSync(`${file}.new`, file);
  }
  writeFileSync(`${file}.new`, 'PHASE:done\n');
  renameSync(`${file}.new`, file);
  await sees('done');
  // Half a write is never believed: no phase but those that were written, and never none.
  expect(
    seen().filter((phase) => !/^(?:working|awaiting_ci|awaiting_review|awaiting_changes|done)$/.test(phase)),
  ).toEqual([]);

  truncateSync(file);
  await sees('none');
  rmSync(file);
  await sees('gone');
});

async function issue(reactor: Reactor, what: 'opened' | 'closed'): Promise<void> {
  const text = fixtureText(`constructed-v15-issues-${what}.json`);
  expect((await reactor.fetch('/webhooks/forgejo', webhook('issues', text))).status).toBe(202);
}

const ONCE = { pending: 1, withdrawn: 0, alerts: 1, changes: 0, ends: 0, journaled: 1, incidents: 1 };
const OVER = { pending: 0, withdrawn: 1, alerts: 1, changes: 0, ends: 1, journaled: 2, incidents: 1 };

function saidOf(reactor: Reactor): typeof ONCE {
  const told = reactor
    .stdout()
    .split('\n')
    .filter((line) => line.includes('Escalation unanswered'));
  return {
    pending: reactor.vaultItems().length,
    withdrawn: reactor.vaultItems('withdrawn').length,
    alerts: told.filter((line) => line.startsWith('ops: [P2] Escalation')).length,
    changes: told.filter((line) => line.startsWith('ops: changed')).length,
    ends: told.filter((line) => line.startsWith('ops: [P2] resolved after')).length,
    journaled: reactor.journalLines().filter((line) => line.includes('Escalation unanswered')).length,
    incidents: reactor.incidents().length,
  };
}
