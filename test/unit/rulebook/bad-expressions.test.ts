import { describe, expect, test } from 'vitest';
import { HEADER, named, oneRule, problemsOf, ruleText } from './support.ts';

const when = (expression: string, on?: Parameters<typeof ruleText>[1]): string =>
  oneRule(`when = '''${expression}'''`, on);

const OVER = 'x.toml:6 rule.r.when: ';

describe('expressions', () => {
  test.each(
    named([
      [when('e.exit_cod == 1'), `${OVER}docker.container has no field "exit_cod". Write: exit_code`],
      [
        when('e.exit_code == "1"'),
        `${OVER}e.exit_code == "1" would be number == text, which makes no sense. Write: a number without quotes, a text in quotes`,
      ],
      [
        when('e.name > 3'),
        `${OVER}e.name > 3 would be text > number, which makes no sense. Write: a number without quotes, a text in quotes`,
      ],
      [
        when('e.exit_code'),
        `${OVER}gives a number, and must be true or false. Write: a comparison, such as e.exit_code == …`,
      ],
      [when('evnt.kind == "x"'), `${OVER}there is no "evnt". Write: event`],
      [when('event.knd == "x"'), `${OVER}an event has no attribute "knd". Write: kind`],
      [when('f.cnt > 1'), `${OVER}a finding has no "cnt". Write: one of count, first, last`],
      [when('vars.x > 1'), `${OVER}[vars] of this pack has no "x". Write: x = … under [vars]`],
      [when('macro.x'), `${OVER}[macros] of this pack has no "x".`],
      [
        when('e.name.matches("a+")'),
        `${OVER}matches() is refused: one bad pattern stops everything. Write: re(text, "pattern")`,
      ],
      [when('re(e.name, "(")'), `${OVER}"(" is not a pattern: error parsing regexp: missing closing ): \`(\`.`],
      [when('re(e.name)'), `${OVER}re(text): that function takes something else.`],
      [when('sise(e.labels) > 1'), `${OVER}there is no function sise(map<text, text>). Write: size`],
      [when('e.name.startswith("x")'), `${OVER}there is no function text.startswith(text). Write: startsWith`],
      [
        when('e.labels.exists(a, e.labels.exists(b, a == b))'),
        `${OVER}exists inside of another loop is refused. Write: one loop, or two rules`,
      ],
      [
        when('e.labels.exists(e, e == "x")'),
        `${OVER}"e" has a meaning already. Write: another name, such as x, in exists(x, …)`,
      ],
      [when('cel.bind(x, 1, x > 2)'), `${OVER}cel.bind is not part of the language. Write: a macro in [macros]`],
      [when('dyn(e).name == "x"'), `${OVER}e cannot stand alone. Write: e.<name>`],
      [when('e["name"] == "x"'), `${OVER}e cannot stand alone. Write: e.<name>`],
      [
        when('has(e.name)'),
        `${OVER}has(e.name) is always true: every field is there. Write: a comparison with its default, such as e.name != ""`,
      ],
      [when('e.labels["x"] == "1"'), `${OVER}e.labels["x"] fails where there is no "x". Write: "x" in e.labels && …`],
      [when('e.exit_code &&'), `${OVER}is not CEL: Unexpected token: EOF at the end.`],
      [when('e.exit_code = 1'), `${OVER}is not CEL: Unexpected character: = at = 1. Write: ==`],
      [when('e.oom & e.managed'), `${OVER}is not CEL: Unexpected character: & at & e.managed. Write: &&`],
      [
        when('e.exit_code % 2 == 0'),
        `${OVER}e.exit_code % 2 would be number % number, which makes no sense. Write: int(e.<number>) % 2`,
      ],
      [
        when('e.oom ? 1 : e.exit_code'),
        `${OVER}e.oom ? 1 : e.exit_code: both sides of the colon must be of one type. Write: numbers as 1.0`,
      ],
      [
        when('double(size(e.name)) in [1, 2]'),
        `${OVER}double(size(e.name)) in [1, 2] would be number in list<number>, which makes no sense. Write: [1.0, 2.0]`,
      ],
      [
        when(`e.name in [${Array.from({ length: 600 }, () => '"x"').join(', ')}]`),
        `${OVER}is too big: at most 500 parts, 50 deep. Write: two rules`,
      ],
      [
        when('e.phase_since > 5', 'session.phase'),
        `${OVER}e.phase_since > 5 would be time > number, which makes no sense. Write: now - e.<time> > duration("20m")`,
      ],
      [
        when('now - e.phase_since > duration("1d")', 'session.phase'),
        `${OVER}duration("1d") is none. Write: duration("30s"), duration("20m"), duration("24h")`,
      ],
      [
        when('e.untrusted_text == "x"', 'forge.issue'),
        `${OVER}e.untrusted_text is written by anybody and no rule may read it. Write: a field that a machine made`,
      ],
      [
        when('e.labels == "bug"', 'forge.issue'),
        `${OVER}e.labels == "bug" would be list<text> == text, which makes no sense. Write: "text" in e.<list>, or size(e.<list>) > 0`,
      ],
      [
        when('size(e.labels) > 0', ['forge.issue', 'docker.container']),
        `${OVER}e.labels is not of one type in forge.issue, docker.container. Write: a rule for each kind`,
      ],
      [
        when('e.started_at == ""', ['ci.pipeline', 'forge.push']),
        `${OVER}e.started_at == "" would be time == text, which makes no sense. Write: now - e.<time> > duration("20m")`,
      ],
    ]),
  )('%s', async (problem, text) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  test('a macro that is wrong is said once, at the macro', async () => {
    const text = `${HEADER}[macros]\nbad = 'e.oom &&'\n${ruleText(`when = 'macro.bad'`)}`;
    expect(await problemsOf(text)).toEqual(['x.toml:6 macros.bad: is not CEL: Unexpected token: EOF at the end.']);
  });

  test('a macro that names itself is said', async () => {
    const text = `${HEADER}[macros]\nbad = 'macro.bad'\n`;
    expect(await problemsOf(text)).toEqual([
      'x.toml:6 macros.bad: macro.bad goes round in a circle. Write: a macro that does not name itself',
    ]);
  });
});
