import { expect, test } from 'vitest';
import { ownRules } from '../support/own-rules.ts';
import { startReactor, type PostedEvent, type Reactor } from '../support/reactor.ts';

const LOW = `[[rule]]
id = "low"
title = "Low on {{e.top_rss}}"
priority = "P2"
on = ["host.memory"]
key = ["e.top_rss"]
when = 'e.available_mb < 1.0'
hold = { for = "0s" }
text = "low"
do = [{ act = "notify", to = "ops" }]
`;

const memory = (top_rss: string, available_mb: number): PostedEvent => ({
  type: 'host.memory',
  data: { top_rss, available_mb },
});

async function start(): Promise<Reactor> {
  return startReactor(ownRules(LOW));
}

const told = (reactor: Reactor): readonly string[] =>
  reactor
    .orders('notify')
    .flatMap(({ rule, phase, spec }) => (rule === 'mine/low' && phase === 'fire' ? [spec.card.title] : []));

test('a reactor that is killed still knows whom it told within the minute, and who flapped', async () => {
  await using reactor = await start();
  for (const mb of [0, 9000, 0, 9000]) await reactor.post([memory('turns', mb)]);
  await reactor.post(Array.from({ length: 20 }, (_, i) => memory(`before ${i}`, 0)));
  // "turns" was announced twice, and ten a minute are the limit.
  await reactor.waitFor('the first ten', () => told(reactor).length === 10);
  await reactor.crash();
  await reactor.post([memory('turns', 0), memory('after', 0)]);
  const states = (): readonly string[] =>
    reactor
      .findings('mine/low')
      .flatMap(({ key, state }) => (key[0] === 'turns' || key[0] === 'after' ? [`${key[0]} ${state}`] : []));
  await reactor.waitFor(
    'both findings',
    () => states().includes('after firing') && !states().includes('turns resolved'),
  );
  expect(states().toSorted()).toEqual(['after firing', 'turns flapping']);
  expect(told(reactor)).toHaveLength(10);
});

test('again and again killed, it tells each of many findings once, and the end of each once', async () => {
  await using reactor = await start();
  for (let round = 0; round < 4; round += 1) {
    await reactor.post([memory(`round ${round}`, 0)]);
    if (round > 0) await reactor.post([memory(`round ${round - 1}`, 9000)]);
    await reactor.crash();
  }
  await reactor.post([memory('round 3', 9000)]);
  const orders = (): readonly string[] =>
    reactor
      .orders('notify')
      .flatMap(({ rule, phase, spec }) => (rule === 'mine/low' ? [`${spec.card.title} ${phase}`] : []));
  await reactor.waitFor('the last end', () => orders().includes('Low on round 3 resolve'));
  const rounds = [0, 1, 2, 3];
  expect(orders().toSorted()).toEqual(rounds.flatMap((n) => [`Low on round ${n} fire`, `Low on round ${n} resolve`]));
  const firings = reactor.findings('mine/low').map(({ key, state }) => `${key[0]} ${state}`);
  expect(firings.toSorted()).toEqual(rounds.map((n) => `round ${n} resolved`));
});
