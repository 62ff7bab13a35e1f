import { expect, test } from 'vitest';
import { explainRule } from '../../../src/rulebook/explain.ts';
import { HEADER, load, loadRule, ruleText } from './support.ts';

test('a rule says in sentences what it watches, when it fires and what it does', async () => {
  const lines = `title = "Loop in {{e.stack}}"
text = "{{e.stack}} died"
key = ["e.stack", "e.service"]
when = 'e.action == "die"'
count = { n = 3, within = "10m", clear_after = "15m" }
repeat = "12h"
runbook = "https://x"
do = [
  { act = "vault", tier = "high", assignee = "{{e.stack_owner}}", human = "look" },
  { act = "notify", to = "dev", after = "1h", if = 'e.managed' },
  { act = "nudge", session = "s", template = "pr-stale", max = 2, every = "20m" },
]`;
  const exception = `[[exception]]\nrule = "r"\nif = 'e.stack == "lab"'\nreason = "it may"\nuntil = 2026-03-01T00:00:00Z\nby = "@me"\n`;
  expect(explainRule(await loadRule(`${HEADER}${ruleText(lines)}${exception}`))).toBe(`test/r  x.toml:5
Loop in {{e.stack}}
P2, live. ops answers for it. Runbook: https://x

It watches
  docker.container: A container, keyed by stack, service and number so that a recreate is still the same one.
There is one finding for each e.stack and e.service.

It fires at the 3rd event within 10m of which this is true:
  e.action == "die"
It is over when 15m pass without another.

It says: {{e.stack}} died
When it fires
  1. it files a vault item for {{e.stack_owner}}, tier high: look
  2. it tells the room dev, 1h later if it still lasts, if e.managed
  3. it types into the session s: # [supervisor] PR stale >20min — CI finished, please push or update, every 20m, 2 times at most
While it lasts it is said again every 12h.
Not for e.stack == "lab", until 2026-03-01: it may, says @me.
At a start it reads back 25m of the event log.`);
});

test.each([
  [`when = 'e.oom'\nttl = "2h"`, 'It fires as soon as\n  e.oom\nIt is over 2h after the last one.'],
  [
    `when = 'e.oom'\nclear = '!e.oom'\nhold = { for = "5m", clear_for = "1m", missing = "clear", missing_after = "2h" }`,
    'It fires once this has been true for 5m:\n  e.oom\nIt is over when !e.oom, for 1m. When nothing is heard for 2h it is over too.',
  ],
  [
    `absence = { start = 'e.oom', expect = 'e.managed', cancel = 'e.synthetic', within = "20m", ttl = "1h" }`,
    'It fires when after\n  e.oom\nthere was within 20m no\n  e.managed\nIt is over when it comes after all, or on e.synthetic, at the latest after 1h.',
  ],
  [
    `sequence = { steps = ['e.oom', 'e.managed'], within = "5m" }`,
    'It fires when these come in this order within 5m:\n  e.oom\n  e.managed\nIt is over after 1h.',
  ],
  [
    `when = 'e.oom'\ncount = { n = 12, within = "1h", distinct = "e.service" }`,
    'It fires at the 12th event with different e.service within 1h of which this is true:\n  e.oom\nIt is over when 1h pass without another.',
  ],
])('%s', async (lines, expected) => {
  expect(explainRule(await loadRule(`${HEADER}${ruleText(lines)}`))).toContain(expected);
});

test('it says what holds it back', async () => {
  const other = ruleText(`id = "other"\nwhen = 'true'`);
  const { rulebook } = await load(
    `${HEADER}${other}${ruleText(`when = 'true'\ninhibited_by = [{ rule = "other", equal = ["e.host"] }]`)}`,
  );
  const texts = rulebook.rules.map(explainRule);
  expect(texts[1]).toContain('Nobody is told while test/other fires for the same e.host.');
  expect(texts[0]).toContain('There is one finding in all.');
});
