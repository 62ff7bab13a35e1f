import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../../src/core/problem.ts';
import type { Rule } from '../../../src/core/rule.ts';
import { loadPacks, loadRulebook } from '../../../src/rulebook/load.ts';
import { eventOf, HEADER, load, loadRule, NOW, problemsOf, ruleText, scopeOf } from './support.ts';

const one = (lines: string, on?: Parameters<typeof ruleText>[1]): Promise<Rule> =>
  loadRule(`${HEADER}${ruleText(lines, on)}`);

describe('a rule', () => {
  test('has what was written, and defaults for the rest', async () => {
    const rule = await one(`when = 'e.oom'`);
    expect(rule).toMatchObject({
      id: 'test/r',
      pack: 'test',
      name: 'r',
      priority: 'P2',
      mode: 'live',
      on: ['docker.container'],
      key: [],
      when: { source: 'e.oom' },
      clear: null,
      condition: { type: 'match', ttl: 3_600_000 },
      inhibitedBy: [],
      exceptions: [],
      repeat: 14_400_000,
      owner: 'ops',
      runbook: '',
      origin: { file: 'x.toml', line: 5 },
    });
  });

  test.each([
    ['P0', 3_600_000],
    ['P1', 3_600_000],
    ['P2', 14_400_000],
    ['P3', 43_200_000],
    ['P4', null],
  ])('of %s is said again after %d ms', async (priority, repeat) => {
    expect((await one(`when = 'true'\npriority = "${priority}"`)).repeat).toBe(repeat);
  });

  test('may say how often it is said again, and never', async () => {
    expect((await one(`when = 'true'\nrepeat = "24h"`)).repeat).toBe(86_400_000);
    expect((await one(`when = 'true'\nrepeat = "never"`)).repeat).toBeNull();
  });

  test('reads its key out of the event, and out of the envelope', async () => {
    const rule = await one(`when = 'true'\nkey = ["e.stack", "e.number", "e.oom", "event.subject", "event.kind"]`);
    const event = eventOf('docker.container', { stack: 'harb', number: 2 });
    expect(rule.key.map((path) => path.read(event))).toEqual(['harb', 2, false, 'thing', 'docker.container']);
  });

  test('steps have defaults too', async () => {
    const rule = await one(
      `when = 'true'\ndo = [\n{ act = "notify", after = "1h", every = "2h" },\n{ act = "vault", if = 'f.count > 2' },\n{ act = "nudge", session = "s", template = "pr-stale", every = "20m" },\n]`,
    );
    expect(rule.steps).toMatchObject([
      { index: 0, action: { act: 'notify', to: { source: 'ops' } }, after: 3_600_000, every: 7_200_000 },
      {
        index: 1,
        action: { act: 'vault', tier: 'medium', assignee: { source: '' }, human: null, name: null },
        max: 1,
        every: null,
      },
      { index: 2, action: { act: 'nudge', template: 'pr-stale' }, max: 3, every: 1_200_000 },
    ]);
    expect(rule.steps[1]?.if?.test(scopeOf(eventOf('docker.container')))).toBe(true);
  });
});

describe('temporal blocks and how far back they need the log', () => {
  test.each([
    [`when = 'true'\nttl = "2h"`, { type: 'match', ttl: 7_200_000 }, 7_200_000],
    [
      `when = 'true'\nhold = { for = "30s", clear_for = "2m" }`,
      { type: 'hold', for: 30_000, since: null, clearFor: 120_000, missing: 'keep', missingAfter: 3_600_000 },
      150_000,
    ],
    [
      `when = 'true'\nhold = { for = "1m", missing = "fire", missing_after = "5m" }`,
      { type: 'hold', for: 60_000, clearFor: 0, missing: 'fire', missingAfter: 300_000 },
      360_000,
    ],
    [
      `when = 'true'\ncount = { n = 3, within = "10m", clear_after = "15m", distinct = "e.service" }`,
      { type: 'count', n: 3, within: 600_000, clearAfter: 900_000, distinct: { source: 'e.service' } },
      1_500_000,
    ],
    [
      `when = 'true'\ncount = { n = 3, within = "10m" }`,
      { type: 'count', clearAfter: 600_000, distinct: null },
      1_200_000,
    ],
    [
      `absence = { start = 'e.oom', expect = 'true', within = "20m" }`,
      { type: 'absence', start: { source: 'e.oom' }, cancel: null, within: 1_200_000, rearm: false, ttl: null },
      1_200_000,
    ],
    [
      `absence = { start = 'true', expect = 'true', cancel = 'e.oom', within = "20m", rearm = true, ttl = "1h" }`,
      { type: 'absence', cancel: { source: 'e.oom' }, rearm: true, ttl: 3_600_000 },
      4_800_000,
    ],
    [
      `sequence = { steps = ['e.oom', '!e.oom'], within = "5m" }`,
      { type: 'sequence', steps: [{ source: 'e.oom' }, { source: '!e.oom' }], within: 300_000, ttl: 3_600_000 },
      3_900_000,
    ],
  ])('%s', async (lines, condition, window) => {
    const rule = await one(lines);
    expect(rule.condition).toMatchObject(condition);
    expect(rule.window).toBe(window);
  });

  test('a hold by the clock of its source only needs the time it takes to clear', async () => {
    const hold = `hold = { for = "24h", since = "e.phase_since", clear_for = "1m" }`;
    expect((await one(`when = 'e.exists'\n${hold}`, 'session.phase')).window).toBe(60_000);
  });
});

describe('the hash of a rule', () => {
  const base = `when = 'e.exit_code > vars.x'\nkey = ["e.stack"]\ncount = { n = 3, within = "10m" }`;
  const pack = (lines: string, x = 1): string => `${HEADER}[vars]\nx = ${x}\nunused = ${x}\n${ruleText(lines)}`;

  test.each([
    ['the title', pack(`${base}\ntitle = "other"`)],
    ['the text', pack(`${base}\ntext = "other"`)],
    ['the runbook', pack(`${base}\nrunbook = "https://x"`)],
    ['where it stands', `\n\n# a comment\n${pack(base)}`],
    ['a variable that it does not read', pack(base).replace('unused = 1', 'unused = 2')],
  ])('stays when %s changes', async (_what, text) => {
    expect((await loadRule(text)).hash).toBe((await loadRule(pack(base))).hash);
  });

  test.each([
    ['the expression', pack(base.replace('>', '>='))],
    ['the key', pack(base.replace('e.stack', 'e.service'))],
    ['the count', pack(base.replace('n = 3', 'n = 4'))],
    ['the value of a variable that it reads', pack(base, 2)],
    ['what it does', pack(`${base}\ndo = [{ act = "notify" }]`)],
    ['its mode', pack(`${base}\nmode = "shadow"`)],
    [
      'an exception',
      `${pack(base)}[[exception]]\nrule = "r"\nif = 'e.oom'\nreason = "x"\nuntil = 2027-01-01T00:00:00Z\n`,
    ],
  ])('changes with %s', async (_what, text) => {
    expect((await loadRule(text)).hash).not.toBe((await loadRule(pack(base))).hash);
  });

  test('the hash of the rulebook changes with words too', async () => {
    const [a, b] = await Promise.all([load(pack(base)), load(pack(`${base}\ntitle = "other"`))]);
    expect(a.rulebook.hash).not.toBe(b.rulebook.hash);
    expect((await load(pack(base))).rulebook.hash).toBe(a.rulebook.hash);
  });
});

describe('the rulebook', () => {
  test('knows the rules of a kind, without those that are off', async () => {
    const a = ruleText(`id = "a"\nwhen = 'true'`, ['docker.container', 'docker.image']);
    const b = ruleText(`id = "b"\nwhen = 'true'\nmode = "shadow"`);
    const c = ruleText(`id = "c"\nwhen = 'true'\nmode = "off"`);
    const { rulebook } = await load(`${HEADER}${a}${b}${c}`);
    expect(rulebook.rules.map((rule) => rule.name)).toEqual(['a', 'b', 'c']);
    expect(rulebook.byKind.get('docker.container')?.map((rule) => rule.name)).toEqual(['a', 'b']);
    expect(rulebook.byKind.get('docker.image')?.map((rule) => rule.name)).toEqual(['a']);
    expect(rulebook.byKind.has('host.disk')).toBe(false);
  });

  test('a rule that is wrong is left out, and the others are there', async () => {
    const { rulebook, problems } = await load(
      `${HEADER}${ruleText(`id = "a"\nwhen = 'e.x'`)}${ruleText(`id = "b"\nwhen = 'true'`)}`,
    );
    expect(rulebook.rules.map((rule) => rule.name)).toEqual(['b']);
    expect(problems).toHaveLength(1);
  });

  test('inhibitions name the rule and read both kinds', async () => {
    const other = ruleText(`id = "other"\nwhen = 'true'`, 'host.memory');
    const { rulebook } = await load(
      `${HEADER}${other}${ruleText(`when = 'true'\ninhibited_by = [{ rule = "other", equal = ["e.host"] }]`)}`,
    );
    const [inhibition] = rulebook.rules[1]?.inhibitedBy ?? [];
    expect(inhibition?.rule).toBe('test/other');
    expect(inhibition?.equal.map((path) => path.read(eventOf('host.memory')))).toEqual(['box']);
    expect(inhibition?.equal.map((path) => path.read(eventOf('docker.container')))).toEqual(['box']);
  });
});

describe('several packs', () => {
  const base = {
    file: 'base.toml',
    text: `schema = 1\n[pack]\nid = "base"\nowner = "ops"\n[vars]\nfloor = 500.0\n${ruleText(`when = 'e.available_mb < vars.floor'`, 'host.memory')}`,
  };
  const mine = (text: string) => ({
    file: 'mine.toml',
    text: `schema = 1\n[pack]\nid = "mine"\nowner = "me"\n${text}`,
  });
  const options = { vars: {}, now: NOW };

  test('a deployment changes a variable without editing the pack', async () => {
    const { rulebook, problems } = await loadPacks([base], { now: NOW, vars: { base: { floor: 1000 } } });
    expect(problems).toEqual([]);
    const event = eventOf('host.memory', { available_mb: 800 });
    expect(rulebook.rules[0]?.when?.test(scopeOf(event))).toBe(true);
  });

  test.each([
    [{ bas: { floor: 1 } }, 'reactor.toml vars.bas: there is no such pack. Write: base'],
    [{ base: { flor: 1 } }, 'reactor.toml vars.base.flor: base has no variable "flor". Write: floor'],
    [
      { base: { floor: '1' } },
      'reactor.toml vars.base.floor: "1" is not of the type that the pack gives it. Write: something like 500',
    ],
  ])('a wrong override is said: %j', async (vars, problem) => {
    const { problems } = await loadPacks([base], { now: NOW, vars });
    expect(problems.map(formatProblem)).toEqual([problem]);
  });

  test('an exception of a deployment is for the rule of another pack, with its own variables', async () => {
    const text = `[vars]\nbig = 64000.0\n[[exception]]\nrule = "r"\nif = 'e.total_mb > vars.big'\nreason = "a big box"\nuntil = 2026-03-01T00:00:00Z\nby = "@me"\n`;
    const { rulebook, problems } = await loadPacks([base, mine(text)], options);
    expect(problems).toEqual([]);
    const [exception] = rulebook.rules[0]?.exceptions ?? [];
    expect(exception).toMatchObject({ reason: 'a big box', until: Date.parse('2026-03-01T00:00:00Z'), by: '@me' });
    expect(exception?.if.test(scopeOf(eventOf('host.memory', { total_mb: 65_000 })))).toBe(true);
    expect(exception?.if.test(scopeOf(eventOf('host.memory', { total_mb: 16_000 })))).toBe(false);
  });

  test('an exception that has ended is worth a notice and is no problem', async () => {
    const text = `[[exception]]\nrule = "base/r"\nif = 'true'\nreason = "x"\nuntil = 2025-12-01T00:00:00Z\n`;
    const { problems, notices } = await loadPacks([base, mine(text)], options);
    expect(problems).toEqual([]);
    expect(notices.map(formatProblem)).toEqual([
      'mine.toml:9 exception.base/r.until: ended on 2025-12-01. Write: a later date, or nothing',
    ]);
  });

  test('two packs cannot have one id', async () => {
    const { problems } = await loadPacks([base, { ...base, file: 'again.toml' }], options);
    expect(problems.map(formatProblem)).toEqual([
      'again.toml:3 pack.id: "base" is the pack in base.toml already. Write: another id',
    ]);
  });

  test('a name that two packs have must be said in full', async () => {
    const other = mine(ruleText(`when = 'true'`, 'host.memory'));
    const third = {
      file: 'third.toml',
      text: `schema = 1\n[pack]\nid = "third"\nowner = "me"\n${ruleText(`id = "x"\nwhen = 'true'\ninhibited_by = [{ rule = "r" }]`)}`,
    };
    const { problems } = await loadPacks([base, other, third], options);
    expect(problems.map(formatProblem)).toEqual([
      'third.toml:8 rule.x.inhibited_by[1].rule: "r" could be several rules. Write: base/r, or mine/r',
    ]);
  });
});

describe('folders', () => {
  const options = { vars: {}, now: NOW };
  const text = `${HEADER}${ruleText(`when = 'true'`)}`;

  test('all packs of all folders are read', async () => {
    const folders = new Map([
      ['a', [{ file: 'a/x.toml', text }]],
      ['b', []],
    ]);
    const readFolder = async (folder: string) => folders.get(folder) ?? null;
    const { rulebook, problems } = await loadRulebook({ ...options, folders: ['a', 'b'], readFolder });
    expect(problems).toEqual([]);
    expect(rulebook.rules[0]?.origin).toEqual({ file: 'a/x.toml', line: 5 });
  });

  test('a folder that is not there, or cannot be read, is a problem and no crash', async () => {
    const readFolder = async (folder: string) => {
      if (folder === 'locked') throw new Error('EACCES: permission denied');
      return null;
    };
    const { problems } = await loadRulebook({ ...options, folders: ['gone', 'locked'], readFolder });
    expect(problems.map(formatProblem)).toEqual([
      'gone there is no such folder. Write: a folder with *.toml packs',
      'locked cannot be read: EACCES: permission denied. Write: packs that can be read; anything else under another name',
    ]);
  });

  test('text that only looks like a rule does not move the lines', async () => {
    const problems = await problemsOf(`${HEADER}# [[rule]] in a comment\n${ruleText(`when = 'e.x'`)}`);
    expect(problems).toEqual([expect.stringMatching(/^x\.toml:7 rule\.r\.when: /)]);
  });
});
