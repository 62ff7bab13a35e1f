import { expect, test } from 'vitest';
import type { ContainerSeen } from '../../../../src/ports/docker.ts';
import { applyChange, toChange, type Change } from '../../../../src/sources/docker/change.ts';
import { adopt, heardOf, type Known } from '../../../../src/sources/docker/known.ts';
import { missedChanges } from '../../../../src/sources/docker/missed.ts';
import { toNanos } from '../../../../src/sources/docker/nanos.ts';
import type { EngineEvent } from '../../../../src/sources/docker/parse.ts';
import { seenContainer } from '../../../support/fake-docker.ts';

const NOBODY = { ownStacks: [], siblings: new Map<string, never>() };
const T = 1_795_000_000_000;
const at = (s: number): string => toNanos(T + s * 1_000);

/** What a look showed 0 s after T. */
const lookedAt = (over: Partial<ContainerSeen> = {}): Known => {
  const seen = seenContainer({ name: 'x', startedAt: at(-100), takenAt: T, ...over });
  return adopt(heardOf(seen, NOBODY), seen, NOBODY);
};

/** What the event log said 0 s after T. */
const loaded = (over: Partial<Known> = {}): Known => ({
  ...lookedAt(),
  setup: null,
  isLoaded: true,
  at: T,
  diedAt: T,
  startedAt: T,
  ...over,
});

const now = (over: Partial<ContainerSeen>): ContainerSeen =>
  seenContainer({ name: 'x', startedAt: at(-100), takenAt: T + 60_000, ...over });

const brief = ({ action, exitCode, requested, oom, at: time }: Change): string =>
  [
    action,
    (time - T) / 1_000,
    ...(exitCode === undefined ? [] : [exitCode]),
    ...(requested === true ? ['requested'] : []),
    ...(oom === true ? ['oom'] : []),
  ].join(' ');

const ALWAYS = { name: 'always', maxRetries: 0 } as const;

test.each<[string, Known, ContainerSeen, readonly string[]]>([
  ['nothing new is nothing missed', lookedAt(), now({}), []],
  ['an exit', lookedAt(), now({ state: 'exited', finishedAt: at(30), exitCode: 7 }), ['die 30 7']],
  [
    'an exit out of memory',
    lookedAt(),
    now({ state: 'exited', finishedAt: at(30), exitCode: 137, oomKilled: true }),
    ['die 30 137 oom'],
  ],
  [
    'TERM was asked for',
    lookedAt(),
    now({ state: 'exited', finishedAt: at(30), exitCode: 143 }),
    ['die 30 143 requested'],
  ],
  [
    'what always restarts and stays down was asked to',
    lookedAt({ policy: ALWAYS }),
    now({ policy: ALWAYS, state: 'exited', finishedAt: at(30), exitCode: 137 }),
    ['die 30 137 requested'],
  ],
  [
    'one restart by the policy',
    lookedAt({ policy: ALWAYS }),
    now({ policy: ALWAYS, startedAt: at(31), finishedAt: at(30), restartCount: 1 }),
    ['die 30 -1', 'start 31'],
  ],
  [
    'three restarts, spread over the time',
    lookedAt({ policy: ALWAYS }),
    now({ policy: ALWAYS, startedAt: at(31), finishedAt: at(30), restartCount: 3 }),
    ['die 10 -1', 'die 20 -1', 'die 30 -1', 'start 31'],
  ],
  [
    'a counter that was never seen before tells of one exit, not of all since the container was made',
    { ...lookedAt({ policy: ALWAYS }), setup: null },
    now({ policy: ALWAYS, startedAt: at(31), finishedAt: at(30), restartCount: 3 }),
    ['die 30 -1', 'start 31'],
  ],
  [
    'a policy that is waiting to try again',
    lookedAt({ policy: ALWAYS }),
    now({ policy: ALWAYS, state: 'restarting', startedAt: at(29), finishedAt: at(30), exitCode: 2, restartCount: 1 }),
    ['start 29', 'die 30 2'],
  ],
  [
    'a restart by hand leaves the counter alone',
    lookedAt({ policy: ALWAYS }),
    now({ policy: ALWAYS, startedAt: at(31), finishedAt: at(30) }),
    ['die 30 -1 requested', 'start 31'],
  ],
  [
    'a start of what was down',
    lookedAt({ state: 'exited', finishedAt: at(-10), exitCode: 1 }),
    now({ startedAt: at(20), finishedAt: at(-10) }),
    ['start 20'],
  ],
  ['a pause', lookedAt(), now({ state: 'paused' }), ['pause 60']],
  [
    'health',
    lookedAt({ health: 'healthy', hasHealthCheck: true }),
    now({ health: 'unhealthy', hasHealthCheck: true, probedAt: at(40) }),
    ['health 40'],
  ],
  [
    'still starting is no news',
    lookedAt({ health: 'healthy', hasHealthCheck: true }),
    now({ health: 'starting', hasHealthCheck: true }),
    [],
  ],
  ['a new name', lookedAt(), now({ name: 'y' }), ['rename 60']],
  [
    'an exit before the last word of the log',
    loaded({ state: 'exited' }),
    now({ state: 'exited', finishedAt: at(-1), exitCode: 7 }),
    [],
  ],
  [
    'an exit after the last word of the log',
    loaded(),
    now({ state: 'exited', finishedAt: at(5), exitCode: 7 }),
    ['die 5 7'],
  ],
  [
    'an exit just before the last word of the log, which was not about it',
    loaded({ state: 'running' }),
    now({ state: 'exited', finishedAt: at(-0.02), exitCode: 7 }),
    ['die -0.02 7'],
  ],
])('%s', (_, before, seen, expected) => {
  expect(missedChanges(before, seen).map(brief)).toEqual(expected);
});

test('what was missed explains the snapshot: a second look misses nothing', () => {
  const seen = now({ policy: ALWAYS, startedAt: at(31), finishedAt: at(30), restartCount: 3 });
  const after = missedChanges(lookedAt({ policy: ALWAYS }), seen).reduce(applyChange, lookedAt({ policy: ALWAYS }));
  expect(after).toMatchObject({ restartCount: 3, state: 'running' });
  expect(missedChanges(after, seen)).toEqual([]);
  expect(missedChanges(adopt(after, seen, NOBODY), seen)).toEqual([]);
});

test('an exit that the stream told is not missed, though the engine notes it earlier', () => {
  const told = event('die', 30.022, { exitCode: '7' });
  const after = applyChange(lookedAt(), told);
  expect(missedChanges(after, now({ state: 'exited', finishedAt: at(30), exitCode: 7 }))).toEqual([]);
});

test.each([
  ['TERM', [event('kill', 1, { signal: '15' }), event('die', 9, { exitCode: '143' })], true],
  ['KILL', [event('kill', 1, { signal: '9' }), event('die', 1.1, { exitCode: '137' })], true],
  ['TERM, half a minute ago', [event('kill', 1, { signal: '15' }), event('die', 30, { exitCode: '0' })], true],
  ['HUP', [event('kill', 1, { signal: '1' }), event('die', 2, { exitCode: '1' })], false],
  ['a probe with signal 0', [event('kill', 1, { signal: '0' }), event('die', 2, { exitCode: '1' })], false],
  ['the signal the image stops on', [event('kill', 1, { signal: '37' }), event('die', 2, { exitCode: '0' })], true],
  ['TERM, long ago', [event('kill', 1, { signal: '15' }), event('die', 32, { exitCode: '1' })], false],
  [
    'TERM, before the last start',
    [event('kill', 1, { signal: '15' }), event('start', 2, {}), event('die', 3, { exitCode: '1' })],
    false,
  ],
  ['an exit that is told before its kill', [event('die', 1, { exitCode: '137' })], false],
])('an exit after %s', (_, changes, requested) => {
  const known = lookedAt({ stopSignal: '37' });
  expect(changes.reduce(applyChange, known)).toMatchObject({ requested, state: 'exited' });
});

test('a container that may take two minutes to stop is still stopping on request after one', () => {
  const changes = [event('kill', 1, { signal: '15' }), event('die', 61, { exitCode: '0' })];
  expect(changes.reduce(applyChange, lookedAt({ stopTimeoutS: 120 }))).toMatchObject({ requested: true });
});

test.each([
  ['always', 0, '0', 'restarting', 1],
  ['unless-stopped', 0, '1', 'restarting', 1],
  ['on-failure', 0, '0', 'exited', 0],
  ['on-failure', 3, '1', 'restarting', 1],
  ['no', 0, '1', 'exited', 0],
] as const)(
  'policy %s:%d and exit code %s leave it %s, restarted %d times',
  (...[name, maxRetries, exitCode, state, restartCount]) => {
    const known = lookedAt({ policy: { name, maxRetries } });
    expect(applyChange(known, event('die', 1, { exitCode }))).toMatchObject({ state, restartCount });
  },
);

test('news that are older than what is known change the past, not the state', () => {
  const known = applyChange(lookedAt(), event('die', 10, { exitCode: '1' }));
  expect(applyChange(known, event('start', 5, {}))).toMatchObject({ state: 'exited', exitCode: 1 });
});

function event(action: string, seconds: number, attributes: Readonly<Record<string, string>>): Change {
  const time = T + Math.round(seconds * 1_000);
  const raw: EngineEvent = {
    type: 'container',
    action,
    detail: '',
    id: 'x',
    attributes,
    nanos: toNanos(time),
    at: time,
  };
  const change = toChange(raw);
  if (change === null) throw new Error(`not a change: ${action}`);
  return change;
}
