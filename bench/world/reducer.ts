/**
 * The floor of the engine: what somebody in a hurry would write instead of it. The fields that the shipped rules look at,
 * one state a key in a Map, no timers of its own, no language, no gates, no texts, no reasons.
 */

import type { EventData } from '../../src/core/catalog/catalog.ts';
import type { AnyEvent } from '../../src/core/event.ts';
import { HOUR, MINUTE, SECOND, type Instant, type Millis } from '../../src/core/time.ts';

export interface Reducer {
  handle(event: AnyEvent): void;
  /** Alerts since it was last asked. */
  drain(): readonly string[];
}

/** A reducer that has seen nothing. */
export function createReducer(): Reducer {
  const memory = createMemory();
  return {
    handle: (event) => handle(event, memory),
    drain: () => memory.drain(),
  };
}

function handle(event: AnyEvent, memory: Memory): void {
  const now = event.received;
  switch (event.kind) {
    case 'host.memory':
      return onMemory(event.data, memory, now);
    case 'host.disk':
      return memory.hold(`disk-high ${event.data.host} ${event.data.fs_id}`, event.data.used_pct > 80, 3 * MINUTE, now);
    case 'ci.pipeline':
      return onPipeline(event.data, memory, now);
    case 'forge.push':
      return memory.forget(`pr-stale ${event.data.repo} ${event.data.pr}`);
    case 'forge.pull':
      return event.data.state === 'open' ? undefined : memory.forget(`pr-stale ${event.data.repo} ${event.data.pr}`);
    case 'session.phase':
      return onPhase(event.data, memory, now);
    case 'lock.file':
      return onLock(event.data, memory, now);
    case 'docker.container':
      return onContainer(event.data, memory, now);
    default:
  }
}

function onMemory(data: EventData<'host.memory'>, memory: Memory, now: Instant): void {
  const { host, available_mb, swap_used_mb } = data;
  memory.hold(`mem-floor ${host}`, available_mb < 500, 30 * SECOND, now);
  memory.hold(`mem-swap ${host}`, swap_used_mb > 3_072 && available_mb < 2_000, MINUTE, now);
}

function onPipeline(data: EventData<'ci.pipeline'>, memory: Memory, now: Instant): void {
  const { repo, number, pr, status, started_at, created_at } = data;
  const isRunning = status === 'running';
  const isPending = status === 'pending';
  const isOver = status === 'success' || status === 'failure' || status === 'error';
  memory.hold(`ci-running ${repo} ${number}`, isRunning, 20 * MINUTE, isRunning ? Date.parse(started_at) : now);
  memory.hold(`ci-pending ${repo} ${number}`, isPending, 30 * MINUTE, isPending ? Date.parse(created_at) : now);
  if (pr > 0 && isOver) memory.hold(`pr-stale ${repo} ${pr}`, true, 20 * MINUTE, now);
}

function onPhase(data: EventData<'session.phase'>, memory: Memory, now: Instant): void {
  const { session, exists, phase, issue_state, phase_since } = data;
  const isStuck = exists && phase === 'escalate' && issue_state === 'open';
  memory.hold(`escalate ${session}`, isStuck, 24 * HOUR, isStuck ? Date.parse(phase_since) : now);
}

function onLock(data: EventData<'lock.file'>, memory: Memory, now: Instant): void {
  const { path, exists, owner, age_s } = data;
  memory.hold(`lock-dead ${path}`, exists && owner === 'dead' && age_s > 300, MINUTE, now);
}

function onContainer(data: EventData<'docker.container'>, memory: Memory, now: Instant): void {
  const { action, requested, exit_code, managed, stack, service } = data;
  if (action !== 'die' || requested || managed) return;
  if (exit_code === 0 || exit_code === 130 || exit_code === 143) return;
  memory.count(`restart-loop ${stack} ${service}`, 3, now - 10 * MINUTE, now);
}

interface Memory {
  /** Alerts once when something has been bad since so long ago; asked only when an event comes. */
  hold(key: string, isBad: boolean, span: Millis, since: Instant): void;
  /** Alerts when there are so many stamps since an instant. */
  count(key: string, n: number, since: Instant, now: Instant): void;
  forget(key: string): void;
  drain(): readonly string[];
}

interface State {
  readonly since: Instant;
  hasFired: boolean;
  stamps: readonly Instant[];
}

function createMemory(): Memory {
  const states = new Map<string, State>();
  let newest: Instant = 0;
  let alerts: string[] = [];
  const stateOf = (key: string, since: Instant): State => {
    const known = states.get(key);
    if (known !== undefined) return known;
    const state: State = { since, hasFired: false, stamps: [] };
    states.set(key, state);
    return state;
  };
  return {
    hold(key, isBad, span, since) {
      newest = Math.max(newest, since);
      if (!isBad) {
        states.delete(key);
        return;
      }
      const state = stateOf(key, since);
      if (state.hasFired || newest - state.since < span) return;
      state.hasFired = true;
      alerts.push(key);
    },
    count(key, n, since, now) {
      const state = stateOf(key, now);
      state.stamps = [...state.stamps.filter((stamp) => stamp > since), now];
      if (state.stamps.length >= n) alerts.push(key);
    },
    forget: (key) => void states.delete(key),
    drain() {
      const said = alerts;
      alerts = [];
      return said;
    },
  };
}
