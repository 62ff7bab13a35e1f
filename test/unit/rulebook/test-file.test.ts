import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../../src/core/problem.ts';
import { loadTests, parseTestFile } from '../../../src/rulebook/read-tests.ts';
import { eventOf, type TestFile } from '../../../src/rulebook/test-file.ts';

const HEAD = 'schema = 1\npacks = ["core.toml"]\nstart = 2026-01-01T00:00:00Z\n';
const GIVEN = 'given.docker.container = { stack = "harb", exit_code = 1 }';

function oneCase(steps: string, given = GIVEN): string {
  return `${HEAD}[[case]]\nname = "c"\nrule = "r"\n${given}\nsteps = [\n${steps}\n]\n`;
}

async function parse(text: string): Promise<TestFile> {
  const { test: file, problems } = await parseTestFile({ file: 't.toml', text });
  if (file === null) throw new Error(problems.map(formatProblem).join('\n'));
  return file;
}

async function problemsOf(text: string): Promise<readonly string[]> {
  const { test: file, problems } = await parseTestFile({ file: 't.toml', text });
  expect(file).toBeNull();
  return problems.map(formatProblem);
}

describe('a test file', () => {
  test('says packs, start and cases, each with its line', async () => {
    const file = await parse(oneCase('{ at = "1m", emit = "docker.container" }'));
    expect(file).toMatchObject({ file: 't.toml', packs: ['core.toml'], start: Date.parse('2026-01-01T00:00:00Z') });
    expect(file.cases).toMatchObject([{ name: 'c', rule: 'r', line: 4 }]);
  });

  test.each([
    ['{ at = "9m30s", expect = "none" }', { at: 570_000, verb: 'expect', state: 'none', key: null, acts: null }],
    [
      '{ at = "0s", expect = "firing", key = ["harb", 7], acts = ["vault", "notify"] }',
      { verb: 'expect', state: 'firing', key: ['harb', '7'], acts: ['vault', 'notify'] },
    ],
    ['{ at = "0s", expect = "flapping", acts = [] }', { state: 'flapping', acts: [] }],
    ['{ at = "0s", restart = true }', { verb: 'restart' }],
    ['{ at = "0s", gap = "docker" }', { verb: 'gap', source: 'docker', for: null }],
    ['{ at = "0s", gap = "docker", for = "5m" }', { verb: 'gap', source: 'docker', for: 300_000 }],
    ['{ at = "0s", clock = "+2h" }', { verb: 'clock', jump: 7_200_000 }],
    ['{ at = "0s", clock = "-30s" }', { verb: 'clock', jump: -30_000 }],
    ['{ at = "0s", silence = "1h" }', { verb: 'silence', for: 3_600_000, key: null }],
    ['{ at = "0s", silence = "1h", key = ["a"] }', { verb: 'silence', key: ['a'] }],
    ['{ at = "0s", ack = true }', { verb: 'ack', key: null }],
    ['{ at = "0s", reload = true }', { verb: 'reload', packs: null }],
    ['{ at = "0s", reload = ["other.toml"] }', { verb: 'reload', packs: ['other.toml'] }],
    ['{ at = "0s", replay = "night.jsonl" }', { verb: 'replay', file: 'night.jsonl' }],
  ])('%s', async (step, expected) => {
    expect((await parse(oneCase(step))).cases[0]?.steps[0]).toMatchObject(expected);
  });

  test('emits what was given, patched, with every other field at its default', async () => {
    const file = await parse(
      oneCase('{ at = "0s", emit = "docker.container", with = { exit_code = 137 }, late = "10m" }'),
    );
    const step = file.cases[0]?.steps[0];
    expect(step).toMatchObject({ verb: 'emit', kind: 'docker.container', late: 600_000 });
    expect(step).toHaveProperty('data.stack', 'harb');
    expect(step).toHaveProperty('data.exit_code', 137);
    expect(step).toHaveProperty('data.labels', {});
  });

  test('dates become the ISO text that events carry', async () => {
    const given = 'given.session.phase = { phase_since = 2025-12-31T01:00:00+01:00, session = "x" }';
    const file = await parse(oneCase('{ at = "0s", emit = "session.phase" }', given));
    expect(file.cases[0]?.steps[0]).toHaveProperty('data.phase_since', '2025-12-31T00:00:00.000Z');
  });

  test('an emit step makes an event, on the host that the case gives', async () => {
    const file = await parse(oneCase('{ at = "0s", emit = "docker.container", with = { host = "east" } }'));
    const step = file.cases[0]?.steps[0];
    if (step?.verb !== 'emit') throw new Error('not an emit');
    const event = eventOf(step, { id: 'i', source: 's', subject: 'x', time: 5, host: 'box' });
    expect(event).toMatchObject({ kind: 'docker.container', id: 'i', time: 5, host: 'east' });
    expect(event.data).toMatchObject({ stack: 'harb', exit_code: 1, host: 'east' });
  });
});

describe('mistakes', () => {
  const AT = 't.toml:9 case[1].steps[1]';
  test.each([
    [
      `${AT}: a step has exactly one verb. Write: one of emit, expect, restart, gap, clock, silence, ack, reload, replay`,
      '{ at = "0s" }',
    ],
    [
      `${AT}: a step has exactly one verb. Write: one of emit, expect, restart, gap, clock, silence, ack, reload, replay`,
      '{ at = "0s", restart = true, ack = true }',
    ],
    [`${AT}.at: is missing. Write: a text in quotes`, '{ restart = true }'],
    [
      `${AT}.at: "5 min" is not a span of time. Write: numbers and units from large to small: 30s, 9m30s, 24h, 7d`,
      '{ at = "5 min", restart = true }',
    ],
    [`${AT}.emitt: there is no such key. Write: emit`, '{ at = "0s", emitt = "docker.container" }'],
    [
      `${AT}.emit: "docker.contaner" is not known here. Write: docker.container`,
      '{ at = "0s", emit = "docker.contaner" }',
    ],
    [
      `${AT}.emit: nothing is given for host.disk. Write: given.host.disk = { … } above the steps, or with = { … } here`,
      '{ at = "0s", emit = "host.disk" }',
    ],
    [
      `${AT}.with.exitcode: docker.container has no field "exitcode". Write: exit_code`,
      '{ at = "0s", emit = "docker.container", with = { exitcode = 1 } }',
    ],
    [
      `${AT}.with.exit_code: docker.container.exit_code is a number. Write: 1`,
      '{ at = "0s", emit = "docker.container", with = { exit_code = "1" } }',
    ],
    [
      `${AT}.with.managed: docker.container.managed is true or false. Write: true`,
      '{ at = "0s", emit = "docker.container", with = { managed = 1 } }',
    ],
    [
      `${AT}.with.labels: docker.container.labels is a table of texts. Write: { name = "text" }`,
      '{ at = "0s", emit = "docker.container", with = { labels = ["x"] } }',
    ],
    [
      `${AT}.with.phase_since: session.phase.phase_since is a date with a time and an offset, or "" when it is not known. Write: 2026-01-01T00:00:00Z`,
      '{ at = "0s", emit = "session.phase", with = { phase_since = "soon" } }',
    ],
    [`${AT}.expect: "firng" is not known here. Write: firing`, '{ at = "0s", expect = "firng" }'],
    [`${AT}.acts[1]: "notfy" is not known here. Write: notify`, '{ at = "0s", expect = "firing", acts = ["notfy"] }'],
    [
      `${AT}.acts: does not belong to emit. Write: only at, emit, with, late`,
      '{ at = "0s", emit = "docker.container", acts = [] }',
    ],
    [`${AT}.clock: "2h" is not a jump of the clock. Write: +2h or -30s`, '{ at = "0s", clock = "2h" }'],
    [
      't.toml:10 case[1].steps[2].at: goes back in time. Write: the steps in order of time',
      '{ at = "5m", restart = true },\n{ at = "4m", restart = true }',
    ],
  ])('%s', async (problem, steps) => {
    expect(await problemsOf(oneCase(steps))).toEqual([problem]);
  });

  test.each([
    [
      't.toml:7 case[1].given.docker.contaner: there is no kind "docker.contaner". Write: docker.container',
      'given.docker.contaner = { stack = "x" }',
    ],
    ['t.toml:7 case[1].given.dokcer: there is no kind "dokcer".', 'given.dokcer.container = { stack = "x" }'],
    [
      't.toml:7 case[1].given.docker.container.stak: docker.container has no field "stak". Write: stack',
      'given.docker.container = { stak = "x" }',
    ],
  ])('%s', async (problem, given) => {
    expect(await problemsOf(oneCase('{ at = "0s", restart = true }', given))).toEqual([problem]);
  });

  test.each([
    [
      't.toml:3 start: 2026-01-01T00:00:00.000 is not a date with a time and an offset. Write: 2026-01-01T00:00:00Z, without quotes',
      'schema = 1\npacks = ["x"]\nstart = 2026-01-01T00:00:00\n',
    ],
    ['t.toml:1 packs: is missing. Write: packs = ["core.toml"]', 'schema = 1\nstart = 2026-01-01T00:00:00Z\n'],
  ])('%s', async (problem, head) => {
    const text = `${head}[[case]]\nname = "c"\nrule = "r"\nsteps = [{ at = "0s", restart = true }]\n`;
    expect(await problemsOf(text)).toEqual([problem]);
  });

  test('a file that is not TOML', async () => {
    expect(await problemsOf('schema = \n')).toEqual(['t.toml:1 this is not TOML: invalid value']);
  });
});

test('tests are read from the folder beside the packs, and a folder without is fine', async () => {
  const read: string[] = [];
  const readFolder = async (folder: string) => {
    read.push(folder);
    return folder === 'rules/tests'
      ? [{ file: 'rules/tests/t.toml', text: oneCase('{ at = "0s", restart = true }') }]
      : null;
  };
  const { tests, problems } = await loadTests({ folders: ['rules', 'more'], readFolder });
  expect(read).toEqual(['rules/tests', 'more/tests']);
  expect(problems).toEqual([]);
  expect(tests.map((one) => one.file)).toEqual(['rules/tests/t.toml']);
});
