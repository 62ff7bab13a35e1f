import { describe, expect, test } from 'vitest';
import type { AnyEvent } from '../../../../src/core/event.ts';
import { DAY, HOUR, toIso } from '../../../../src/core/time.ts';
import type { Facts, Live, Measured } from '../../../../src/factory/preflight/facts.ts';
import { preflightText, preflightView } from '../../../../src/factory/preflight/preflight.ts';
import { humanSize, minutesSince } from '../../../../src/factory/preflight/words.ts';
import { sectionOf } from '../../../support/factory-tools.ts';
import { ALL_SEEN, factsOf, known, liveOf, minutesAgo, NOW, sight } from '../../../support/preflight-facts.ts';

const section = (heading: string, events: readonly AnyEvent[], more: Partial<Facts> = {}): readonly string[] =>
  sectionOf(preflightText(factsOf([...ALL_SEEN, ...events], more)), heading).filter((line) => line !== '');

/** What containers use, as the engine of the box tells. */
const using = (measured: readonly Partial<Measured>[]): Live => {
  const one = { id: '', status: 'Up 1 hour', startedAt: '', mounts: [], cpuPct: null, rssMb: null };
  const all = measured.map((some) => ({ ...one, ...some }));
  return liveOf({ containers: new Map([['box', { got: true, value: all, flaw: '' }]]) });
};

const counted = <T>(n: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: n }, (_, i) => make(i + 1));

const issue = (number: number, label: string) =>
  known('forge.issue', { repo: 'johba/harb', number, state: 'open', labels: [label], title: `Issue ${number}` });

describe('numbers are totals, and lists are cut', () => {
  test('issues beyond a page are counted', () => {
    expect(
      section(
        'Issue Status',
        counted(173, (i) => issue(i, 'backlog')),
      ),
    ).toEqual(['Backlog: 173, In-progress: 0, Blocked: 0']);
  });

  test('the fifty-first blocked issue is not shown, and said to be there', () => {
    const lines = section(
      'Blocked Issues',
      counted(53, (i) => issue(i, 'blocked')),
    );
    expect(lines).toHaveLength(51);
    expect(lines.slice(-2)).toEqual(['  #50: Issue 50', '  … and 3 more']);
  });

  test('ten open pull requests are shown, the newest first', () => {
    const pulls = counted(12, (number) =>
      known('forge.pull', { repo: 'johba/harb', number, state: 'open', branch: 'b', title: 't', updated_at: '' }),
    );
    const lines = section('Open PRs', pulls);
    expect([lines[0], lines[9], lines[10]]).toEqual([
      '#12 [b] t — updated ?',
      '#3 [b] t — updated ?',
      '  … and 2 more',
    ]);
  });

  test('ten pipelines are shown, and all that are stuck are counted', () => {
    const done = counted(11, (number) =>
      known('ci.pipeline', {
        repo: 'johba/harb',
        number,
        status: 'success',
        branch: 'main',
        finished_at: minutesAgo(9),
      }),
    );
    const stuck = counted(12, (i) =>
      known('ci.pipeline', { repo: 'johba/harb', number: 100 + i, status: 'running', started_at: minutesAgo(30) }),
    );
    const lines = section('CI Pipelines', [...done, ...stuck]);
    expect(lines.slice(9, 13)).toEqual([
      '2\tsuccess\tmain\t0',
      '… and 1 more',
      'Stuck (>20min): 12',
      '  Stuck (12): 101, 102, 103, 104, 105, 106, 107, 108, 109, 110 … and 2 more',
    ]);
  });

  test('fifty containers are listed', () => {
    const containers = counted(52, (i) => known('docker.container', { name: `c${i}`, id: `${i}`, state: 'running' }));
    const lines = section('Docker Allocs', containers, { live: using(counted(52, (i) => ({ id: `${i}`, rssMb: i }))) });
    expect(lines.map((line) => line.split(/\s+/)[0]).slice(0, 3)).toEqual(['NAME', 'c52', 'c51']);
    expect([lines.length, lines[51], lines[52]]).toEqual([
      53,
      '  … and 2 more',
      'Top-3 RSS: c52 52.0MB, c51 51.0MB, c50 50.0MB',
    ]);
  });

  test('programs get everything', () => {
    const view = preflightView(factsOf([...ALL_SEEN, ...counted(53, (i) => issue(i, 'blocked'))]));
    expect(view).toMatchObject({ blocked_issues: { state: 'available', issues: { length: 53 } } });
  });
});

describe('names are compared whole', () => {
  test('a label that contains another is another', () => {
    const events = [issue(1, 'blocked-by-weather'), issue(2, 'my-backlog'), issue(3, 'in-progress-soon')];
    expect(section('Issue Status', events)).toEqual(['Backlog: 0, In-progress: 0, Blocked: 0']);
  });

  test('a repository whose name begins so is another, and one in other letters is the same', () => {
    const repos = ['johba/harb-ops', 'x/johba/harb', 'JOHBA/Harb'].map((repo, i) =>
      known('forge.issue', { repo, number: i, state: 'open', labels: ['backlog'] }),
    );
    expect(section('Issue Status', repos)).toEqual(['Backlog: 1, In-progress: 0, Blocked: 0']);
  });

  test('issue 62 is not issue 623', () => {
    const events = [
      known('session.phase', {
        session: 'a',
        project: 'harb',
        repo: 'johba/harb',
        number: 62,
        issue: 62,
        phase: 'escalate',
        path: '/tmp/dev-session-harb-62.phase',
      }),
      known('forge.issue', { repo: 'johba/harb', number: 623, state: 'closed', closed_at: '2020-01-01T00:00:00Z' }),
    ];
    expect(section('Stale Phase Cleanup', events)).toEqual([
      '  Kept: dev-session-harb-62.phase — issue #62, whether it is closed is not known',
    ]);
  });
});

const escalated = (more: object = {}) =>
  known('session.phase', {
    session: 'dev-harb-62',
    project: 'harb',
    repo: 'johba/harb',
    number: 62,
    issue: 62,
    phase: 'escalate',
    path: '/tmp/dev-session-harb-62.phase',
    ...more,
  });

const closed = (closed_at: string, more: object = {}) =>
  known('forge.issue', { repo: 'johba/harb', number: 62, state: 'closed', closed_at, ...more });

describe('stale phases', () => {
  test.each([
    ['closed a day and a second ago', toIso(NOW - DAY - 1000), /^ {2}Stale: .* closed at /],
    ['closed exactly a day ago', toIso(NOW - DAY), /^ {2}Grace: .* closed, 0h remaining$/],
    ['closed an hour ago', toIso(NOW - HOUR), /^ {2}Grace: .* closed, 23h remaining$/],
    ['closed at a time that cannot be read', 'yesterday', /^ {2}Kept: .* closed, when is not known$/],
    ['closed at a time that the forge does not say', '', /^ {2}Kept: .* closed, when is not known$/],
  ])('an escalation whose issue was %s', (_, at, line) => {
    expect(section('Stale Phase Cleanup', [escalated(), closed(at)])).toEqual([expect.stringMatching(line)]);
  });

  test('an issue that was opened again has nothing stale', () => {
    const open = closed('2020-01-01T00:00:00Z', { state: 'open' });
    expect(section('Stale Phase Cleanup', [escalated(), open])).toEqual(['  None']);
  });

  test.each(['done', 'failed', 'awaiting_ci', 'none', 'unreadable'])('%s is no escalation', (phase) => {
    expect(section('Stale Phase Cleanup', [escalated({ phase }), closed('2020-01-01T00:00:00Z')])).toEqual(['  None']);
  });

  test('nothing is called stale while the forge cannot be asked', () => {
    const down = sight('forge', 'unavailable', 'down');
    const events = [...ALL_SEEN.filter((event) => event.subject !== 'forge'), down];
    const text = preflightText(factsOf([...events, escalated(), closed('2020-01-01T00:00:00Z')]));
    expect(sectionOf(text, 'Stale Phase Cleanup')[0]).toBe(
      '  Kept: dev-session-harb-62.phase — issue #62, the forge cannot be asked now',
    );
  });

  test('other projects are left out only when one was asked for', () => {
    const events = [escalated({ project: 'versi' }), closed('2020-01-01T00:00:00Z')];
    expect(section('Stale Phase Cleanup', events)).toHaveLength(1);
    expect(section('Stale Phase Cleanup', events, { isSelection: true })).toEqual(['  None']);
  });
});

describe('what comes from outside', () => {
  test('stays on its line, without secrets and without what moves the cursor', () => {
    const pull = known('forge.pull', {
      repo: 'johba/harb',
      number: 7,
      state: 'open',
      branch: 'a\u001B[2Jb',
      title: 'x\n## Docker\npassword=hunter2 \u202Egnp',
      updated_at: '',
    });
    expect(section('Open PRs', [pull])).toEqual(['#7 [a [2Jb] x ## Docker password=[redacted] gnp — updated ?']);
  });

  test('is cut when it is long', () => {
    const item = known('vault.item', {
      id: 'x',
      state: 'pending',
      path: 'vault/pending/x.md',
      title: 'y'.repeat(5_000),
    });
    expect(section('Pending Vault Items', [item])[0]?.length).toBeLessThan(250);
  });
});

test.each([
  ['none', false, 'empty'],
  ['unreadable', true, 'unreadable'],
  ['awaiting_ci', true, 'unreadable, last PHASE:awaiting_ci'],
  ['review_complete', false, 'PHASE:review_complete'],
])('a phase file that says %s', (phase, unreadable, words) => {
  const file = known('session.phase', {
    session: 's',
    path: '/tmp/dev-session-harb-1.phase',
    phase,
    unreadable,
    phase_since: minutesAgo(7),
  });
  expect(section('Phase Files', [file])).toEqual([`  dev-session-harb-1.phase: ${words} (7min ago)`]);
});

test('a pipeline that waits since it was approved waits no longer than that', () => {
  const pending = { repo: 'johba/harb', status: 'pending', created_at: minutesAgo(600) };
  const events = [
    known('ci.pipeline', { ...pending, number: 1, queued_at: minutesAgo(5) }),
    known('ci.pipeline', { ...pending, number: 2 }),
    known('ci.pipeline', { ...pending, number: 3, action: 'gone', status: 'gone' }),
  ];
  expect(section('CI Pipelines', events)).toEqual(['Stuck (>20min): 0', 'Pending (>30min): 1', '  Pending (1): 2']);
});

describe('figures of containers', () => {
  const running = (name: string, state = 'running') => known('docker.container', { name, id: name, state });
  const reasonFor = (events: readonly AnyEvent[], live: Live): string | undefined =>
    section('Docker Allocs', events, { live }).find((line) => line.startsWith('  degraded: '));

  test('are of what runs, not of what is down', () => {
    const live = using(['up', 'down', 'again'].map((id) => ({ id, cpuPct: 1, rssMb: 1 })));
    const lines = section('Docker Allocs', [running('up'), running('down', 'exited'), running('again', 'paused')], {
      live,
    });
    expect(lines.slice(1, 3).map((line) => line.split(' ')[0])).toEqual(['again', 'up']);
    expect(lines.slice(3).map((line) => line.split(':')[0])).toEqual(['Top-3 RSS', 'Top-3 CPU']);
  });

  test.each([
    ['were late', using([{ id: 'a' }, { id: 'b', rssMb: 1 }]), '1 of 2 were not measured in time'],
    [
      'are of containers that the engine has no more',
      using([{ id: 'b', rssMb: 1 }]),
      'the engine no longer lists 1 of 2',
    ],
    [
      'could not be asked for',
      liveOf({ containers: new Map([['box', { got: false, reason: 'proxy denies it' }]]) }),
      'processor, memory and mounts were not measured: proxy denies it',
    ],
    [
      'were not asked for',
      liveOf({ containers: new Map() }),
      'processor, memory and mounts were not measured: the engine was not asked',
    ],
  ])('that %s are question marks, and it is said why', (_, live, reason) => {
    expect(reasonFor([running('a'), running('b')], live)).toBe(`  degraded: ${reason}`);
    expect(section('Docker Allocs', [running('a'), running('b')], { live }).at(-1)).toContain(reason);
  });

  test('of an engine that was asked and did not answer, or has a container no more, leave what is known in doubt', () => {
    const silent = liveOf({ containers: new Map([['box', { got: false, reason: 'nothing listens' }]]) });
    const docker = (live: Live): readonly string[] =>
      section('Docker', [running('a'), running('b')], { live }).slice(1);
    expect(docker(silent)).toEqual([
      'a       Up',
      'b       Up',
      '  degraded: this is how it was last known: nothing listens',
    ]);
    expect(docker(using([{ id: 'a' }])).at(-1)).toBe('  degraded: the engine no longer lists 1 of 2');
    expect(docker(using([{ id: 'a' }, { id: 'b' }]))).toHaveLength(2);
  });

  test('are not expected of a container that is being restarted', () => {
    expect(reasonFor([running('a', 'restarting')], using([{ id: 'a' }]))).toBeUndefined();
  });

  test.each([
    ['running', 'Up 3 hours (healthy)', 'Up 3 hours (healthy)'],
    ['running', 'Exited (1) 2 seconds ago', 'Up'],
    ['paused', 'Up 3 hours (Paused)', 'Up 3 hours (Paused)'],
    ['restarting', 'Restarting (1) 4 seconds ago', 'Restarting (1) 4 seconds ago'],
  ])('do not contradict what is known: %s, and the engine says %s', (state, status, shown) => {
    expect(section('Docker', [running('a', state)], { live: using([{ id: 'a', status }]) })[1]).toBe(
      `a       ${shown}`,
    );
  });
});

describe('sizes', () => {
  test('of an empty folder are nothing, of one that is not there that it is not', () => {
    const empty = liveOf({ folders: { got: true, value: [], flaw: '' } });
    expect(section('Host Volumes', [], { live: empty })).toEqual(['  None']);
    expect(section('Host Volumes', [])).toEqual(['/srv/disinto not found']);
  });

  test('that could not be had do not become none', () => {
    const volumes = new Map([['box', { got: false, reason: 'Docker does not answer' } as const]]);
    const folders = { got: false, reason: 'it is not seen' } as const;
    expect(section('Host Volumes', [], { live: liveOf({ volumes, folders }) })).toEqual([
      '  unavailable: it is not seen; Docker does not answer',
    ]);
    const empty = { got: true, value: [], flaw: '' } as const;
    expect(section('Host Volumes', [], { live: liveOf({ volumes, folders: empty }) })).toEqual([
      '  degraded: Docker does not answer',
    ]);
  });
});

test.each([
  ['a failure within a minute, lately', { started_at: minutesAgo(5), finished_at: minutesAgo(4.5) }, ['  #7: 30s']],
  ['a failure that took its minute', { started_at: minutesAgo(5), finished_at: minutesAgo(4) }, []],
  ['one of a quarter of an hour ago', { started_at: minutesAgo(15.5), finished_at: minutesAgo(15) }, []],
  ['a success', { status: 'success', started_at: minutesAgo(5), finished_at: minutesAgo(4.5) }, []],
  ['one that never began', { started_at: '', finished_at: minutesAgo(4.5) }, []],
])('recent failures: %s', (_, data, lines) => {
  const pipeline = known('ci.pipeline', { repo: 'johba/harb', number: 7, status: 'failure', ...data });
  const shown = section('Woodpecker Agent Health', [known('ci.agent', { name: 'a', health: 'healthy' }), pipeline]);
  expect(shown.filter((line) => line.startsWith('  #'))).toEqual(lines);
  expect(shown.includes('Recent failures:')).toBe(lines.length > 0);
});

test('with Nomad on the box, the allocations are what Nomad runs', () => {
  const events = [
    known('docker.container', { name: 'a', state: 'running', labels: { 'com.hashicorp.nomad.alloc_id': '1' } }),
    known('docker.container', { name: 'b', state: 'running', labels: { 'org.com.hashicorp.nomad': '1' } }),
  ];
  expect(section('Docker Allocs', events).filter((line) => /^[ab] /.test(line))).toHaveLength(1);
});

test('what an operator says at the command line is no reply from Matrix', () => {
  const said = (room: string) => known('operator.command', { room, from: 'op', verb: 'ack', finding: 'f00d' });
  const commands = ['cli', '', '!ops:example'].map(said).filter((event) => event.kind === 'operator.command');
  expect(section('Escalation Replies (from Matrix)', [], { commands })).toEqual(['2026-01-02T12:00:00Z\top\tack f00d']);
});

test('a time that is not known has no age', () => {
  expect(
    ['', 'yesterday', '1970-01-01', minutesAgo(3), toIso(NOW + HOUR)].map((iso) => minutesSince(iso, NOW)),
  ).toEqual(['?', '?', '?', '3', '0']);
});

test.each([
  [0, '0M'],
  [850, '850M'],
  [1023.5, '1.0G'],
  [1024, '1.0G'],
  [8_600, '8.4G'],
  [51_200, '50G'],
  [1_900_000, '1.9T'],
])('%i MB is %s', (mb, text) => {
  expect(humanSize(mb)).toBe(text);
});
