import { describe, expect, test } from 'vitest';
import { HEADER, named, oneRule as rule, problemsOf, ruleText } from './support.ts';

describe('keys and values', () => {
  const ok = `when = 'true'`;
  test.each(
    named([
      [
        rule(`${ok}\nid = "Disk High"`),
        'x.toml:7 rule.Disk High.id: "Disk High" is not an id. Write: small letters, digits and dashes: disk-high',
      ],
      [
        rule(`${ok}\npriority = "P7"`),
        'x.toml:7 rule.r.priority: "P7" is not known here. Write: one of P0, P1, P2, P3, P4',
      ],
      [
        rule(`${ok}\non = ["docker.contaner"]`),
        'x.toml:7 rule.r.on[1]: "docker.contaner" is not known here. Write: docker.container',
      ],
      [
        rule(`${ok}\non = "docker.container"`),
        'x.toml:7 rule.r.on: "docker.container" does not fit here. Write: ["docker.container"]',
      ],
      [rule(`${ok}\non = []`), 'x.toml:7 rule.r.on: is empty. Write: at least 1'],
      [rule(`${ok}\ntitle = 5`), 'x.toml:7 rule.r.title: 5 does not fit here. Write: "5"'],
      [rule(`${ok}\nprioritty = "P1"`), 'x.toml:7 rule.r.prioritty: there is no such key. Write: priority'],
      [
        rule(`${ok}\nenrich = ["docker.storage"]`),
        'x.toml:7 rule.r.enrich: there is no such key. Write: nothing: this version does not enrich; write what the event says, {{e.field}}',
      ],
      [
        rule(`${ok}\ndo = [{ act = "remediate", recipe = "x" }]`),
        'x.toml:7 rule.r.do[1].act: "remediate" is not known here. Write: vault, notify or journal: this version repairs nothing by itself',
      ],
      [
        rule(`${ok}\ndo = [{ act = "handoff" }]`),
        'x.toml:7 rule.r.do[1].act: "handoff" is not known here. Write: vault, notify or journal: this version repairs nothing by itself',
      ],
      [rule(`${ok}\ndo = [{ act = "notfy" }]`), 'x.toml:7 rule.r.do[1].act: "notfy" is not known here. Write: notify'],
      [
        rule(`${ok}\ndo = [{ act = "vault", teir = "low" }]`),
        'x.toml:7 rule.r.do[1].teir: there is no such key. Write: tier',
      ],
      [
        rule(`${ok}\ndo = [{ act = "notify", tier = "low" }]`),
        'x.toml:7 rule.r.do[1].tier: there is no such key. Write: tier on a vault step',
      ],
      [
        rule(`${ok}\ndo = [\n  { act = "journal" },\n  { act = "vault", tier = "huge" },\n]`),
        'x.toml:9 rule.r.do[2].tier: "huge" is not known here. Write: one of low, medium, high',
      ],
      [rule(`${ok}\ndo = []`), 'x.toml:7 rule.r.do: is empty. Write: at least 1'],
      [
        rule(`${ok}\ndo = "notify"`),
        'x.toml:7 rule.r.do: "notify" does not fit here. Write: [{ act = "notify", to = "ops" }]',
      ],
      [rule('when = ""'), 'x.toml:6 rule.r.when: is empty. Write: something between the quotes'],
      [
        rule(`${ok}\nfrobnicate = 1`),
        expect.stringMatching(/^x\.toml:7 rule\.r\.frobnicate: there is no such key\. Write: one of .*when/),
      ],
      [
        rule(`${ok}\ndo = [{ act = "notify", max = 3 }]`),
        'x.toml:7 rule.r.do[1].max: says how many times, and nothing says how often. Write: every = "20m" beside it',
      ],
      [
        rule(`${ok}\ndo = [{ act = "nudge", session = "dev", template = "pr-stal" }]`),
        'x.toml:7 rule.r.do[1].template: "pr-stal" is not known here. Write: pr-stale',
      ],
      [
        rule(`${ok}\ndo = [{ act = "nudge", template = "pr-stale" }]`),
        'x.toml:7 rule.r.do[1].session: is missing. Write: a text in quotes',
      ],
      [
        rule(`${ok}\ndo = [{ act = "nudge", session = "dev", template = "pr-stale", max = 4, every = "20m" }]`),
        'x.toml:7 rule.r.do[1].max: is more than an agent is reminded. Write: at most 3',
      ],
      [
        rule(`${ok}\ndo = [{ act = "nudge", session = "dev", template = "pr-stale", every = "1m" }]`),
        'x.toml:7 rule.r.do[1].every: is too close together for an agent. Write: at least 20m',
      ],
      [
        rule(`${ok}\ndo = [{ act = "nudge", session = "dev-{{e.name}}", template = "pr-stale" }]`),
        'x.toml:7 rule.r.do[1].session: e.name carries words that people chose; they are not typed into a session. Write: ids and numbers only',
      ],
      [
        rule(`${ok}\ndo = [{ act = "nudge", session = "dev-{{e.id}}", template = "pr-stale" }]`, [
          'docker.container',
          'vault.item',
        ]),
        'x.toml:7 rule.r.do[1].session: e.id carries words that people chose; they are not typed into a session. Write: ids and numbers only',
      ],
      [
        rule(`${ok}\ndo = [{ act = "notify", if = 'e.nam == ""' }]`),
        'x.toml:7 rule.r.do[1].if: docker.container has no field "nam". Write: name',
      ],
      [
        rule(`${ok}\ndo = [{ act = "notify", after = "ten minutes" }]`),
        'x.toml:7 rule.r.do[1].after: "ten minutes" is not a span of time. Write: numbers and units from large to small: 30s, 9m30s, 24h, 7d',
      ],
      [
        rule(`${ok}\nrepeat = "often"`),
        'x.toml:7 rule.r.repeat: "often" is not a span of time. Write: numbers and units from large to small: 30s, 9m30s, 24h, 7d',
      ],
      [rule(`${ok}\nrepeat = "0s"`), 'x.toml:7 rule.r.repeat: is no time at all. Write: more than 0s, or "never"'],
      [rule(`${ok}\nmode = "dry"`), 'x.toml:7 rule.r.mode: "dry" is not known here. Write: one of live, shadow, off'],
      [rule(`${ok}\nfor = "5m"`), 'x.toml:7 rule.r.for: there is no such key. Write: hold = { for = "…" }'],
      [rule(`${ok}\nkey = ["e.stak"]`), 'x.toml:7 rule.r.key[1]: docker.container has no field "stak". Write: stack'],
      [
        rule(`${ok}\nkey = ["stack"]`),
        'x.toml:7 rule.r.key[1]: "stack" is not a path. Write: e.<field>, or event.subject',
      ],
      [
        rule(`${ok}\nkey = ["e.labels"]`),
        'x.toml:7 rule.r.key[1]: e.labels is a table, not one value. Write: a field with one value',
      ],
      [
        rule(`${ok}\nkey = ["event.time"]`),
        'x.toml:7 rule.r.key[1]: event.time cannot be used here. Write: event.kind',
      ],
      [
        rule(`${ok}\nkey = ["e.session"]`, ['session.phase', 'lock.file']),
        'x.toml:7 rule.r.key[1]: e.session is no field of lock.file, so all its events would be one subject. Write: a field that every kind in `on` has',
      ],
      [
        rule(`${ok}\ninhibited_by = [{ rule = "rr" }]`),
        'x.toml:7 rule.r.inhibited_by[1].rule: there is no rule "rr". Write: r',
      ],
      [
        rule(`${ok}\ninhibited_by = [{ rule = "r" }]`),
        'x.toml:7 rule.r.inhibited_by[1].rule: a rule cannot hold itself back. Write: another rule',
      ],
    ]),
  )('%s', async (problem, text) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });
});

describe('temporal blocks', () => {
  const ok = `when = 'true'`;
  test.each(
    named([
      [rule(''), "x.toml:5 rule.r.when: is missing. Write: when = 'e.<field> == …'"],
      [
        rule(`${ok}\nhold = { for = "1m" }\ncount = { n = 3, within = "1m" }`),
        'x.toml:8 rule.r.count: a rule has one temporal block, and hold is there already. Write: two rules',
      ],
      [rule(`${ok}\nhold = { fr = "1m", for = "1m" }`), 'x.toml:7 rule.r.hold.fr: there is no such key. Write: for'],
      [
        rule(`${ok}\nhold = { for = "1m", missing = "drop" }`),
        'x.toml:7 rule.r.hold.missing: "drop" is not known here. Write: one of keep, clear, fire',
      ],
      [
        rule(`${ok}\nhold = { for = "1m", missing_after = "0s" }`),
        'x.toml:7 rule.r.hold.missing_after: is no time at all. Write: more than 0s',
      ],
      [
        rule(`${ok}\nhold = { for = "1m", since = "e.name" }`),
        'x.toml:7 rule.r.hold.since: e.name is not a time. Write: nothing: these kinds have no time',
      ],
      [
        rule(`${ok}\nhold = { for = "1m", since = "e.phase" }`, 'session.phase'),
        'x.toml:7 rule.r.hold.since: e.phase is not a time. Write: one of e.phase_since, e.issue_closed_at',
      ],
      [
        rule(`${ok}\nhold = { for = "1m" }\nttl = "1h"`),
        'x.toml:8 rule.r.ttl: does not go with hold. Write: clear, and hold.clear_for',
      ],
      [rule(`${ok}\ncount = { n = 65, within = "1m" }`), 'x.toml:7 rule.r.count.n: 65 is too big. Write: at most 64'],
      [rule(`${ok}\ncount = { n = 0, within = "1m" }`), 'x.toml:7 rule.r.count.n: 0 is too small. Write: at least 1'],
      [
        rule(`${ok}\ncount = { n = 2.5, within = "1m" }`),
        'x.toml:7 rule.r.count.n: 2.5 does not fit here. Write: a whole number',
      ],
      [rule(`${ok}\ncount = { n = 3 }`), 'x.toml:7 rule.r.count.within: is missing. Write: a text in quotes'],
      [
        rule(`${ok}\ncount = { n = 3, within = "0s" }`),
        'x.toml:7 rule.r.count.within: is no time at all. Write: more than 0s',
      ],
      [
        rule(`${ok}\ncount = { n = 3, within = "1m", distinct = "e.labels" }`),
        'x.toml:7 rule.r.count.distinct: e.labels is a table, not one value. Write: a field with one value',
      ],
      [
        rule(`${ok}\nclear = 'true'\ncount = { n = 3, within = "1m" }`),
        'x.toml:7 rule.r.clear: does not go with count. Write: count.clear_after',
      ],
      [
        rule(`${ok}\nabsence = { start = 'true', expect = 'true', within = "1m" }`),
        'x.toml:6 rule.r.when: does not go with absence. Write: the condition inside absence.start',
      ],
      [
        rule(`absence = { start = 'e.x', expect = 'true', within = "1m" }`),
        'x.toml:6 rule.r.absence.start: docker.container has no field "x".',
      ],
      [
        rule(`absence = { start = 'true', within = "1m" }`),
        'x.toml:6 rule.r.absence.expect: is missing. Write: a text in quotes',
      ],
      [
        rule(`sequence = { steps = ['true'], within = "1m" }`),
        'x.toml:6 rule.r.sequence.steps: a list is too small. Write: at least 2',
      ],
      [
        rule(`sequence = { steps = ['true', 'e.x'], within = "1m" }`),
        'x.toml:6 rule.r.sequence.steps[2]: docker.container has no field "x".',
      ],
      [rule(`${ok}\nttl = "0s"`), 'x.toml:7 rule.r.ttl: is no time at all. Write: more than 0s'],
    ]),
  )('%s', async (problem, text) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });
});

describe('templates', () => {
  const text = (template: string): string => rule(`when = 'true'\ntext = ${JSON.stringify(template)}`);
  test.each([
    ['{{e.nam}}', 'docker.container has no field "nam". Write: name'],
    ['{{name}}', '{{name}} is not a path. Write: {{e.<field>}} or {{e.<field> | ago}}'],
    ['{{x.name}}', '{{x.name}}: there is no "x". Write: one of e, event, vars, f'],
    ['{{e.labels}}', 'e.labels is a table, not one value. Write: a field with one value'],
    ['{{e.name | upper}}', 'there is no filter "upper". Write: one of mb, ago, short, known'],
    ['{{e.name | mb}}', 'mb takes a number of MB, and e.name is none. Write: {{e.name}}'],
    ['{{e.name | ago}}', 'ago takes a time, and e.name is none. Write: {{e.name}}'],
    ['{{e.number | short}}', 'short takes a text, and e.number is none. Write: {{e.number}}'],
    ['{{e.name} is down', '"{{e.name} is down" has a brace too many or too few. Write: {{e.<field>}}'],
    ['one\ntwo', 'is more than one line. Write: one line, and a runbook for the rest'],
    ['x'.repeat(501), 'is longer than 500 characters. Write: a short text, and a runbook'],
  ])('%s', async (template, problem) => {
    expect(await problemsOf(text(template))).toEqual([`x.toml:7 rule.r.text: ${problem}`]);
  });

  test('nothing that anybody wrote is rendered', async () => {
    const problems = await problemsOf(rule(`when = 'true'\ntext = "{{e.untrusted_text}}"`, 'forge.comment'));
    expect(problems).toEqual([
      'x.toml:7 rule.r.text: e.untrusted_text is written by anybody and no rule may read it. Write: a field that a machine made',
    ]);
  });
});

describe('files', () => {
  const exception = (lines: string): string => `${rule(`when = 'true'`)}[[exception]]\n${lines}\n`;
  const until = 'until = 2026-03-01T00:00:00Z';
  test.each(
    named([
      ['schema = 1\n[pack]\nid = "x"\nowner = \n', 'x.toml:4 this is not TOML: invalid value'],
      ['[pack]\nid = "x"\nowner = "y"\n', 'x.toml:1 schema: is missing. Write: schema = 1'],
      ['schema = 2\n[pack]\nid = "x"\nowner = "y"\n', 'x.toml:1 schema: 2 is not known here. Write: 1'],
      ['schema = 1\n', 'x.toml:1 pack: is missing. Write: [pack] with id and owner'],
      [`${HEADER}rules = 1\n`, 'x.toml:5 pack.rules: there is no such key. Write: one of id, owner'],
      [
        `${HEADER}[vars]\n"a-b" = 1\n`,
        'x.toml:6 vars.a-b: "a-b" is not a name. Write: small letters, digits and underscores: ram_floor_mb',
      ],
      [
        `${HEADER}[vars]\na = [1]\n`,
        'x.toml:6 vars.a: a list does not fit here. Write: a text in quotes, or a number, or true or false',
      ],
      [`${HEADER}[[rules]]\nid = "x"\n`, 'x.toml:5 rules: there is no such key. Write: rule'],
      [
        exception(`rule = "rr"\nif = 'true'\nreason = "x"\n${until}`),
        'x.toml:14 exception.rr.rule: there is no rule "rr". Write: r',
      ],
      [
        exception(`rule = "r"\nif = 'true'\nreason = "x"`),
        'x.toml:13 exception.r.until: is missing. Write: until = 2026-01-01T00:00:00Z: an exception has an end',
      ],
      [
        exception(`rule = "r"\nif = 'true'\nreason = "x"\nuntil = "soon"`),
        'x.toml:17 exception.r.until: "soon" is not a date with a time and an offset. Write: 2026-01-01T00:00:00Z, without quotes',
      ],
      [
        exception(`rule = "r"\nif = 'true'\nreason = "x"\nuntil = 2026-03-01`),
        'x.toml:17 exception.r.until: 2026-03-01 is not a date with a time and an offset. Write: 2026-01-01T00:00:00Z, without quotes',
      ],
      [
        exception(`rule = "r"\nif = 'e.stak == "x"'\nreason = "x"\n${until}`),
        'x.toml:15 exception.r.if: docker.container has no field "stak". Write: stack',
      ],
      [
        exception(`rule = "r"\nif = 'true'\nreason = ""\n${until}`),
        'x.toml:16 exception.r.reason: is empty. Write: something between the quotes',
      ],
    ]),
  )('%s', async (problem, text) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  test('one mistake does not hide another', async () => {
    const text = `${rule(`when = 'e.nam == ""'\nid = "a"\nmod = "off"`)}${ruleText(`when = 'e.nam == ""'\nid = "b"`)}`;
    expect(await problemsOf(text)).toEqual([
      'x.toml:8 rule.a.mod: there is no such key. Write: mode',
      'x.toml:15 rule.b.when: docker.container has no field "nam". Write: name',
    ]);
  });

  test('a second rule of the same id is refused', async () => {
    const text = `${rule(`when = 'true'`)}${ruleText(`when = 'true'`)}`;
    expect(await problemsOf(text)).toEqual([
      'x.toml:15 rule.r.id: "r" is a rule of this pack already. Write: another id',
    ]);
  });

  test('rules that hold each other back in a circle are refused', async () => {
    const link = (id: string, by: string): string =>
      ruleText(`id = "${id}"\nwhen = 'true'\ninhibited_by = [{ rule = "${by}" }]`);
    expect(await problemsOf(`${HEADER}${link('a', 'b')}${link('b', 'a')}`)).toEqual([
      'x.toml:8 rule.a.inhibited_by: holds back in a circle: test/a → test/b → test/a. Write: one direction',
      'x.toml:17 rule.b.inhibited_by: holds back in a circle: test/b → test/a → test/b. Write: one direction',
    ]);
  });

  test('what is equal must be a field of both rules', async () => {
    const other = ruleText(`id = "other"\nwhen = 'true'`, 'host.disk');
    const text = `${HEADER}${other}${ruleText(`when = 'true'\ninhibited_by = [{ rule = "other", equal = ["e.stack"] }]`)}`;
    expect(await problemsOf(text)).toEqual([
      'x.toml:15 rule.r.inhibited_by[1].equal[1]: in other: host.disk has no field "stack". Write: one of host, fs_id, mount, fs_type, used_pct, free_mb, total_mb, inodes_used_pct',
    ]);
  });
});
