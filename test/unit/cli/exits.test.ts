import { describe, expect, test } from 'vitest';
import { makeFinding, NOW, openCommandLine } from '../../support/command-line.ts';

const pattern = (text: string | RegExp): RegExp =>
  typeof text === 'string' ? new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)) : text;

describe('exit codes', () => {
  test.each([
    [['--help'], 0],
    [['--version'], 0],
    [['findings', '--help'], 0],
    [[], 2],
    [['rules'], 2],
    [['findings'], 0],
    [['findings', '--fail-on', 'P2'], 1],
    [['findings', '--fail-on', 'P4'], 1],
    [['status'], 0],
    [['rules', 'check'], 0],
    [['rules', 'explain', 'disk-high'], 0],
    [['why', 'restart-loop-foreign'], 0],
    [['why-not', 'disk-high'], 0],
  ])('reactor %j ends with %i', async (args, code) => {
    using cli = openCommandLine();
    await cli.remember((store) => store.findings.save([makeFinding()]));
    expect(await cli.run(...args)).toMatchObject({ code });
  });

  test('findings that nobody has looked for since are no health to a script', async () => {
    using cli = openCommandLine();
    await cli.remember((store) => store.findings.save([]));
    expect(await cli.run('findings', '--fail-on', 'P0')).toMatchObject({
      code: 1,
      out: 'nothing was wrong that a rule knew of\n',
      err: expect.stringContaining('the reactor does not run'),
    });
  });

  test('a bug ends with 70 and shows where', async () => {
    using cli = openCommandLine();
    await cli.remember((store) => store.findings.save([Object.assign(makeFinding(), { key: null })]));
    const { code, err } = await cli.run('why', 'restart-loop-foreign');
    expect([code, err]).toEqual([70, expect.stringMatching(/TypeError.*\n\s+at /)]);
  });

  test('what a rule test finds wrong ends with 1', async () => {
    using cli = openCommandLine();
    cli.write('reactor.toml', '[vars.factory-core]\ndisk_pct = 99.5\n');
    const { code, out } = await cli.run('rules', 'test', 'disk-high');
    expect([code, out]).toEqual([1, expect.stringMatching(/✗[^]*\d failed/)]);
  });
});

describe('what was written wrong is told with what to write instead', () => {
  const state = (name: string) => new RegExp(`no finding "${name}". reactor findings --all lists them`);
  test.each([
    [['stauts'], "error: unknown command 'stauts'\n(Did you mean status?)"],
    [['findings', '--fial-on', 'P1'], "error: unknown option '--fial-on'\n(Did you mean --fail-on?)"],
    [['findings', '--fail-on', 'P9'], 'Allowed choices are P0, P1, P2, P3, P4.'],
    [['findings', 'now'], "error: too many arguments for 'findings'. Expected 0 arguments but got 1."],
    [['run', '--log-level', 'loud'], 'Allowed choices are trace, debug, info, warn, error, fatal, silent.'],
    [['rules', 'chekc'], "error: unknown command 'chekc'\n(Did you mean check?)"],
    [['why'], "error: missing required argument 'finding'"],
    [['why', 'nothing'], state('nothing')],
    [['why', ''], state('')],
    [['why-not', 'disk-hihg'], 'no rule "disk-hihg". Write: disk-high'],
    [['why-not', 'factory-core/disk-hihg'], 'no rule "factory-core/disk-hihg". Write: factory-core/disk-high'],
    [['rules', 'explain', 'mem-flor'], 'no rule "mem-flor". Write: mem-floor'],
    [['rules', 'test', 'no such case'], 'no case has "no such case" in its name or rule; reactor rules test plays all'],
    [['emit', 'docker.contaner'], 'no event kind "docker.contaner". Write: docker.container'],
    [['emit', 'foo'], /^no event kind "foo"\. Write: one of agent\.guard, .*, worktree\n$/],
    [['emit', 'host.memory'], /^host\.memory of what\? Write fields, of host, available_mb, /],
    [['emit', 'host.memory', 'avail=1'], /^no such field "avail"\. Write: one of available_mb, /],
    [['rules', 'explain', 'foo'], /^no rule "foo"\. Write: one of .*disk-high, /],
    [['emit', 'docker.container', 'die'], '"die" is not a field. Write: name=value'],
    [['emit', 'docker.container', '=die'], '"=die" is not a field. Write: name=value'],
    [['emit', 'docker.container', 'acton=die'], 'no such field "acton". Write: action'],
    [['emit', 'docker.container', 'toString=1'], /no such field "toString"\. Write: \w+/],
    [['emit', 'docker.container', 'exit_code=one'], 'exit_code is a number, not "one"'],
    [['emit', 'docker.container', 'exit_code='], 'exit_code is a number, not ""'],
    [['emit', 'docker.container', 'oom=yes'], 'oom is true or false, not "yes"'],
    [['emit', 'docker.container', 'labels=a'], 'labels is a table such as a:1,b:2, not "a"'],
    [['emit', 'host.load', '--time', 'now'], '"now" is not a time. Write: 2026-01-02T12:00:00.000Z'],
    [['emit', 'host.load', 'load1=1'], /^no reactor answers \(.+\)\. Start it: reactor run/],
    [['silence', 'disk-high', 'long'], '"long" is not a span of time. Write for example: 30m, 2h or 3d'],
    [['silence', 'disk-high', '0h'], '"0h" is not a span of time. Write for example: 30m, 2h or 3d'],
    [['silence', 'disk-hihg', '2h'], 'no rule "disk-hihg". Write: disk-high'],
    [['silence', 'mem-floor', '2h', 'box', 'x'], 'factory-core/mem-floor has 1 key values (e.host), not 2'],
    [['silence', 'mem-floor', '2h'], /^no reactor answers/],
    [['unsilence', 'mem-floor'], 'no silence of "mem-floor" is in force; there are: factory-core/disk-high'],
    [['ack', 'nothing'], state('nothing')],
    [['ack', 'restart-loop-foreign'], /^no reactor answers/],
  ])('reactor %j', async (args, message) => {
    using cli = openCommandLine();
    await cli.remember((store) => {
      store.findings.save([makeFinding()]);
      const span = { from: NOW, until: NOW + 1 };
      store.silences.add({ id: 's', rule: 'factory-core/disk-high', key: [], ...span, by: '@op', reason: '' });
    });
    expect(await cli.run(...args)).toEqual({ code: 2, out: '', err: expect.stringMatching(pattern(message)) });
  });

  test('several findings of one rule are listed to choose from', async () => {
    using cli = openCommandLine();
    const other = makeFinding({ key: ['harb', 'ponder'], title: 'Restart loop of ponder' });
    await cli.remember((store) => store.findings.save([makeFinding(), other]));
    const { code, err } = await cli.run('why', 'restart-loop-foreign');
    expect(code).toBe(2);
    expect(err).toMatch(
      /^several findings match "restart-loop-foreign"; say which:\n(?: {2}[0-9a-f]{8} Restart .*\]\n){2}$/,
    );
  });

  test('a configuration with mistakes is told with file and line', async () => {
    using cli = openCommandLine({ MATRIX_TOKEN: 'syt_secret' });
    cli.write('reactor.toml', 'listne = "127.0.0.1:8787"\nretention_days = 0\n');
    const { code, err } = await cli.run('findings');
    expect([code, err.split('\n')]).toEqual([
      2,
      [
        `${cli.folder}/reactor.toml:2 retention_days: 0 is not a whole number from 1 on. Write: 7`,
        `${cli.folder}/reactor.toml:1 listne: is not a key. Write: listen`,
        '',
      ],
    ]);
  });

  test('without a state there is nothing to read yet', async () => {
    using cli = openCommandLine();
    const { code, err } = await cli.run('findings');
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^nothing is stored in .*reactor\.db yet: start the reactor with "reactor run"/),
    ]);
  });

  test('a pack that cannot be read is named, and what an editor leaves beside one is no pack', async () => {
    using cli = openCommandLine();
    cli.write('reactor.toml', '[rules]\nfolders = ["my"]\n');
    cli.write('my/.#mine.toml', 'not even TOML');
    expect(await cli.run('rules', 'check')).toMatchObject({ code: 0, err: '' });
    cli.write('my/mine.toml/x', '');
    const { code, err } = await cli.run('rules', 'check');
    const said = `${cli.folder}/my cannot be read: mine.toml: EISDIR`;
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    expect(err).toContain('Write: packs that can be read');
  });

  test('a state that is damaged is told with what to do', async () => {
    using cli = openCommandLine();
    cli.write('home/reactor.db', 'no database, but long enough to be taken for one'.repeat(20));
    const { code, err } = await cli.run('findings');
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/reactor\.db is not a database .*\. reactor run moves it aside and starts a fresh one\n$/),
    ]);
  });

  test('wrong rules are told by every command that needs them', async () => {
    using cli = openCommandLine();
    cli.write('reactor.toml', '[rules]\nfolders = ["."]\n');
    cli.write('x.toml', 'schema = 1\n');
    for (const args of [
      ['why-not', 'disk-high'],
      ['silence', 'disk-high', '2h'],
      ['rules', 'check'],
      ['rules', 'test'],
    ]) {
      const { code, err } = await cli.run(...args);
      expect([args, code, err]).toEqual([args, 2, expect.stringMatching(/x\.toml.*pack/)]);
    }
  });
});
