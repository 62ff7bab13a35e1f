import { describe, expect, test } from 'vitest';
import type { EventData, EventKind } from '../../../src/core/catalog/catalog.ts';
import { toEvent } from '../../../src/core/event.ts';
import { HOUR, toIso } from '../../../src/core/time.ts';
import { createQueueFold, type QueueFold } from '../../../src/factory/queue.ts';

const T0 = Date.UTC(2026, 0, 1);
const REPO = 'johba/harb';

interface Story {
  readonly fold: QueueFold;
  say<K extends EventKind>(kind: K, subject: string, data: Partial<EventData<K>>, time?: number): boolean;
}

function story(): Story {
  const fold = createQueueFold([
    { name: 'harb', repo: REPO },
    { name: 'versi', repo: 'johba/versi' },
  ]);
  return {
    fold,
    say: (kind, subject, data, time = T0) =>
      fold.apply(toEvent(kind, { id: 'e', source: 's', subject, time, host: 'box' }, data)),
  };
}

const issue = (number: number, labels: readonly string[], more: Partial<EventData<'forge.issue'>> = {}) => ({
  repo: REPO,
  number,
  state: 'open',
  labels,
  ...more,
});

test('a repository of which nothing is known is not counted', () => {
  const { fold, say } = story();
  expect(say('host.memory', 'm', {})).toBe(false);
  say('agent.log', 'l', { agent: 'dev', exists: true });
  expect(fold.figures()).toEqual([]);
});

test('ready is what waits for no other issue, no person and no other agent', () => {
  const { fold, say } = story();
  say('forge.issue', '1', issue(1, ['backlog']));
  say('forge.issue', '2', issue(2, ['backlog', 'priority']));
  say('forge.issue', '3', issue(3, ['backlog'], { open_dependencies: 1 }));
  say('forge.issue', '4', issue(4, ['backlog', 'blocked']));
  say('forge.issue', '5', issue(5, ['backlog', 'in-progress']));
  say('forge.issue', '6', issue(6, ['vision', 'backlog']));
  say('forge.issue', '7', issue(7, ['backlog'], { state: 'closed' }));
  expect(fold.figures()[0]).toMatchObject({ backlog: 6, ready: 2, in_progress: 1, blocked: 1 });
});

test('idle since work became ready, or since the last run, whichever is later', () => {
  const { fold, say } = story();
  say('forge.issue', '1', issue(1, ['backlog']), T0);
  expect(fold.figures()[0]?.idle_since).toBe(toIso(T0));
  say('agent.log', 'l', {
    agent: 'dev',
    exists: true,
    last_run_at: toIso(T0 + HOUR),
    last_done_at: toIso(T0 + 2 * HOUR),
  });
  expect(fold.figures()[0]).toMatchObject({ idle_since: toIso(T0 + 2 * HOUR), last_run_at: toIso(T0 + 2 * HOUR) });
  say('forge.issue', '1', issue(1, ['backlog'], { state: 'closed' }), T0 + 3 * HOUR);
  expect(fold.figures()[0]?.idle_since).toBe('');
});

test('who runs is counted once each, and only developers of that repository', () => {
  const { fold, say } = story();
  say('forge.issue', '1', issue(1, ['backlog']));
  say('session.run', 'dev-harb-1', { repo: REPO, role: 'dev', exists: true, runner: 'alive' });
  say('session.run', 'dev-harb-1', { repo: REPO, role: 'dev', exists: true, runner: 'alive' });
  say('session.run', 'review-harb-9', { repo: REPO, role: 'review', exists: true, runner: 'alive' });
  say('session.run', 'dev-versi-1', { repo: 'johba/versi', role: 'dev', exists: true, runner: 'alive' });
  expect(fold.figures()[0]).toMatchObject({ running: 1, seen: true });
  say('session.run', 'dev-harb-1', { repo: REPO, role: 'dev', exists: true, runner: 'dead' });
  expect(fold.figures()[0]?.running).toBe(0);
});

test('an agent that cannot be seen is not seen, and one taken off on purpose is paused', () => {
  const { fold, say } = story();
  say('forge.issue', '1', issue(1, ['backlog']));
  expect(fold.figures()[0]).toMatchObject({ seen: false, paused: false });
  say('agent.guard', 'g', { agent: 'dev', active: false });
  expect(fold.figures()[0]?.paused).toBe(true);
  say('agent.guard', 'g', { agent: 'dev', active: true });
  expect(fold.figures()[0]?.paused).toBe(false);
});

describe('how long nobody has taken ready work up is known by the times of things', () => {
  const at = (hours: number): string => toIso(T0 + hours * HOUR);
  const ready = { updated_at: at(-9) };
  const idle = (fold: QueueFold): string | undefined => fold.figures()[0]?.idle_since;

  test.each([
    ['its last change, for it may have become ready with that', {}, at(-9)],
    ['the end of what it waited for', { depends_on: ['2'], dependencies_closed_at: at(-3) }, at(-3)],
    [
      'its last change, after the end of what it waited for',
      { depends_on: ['2'], dependencies_closed_at: at(-12) },
      at(-9),
    ],
    ['now, when nobody knows when that ended', { depends_on: ['2'] }, at(0)],
    ['now, when nobody knows when it changed', { updated_at: '' }, at(0)],
    ['now, when its times are ahead of ours', { updated_at: at(1) }, at(0)],
  ])('%s', (_, more, since) => {
    const { fold, say } = story();
    say('forge.issue', '1', issue(1, ['backlog'], { ...ready, ...more }));
    expect(idle(fold)).toBe(since);
  });

  test('work that was seen not to be ready became so when it changed after that, and otherwise just now', () => {
    const { fold, say } = story();
    say('forge.issue', '1', issue(1, ['backlog'], { ...ready, open_dependencies: 1 }), T0 - 2 * HOUR);
    say('forge.issue', '1', issue(1, ['backlog'], ready));
    expect(idle(fold)).toBe(at(0));
    say('forge.issue', '1', issue(1, ['backlog', 'blocked'], ready), T0);
    say('forge.issue', '1', issue(1, ['backlog'], { updated_at: at(1) }), T0 + 2 * HOUR);
    expect(idle(fold)).toBe(at(1));
    say('forge.issue', '1', issue(1, ['backlog'], { updated_at: at(4) }), T0 + 4 * HOUR);
    expect(idle(fold)).toBe(at(1));
  });

  test('the first of several that are ready counts', () => {
    const { fold, say } = story();
    say('forge.issue', '1', issue(1, ['backlog'], { updated_at: at(-2) }));
    say('forge.issue', '2', issue(2, ['backlog'], { updated_at: at(-5) }));
    expect(idle(fold)).toBe(at(-5));
  });

  test('not before the end of the last run, whether or not its log says so', () => {
    const { fold, say } = story();
    const run = { repo: REPO, role: 'dev', exists: true };
    say('forge.issue', '1', issue(1, ['backlog'], ready));
    say('session.run', 'dev-harb-3', { ...run, runner: 'dead', active_at: at(-8) });
    expect(idle(fold)).toBe(at(-8));
    say('session.terminal', 'dev-harb-2', { ...run, state: 'dead', state_since: at(-7) });
    expect(idle(fold)).toBe(at(-7));
    say('session.run', 'dev-harb-1', { ...run, runner: 'alive', active_at: at(-6) });
    say('session.run', 'dev-harb-1', { ...run, exists: false, runner: 'alive', active_at: at(-6) }, T0 + HOUR);
    expect(idle(fold)).toBe(at(1));
  });

  test('not before an operator let the agent work again', () => {
    const { fold, say } = story();
    say('forge.issue', '1', issue(1, ['backlog'], ready));
    say('agent.guard', 'g', { agent: 'dev', active: true });
    expect(idle(fold)).toBe(at(-9));
    say('agent.guard', 'g', { agent: 'dev', active: false });
    say('agent.guard', 'g', { agent: 'dev', active: true }, T0 + HOUR);
    expect(idle(fold)).toBe(at(1));
  });
});
