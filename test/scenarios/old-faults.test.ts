/** What the factory's shell supervisor took for trouble, as events on a box with the shipped rules: each rule is heard, not one of them alone. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/app/configure.ts';
import { loadRules } from '../../src/app/rules.ts';
import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { subjectOf } from '../../src/core/catalog/subject.ts';
import { toEvent, type AnyEvent } from '../../src/core/event.ts';
import { DAY, HOUR, MINUTE, toIso, type Instant, type Millis } from '../../src/core/time.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { createQueueFold } from '../../src/factory/queue.ts';

const START = Date.UTC(2026, 0, 1);
const rulebook = await loadRules(readConfig({}, join(import.meta.dirname, '../..')), START);

let unique = 0;

function at<K extends EventKind>(time: Instant, kind: K, data: Partial<EventData<K>>): AnyEvent {
  unique += 1;
  const full = { exists: true, host: 'box', ...data } as Partial<EventData<K>>;
  const subject = subjectOf(kind, { ...full, host: 'box' });
  return toEvent(kind, { id: `${kind} ${unique}`, source: 'test://box', subject, time, host: 'box' }, full);
}

interface Heard {
  /** Rules whose findings people were told of. */
  readonly told: readonly string[];
  /** Rules of findings that another one explains. */
  readonly explained: readonly string[];
}

/** What the shipped rules make of events, and of a span of silence behind them. */
function hear(events: readonly AnyEvent[], silence: Millis): Heard {
  const engine = createEngine({ rulebook, lookup: () => null });
  engine.open(START);
  const told = new Set<string>();
  const explained = new Set<string>();
  const collect = (): void => {
    for (const { firedAt, rule, inhibitedBy } of engine.drain().findings) {
      if (firedAt !== null) (inhibitedBy === '' ? told : explained).add(rule);
    }
  };
  for (const event of events) {
    engine.handle({ ...event, received: event.time });
    collect();
  }
  engine.advance((events.at(-1)?.time ?? START) + silence);
  collect();
  return { told: [...told].toSorted(), explained: [...explained].toSorted() };
}

/** Labels by which the factory’s own poll leaves an issue to others. */
const NOT_FOR_DEVELOPERS =
  'bug-report vision in-triage in-progress blocked prediction/unreviewed prediction/dismissed action formula awaiting-live-verification'.split(
    ' ',
  );

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);
const repo = 'johba/harb';

describe('nothing is wrong with', () => {
  test('forty open pull requests, thirty blocked issues and a full swap beside free memory', () => {
    const pulls = numbers(40).map((number) =>
      at(START, 'forge.pull', { repo, number, pr: number, state: 'open', branch: `fix/issue-${100 + number}` }),
    );
    const issues = numbers(30).map((number) =>
      at(START, 'forge.issue', { repo, number, issue: number, state: 'open', labels: ['blocked'] }),
    );
    const memory = at(START, 'host.memory', { available_mb: 9_000, total_mb: 16_000, swap_used_mb: 5_000 });
    expect(hear([...pulls, ...issues, memory], DAY)).toEqual({ told: [], explained: [] });
  });

  test('a session of which no status file is known: what is not there has no age', () => {
    const run = { session: 'dev-harb-42', status_text: '', status_since: '', waits_for: '' };
    const events = ['alive', 'dead', 'unknown'].map((runner, i) =>
      at(START + i, 'session.run', { ...run, runner, active_at: toIso(START - 12 * HOUR) }),
    );
    expect(hear(events, DAY)).toEqual({ told: [], explained: [] });
  });

  test('a status whose time cannot be read: it is as old as the first look at it', () => {
    const run = { session: 'dev-harb-42', status_text: 'at work', status_since: '', active_at: '', runner: 'dead' };
    expect(hear([at(START, 'session.run', run)], 29 * MINUTE)).toEqual({ told: [], explained: [] });
    expect(hear([at(START, 'session.run', run)], 31 * MINUTE).told).toEqual(['work/agent-run-dead']);
  });

  test('a clone on another branch, dirty and in a rebase, while somebody works there on purpose', () => {
    const clone = { path: '/repos/harb', what: 'project', branch: 'evolution', primary: 'main', on_primary: false };
    const long = toIso(START - DAY);
    const state = { dirty: true, changed: 9, rebase_in_progress: true, rebase_since: long, branch_since: long };
    for (const more of [state, { ...state, rebase_in_progress: false, rebase_since: '' }]) {
      const seen = (guarded: boolean): AnyEvent => at(START, 'git.repo', { ...clone, ...more, guarded });
      expect(hear([seen(true)], HOUR)).toEqual({ told: [], explained: [] });
      expect(hear([seen(false)], HOUR).told).toHaveLength(1);
    }
  });
});

test.each(['escalate', 'done', 'failed', 'awaiting_ci', 'none'])(
  'a file that says %s is left over a day after its issue was closed',
  (phase) => {
    const file = { session: 'dev-harb-62', path: '/tmp/dev-session-harb-62.phase', phase, issue: 62, number: 62 };
    const after = (hours: number): readonly string[] =>
      hear(
        [at(START, 'session.phase', { ...file, issue_state: 'closed', issue_closed_at: toIso(START) })],
        hours * HOUR,
      ).told;
    expect(after(23)).toEqual([]);
    expect(after(25)).toEqual(['work/phase-of-closed-issue']);
  },
);

test.each(NOT_FOR_DEVELOPERS)('an issue that is also %s is not work that nobody takes', (label) => {
  const figuresWith = (labels: readonly string[]): Partial<EventData<'factory.queue'>> => {
    const fold = createQueueFold([{ name: 'harb', repo }]);
    fold.apply(at(START, 'forge.issue', { repo, number: 1, issue: 1, state: 'open', labels }));
    return fold.figures()[0] ?? {};
  };
  expect(figuresWith(['backlog'])).toMatchObject({ ready: 1 });
  expect(figuresWith(['backlog', label])).toMatchObject({ backlog: 1, ready: 0, idle_since: '' });
});

test('errors of an agent are one finding about the agent, and none about each pipeline that they broke', () => {
  const broken = numbers(4).map((number) =>
    at(START + number * MINUTE, 'ci.pipeline', {
      repo,
      number,
      pr: number,
      branch: `fix/issue-${number}`,
      event: 'pull_request',
      status: 'failure',
      started_at: toIso(START + number * MINUTE - 5_000),
      finished_at: toIso(START + number * MINUTE),
      duration_s: 5,
      latest: true,
      infra: true,
      failed_step: 'clone',
      exit_code: 128,
    }),
  );
  const agent = at(START + 5 * MINUTE, 'ci.agent', {
    name: 'wp-1',
    number: 1,
    health: 'unhealthy',
    evidence: '4 gRPC errors',
    grpc_errors: 4,
    fast_failures: 4,
    fast_failures_in_a_row: 4,
  });
  const { told } = hear([...broken, agent], 15 * MINUTE);
  expect(told.filter((rule) => rule !== 'ci/ci-fast-failures')).toEqual(['ci/ci-agent-unhealthy']);
});
