import { describe, expect, test } from 'vitest';
import { eventOf, HEADER, loadRule, ruleText, scopeOf } from './support.ts';

async function partsOf(when: string): Promise<readonly string[]> {
  const macros = `[vars]\nfloor = 500.0\n[macros]\nclean_exit = 'e.exit_code in [0, 130]'\nboth = 'e.oom && e.managed'\n`;
  const rule = await loadRule(`${HEADER}${macros}${ruleText(`when = '''${when}'''`)}`);
  return rule.when?.parts?.().map((part) => part.source) ?? [];
}

describe('an expression is taken apart where && joins it', () => {
  test.each([
    ['e.oom', ['e.oom']],
    ['e.oom && !e.managed', ['e.oom', '!e.managed']],
    ['e.oom && (e.managed && e.requested)', ['e.oom', 'e.managed', 'e.requested']],
    ['e.action == "die" && !(macro.clean_exit)', ['e.action == "die"', '!(e.exit_code in [0, 130])']],
    ['macro.both && e.exists', ['e.oom', 'e.managed', 'e.exists']],
    ['(e.oom || e.managed) && e.exists', ['e.oom || e.managed', 'e.exists']],
    ['e.oom || e.managed && e.exists', ['e.oom || e.managed && e.exists']],
    ['e.oom && e.managed ? true : e.exists', ['e.oom && e.managed ? true : e.exists']],
    ['!(e.oom && e.managed)', ['!(e.oom && e.managed)']],
    ['(e.number + 1) * 2 == 4 && e.oom', ['(e.number + 1) * 2 == 4', 'e.oom']],
    ['e.name == "a && b" && re(e.name, r"\\d && x")', ['e.name == "a && b"', 're(e.name, "\\\\d && x")']],
    [
      'e.labels.exists(k, k == "a" && e.oom) && e.number > vars.floor',
      ['e.labels.exists(k, k == "a" && e.oom)', 'e.number > vars.floor'],
    ],
  ])('%s', async (when, parts) => {
    expect(await partsOf(when)).toEqual(parts);
  });
});

test('each part says for itself whether it holds, and with what values', async () => {
  const rule = await loadRule(
    `${HEADER}[vars]\nfloor = 500.0\n${ruleText(`when = 'e.action == "die" && !e.requested && e.number < vars.floor && f.count > 1 && event.host == "box"'`)}`,
  );
  const scope = scopeOf(eventOf('docker.container', { action: 'die', requested: true, number: 7 }));
  expect(rule.when?.test(scope)).toBe(false);
  expect(rule.when?.parts?.().map((part) => [part.source, part.test(scope), part.reads?.(scope)])).toEqual([
    ['e.action == "die"', true, { 'e.action': 'die' }],
    ['!e.requested', false, { 'e.requested': true }],
    ['e.number < vars.floor', true, { 'e.number': 7, 'vars.floor': 500 }],
    ['f.count > 1', true, { 'f.count': 3 }],
    ['event.host == "box"', true, { 'event.host': 'box' }],
  ]);
});

test('a part over several kinds has the defaults of what an event lacks', async () => {
  const rule = await loadRule(
    `${HEADER}${ruleText(`when = 'e.status == "" && e.started_at == timestamp(0) && e.pr > 0'`, ['ci.pipeline', 'forge.push'])}`,
  );
  const scope = scopeOf(eventOf('forge.push', { pr: 0 }));
  expect(rule.when?.parts?.().map((part) => part.test(scope))).toEqual([true, true, false]);
});
