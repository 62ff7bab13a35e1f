import { expect, test } from 'vitest';
import { ownRules } from '../support/own-rules.ts';
import { startReactor, type Reactor } from '../support/reactor.ts';

const rule = (name: string, priority: string): string => `
[[rule]]
id = "${name}"
title = "Agent {{e.agent}} is off"
priority = "${priority}"
on = ["agent.guard"]
key = ["e.host", "e.path"]
when = 'e.path.startsWith("/${name}/") && !e.active'
hold = { for = "0s" }
text = "x"
do = [{ act = "journal" }, { act = "notify", to = "ops" }]
`;

const OPTIONS = ownRules(rule('serious', 'P2') + rule('chore', 'P4'));

async function guard(reactor: Reactor, path: string, active: boolean): Promise<void> {
  const id = `${path} ${active} ${reactor.events().length}`;
  const answer = await reactor.post([{ type: 'agent.guard', id, data: { path, agent: 'dev', active } }]);
  expect(answer.status).toBe(202);
}

async function turn(reactor: Reactor, path: string): Promise<void> {
  await guard(reactor, path, false);
  await reactor.waitFor('the finding to fire', () =>
    reactor.findings().some(({ key, state }) => key.includes(path) && state === 'firing'),
  );
  await guard(reactor, path, true);
  await reactor.waitFor('it to be over', () =>
    reactor.findings().some(({ key, state }) => key.includes(path) && state === 'resolved'),
  );
  await reactor.idle();
}

const clears = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.includes('All clear') || line.startsWith('- No issues found'));

test('after trouble that was told, and after it alone, the journal and the operators hear once that all is clear', async () => {
  await using reactor = await startReactor(OPTIONS);
  await turn(reactor, '/chore/a');
  expect(clears(reactor.journal() + reactor.stdout())).toEqual([]);

  await guard(reactor, '/serious/b', false);
  await turn(reactor, '/serious/a');
  expect(clears(reactor.journal() + reactor.stdout())).toEqual([]);

  await guard(reactor, '/serious/b', true);
  await reactor.waitFor('the all clear', () => clears(reactor.stdout()).length === 1);
  await reactor.idle();
  expect(clears(reactor.journal())).toHaveLength(1);
  expect(reactor.stdout()).toMatch(/All clear after .*No issues found — all systems healthy.*trouble since/);

  await reactor.crash();
  await reactor.idle();
  expect(clears(reactor.stdout())).toHaveLength(1);
  expect(clears(reactor.journal())).toHaveLength(1);
});
