import { expect, test } from 'vitest';
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
