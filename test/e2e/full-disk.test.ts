import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownRules } from '../support/own-rules.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

const ESCALATED = `[[rule]]
id = "escalated"
title = "{{e.session}} escalated"
priority = "P1"
on = ["session.phase"]
key = ["e.session"]
when = 'e.exists && e.phase == "escalate"'
hold = { for = "0s" }
text = "escalated"
do = [{ act = "notify", to = "ops" }]
`;

const FULL = /\[P1\] The reactor cannot store its history/g;
const count = (reactor: Reactor, what: RegExp): number => reactor.stdout().match(what)?.length ?? 0;
const post = async (reactor: Reactor): Promise<Response> =>
  reactor.post([{ type: 'host.memory', data: { available_mb: 4000 } }]);

test('on a full disk it goes on deciding and alerting, keeps no history, acknowledges nothing, and says so', async (context) => {
  using disk = mountSmallDisk(64);
  if (disk === null) return context.skip();
  await using reactor = await startReactor({ home: join(disk.path, 'home'), ...ownRules(ESCALATED) });
  const escalate = (issue: number): void =>
    writeFileSync(join(reactor.tmp, `dev-session-box-${issue}.phase`), 'PHASE:escalate\n');
  const alerted = (issue: number): boolean => reactor.stdout().includes(`dev-box-${issue} escalated`);
  expect((await post(reactor)).status).toBe(202);

  const filling = setInterval(disk.fill, 20);
  try {
    const refused = await reactor.waitFor('a refusal', async () => {
      const answer = await post(reactor);
      return answer.status === 202 ? false : answer;
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await reactor.waitFor('the full disk to be told', () => count(reactor, FULL) === 1);
    disk.fill();
    expect(disk.left()).toBe(0);
    escalate(1);
    await reactor.waitFor('an alert', () => alerted(1));
    const ready = await reactor.fetch('/readyz');
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('the disk is full')]);
    expect((await post(reactor)).status).toBe(503);

    await reactor.kill9();
    // It is not ready before the disk has room.
    const started = reactor.start().catch(() => undefined);
    escalate(2);
    await reactor.waitFor('an alert after the restart', () => alerted(2), 60_000);
    expect(count(reactor, FULL)).toBe(1);
    expect((await post(reactor)).status).toBe(503);
    clearInterval(filling);
    disk.free();
    await started;
  } finally {
    clearInterval(filling);
  }
  await reactor.waitFor('an event to be taken', async () => (await post(reactor)).status === 202, 30_000);
  await reactor.waitFor('the end of it', () => reactor.findings('store-full')[0]?.state === 'resolved');
  expect((await reactor.fetch('/readyz')).status).toBe(200);
  expect(reactor.stdout().match(/dev-box-1 escalated/g)).toHaveLength(1);
});
