/** One thing that happened to a container, and what is known of it afterwards. Pure. */

import { SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { EngineEvent } from './parse.ts';
import type { Health, Known, State } from './known.ts';

export interface Change {
  readonly action: string;
  readonly at: Instant;
  /** Tells this occurrence from others of the same action and container. */
  readonly occurrence: string;
  /** Found by a snapshot, not seen on the stream. */
  readonly synthetic: boolean;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly health?: Health;
  readonly name?: string;
  /** Known otherwise than by what was asked before. */
  readonly requested?: boolean;
  readonly oom?: boolean;
  readonly restartCount?: number;
  /** Whether the policy started it again. */
  readonly comesBack?: boolean;
}

/** An exit this long after a stop was asked for, or after running out of memory, came of it. */
const AFTERMATH: Millis = 30 * SECOND;

/** HUP and USR1 are messages to the process; these end it: INT, QUIT, KILL, TERM. */
const ENDING: ReadonlySet<string> = new Set(['2', '3', '9', '15']);

const HEALTHS: ReadonlySet<string> = new Set(['starting', 'healthy', 'unhealthy']);

/** A container's event as a change; null for a health report without a known status. */
export function toChange(event: EngineEvent): Change | null {
  const { action, attributes, at } = event;
  const change = { action, at, occurrence: event.nanos, synthetic: false };
  switch (action) {
    case 'die': {
      const exitCode = Number.parseInt(attributes['exitCode'] ?? '', 10);
      return { ...change, exitCode: Number.isNaN(exitCode) ? -1 : exitCode };
    }
    case 'kill':
      return { ...change, signal: attributes['signal'] ?? '' };
    case 'rename':
      return { ...change, name: attributes['name'] ?? '' };
    case 'health':
      return HEALTHS.has(event.detail) ? { ...change, health: event.detail as Health } : null;
    // They happen once in the life of a container, so that a snapshot can name them too.
    case 'create':
    case 'destroy':
      return { ...change, occurrence: '' };
    default:
      return change;
  }
}

/** What is known after a change. Who it is stays as it was, but for its name. */
export function applyChange(before: Known, change: Change): Known {
  const toldAt = Math.max(before.toldAt, change.at);
  if (change.at < before.at && change.action !== 'destroy') return { ...applyLate(before, change), toldAt };
  return { ...before, ...consequences(before, change), at: Math.max(before.at, change.at), toldAt };
}

/** Older than the last news: under load the engine's own order is sometimes wrong, and a replay repeats. It tells of the past, not of now. */
function applyLate(before: Known, change: Change): Known {
  if (change.action === 'start') return { ...before, startedAt: Math.max(before.startedAt, change.at) };
  const { state, health } = before;
  const past = consequences(before, change);
  return { ...before, ...past, state, health, diedAt: Math.max(before.diedAt, past.diedAt ?? 0) };
}

function consequences(before: Known, change: Change): Partial<Known> {
  const { action, at } = change;
  switch (action) {
    case 'start':
      return started(before, at);
    case 'die':
      return died(before, change);
    case 'kill':
      return isStopRequest(before, change) ? { askedAt: at } : {};
    case 'stop':
      return { askedAt: at, state: before.state === 'restarting' ? 'exited' : before.state };
    case 'oom':
      return { oomAt: at };
    case 'health':
      return { health: change.health ?? before.health };
    case 'rename':
      return { name: change.name ?? before.name };
    default:
      return { state: STATE_AFTER[action] ?? before.state };
  }
}

const STATE_AFTER: Readonly<Record<string, State>> = {
  create: 'created',
  restart: 'running',
  pause: 'paused',
  unpause: 'running',
  destroy: 'removed',
};

function started(before: Known, at: Instant): Partial<Known> {
  const health = before.setup?.hasHealthCheck === true ? 'starting' : 'none';
  return { state: 'running', health, requested: false, oom: false, askedAt: 0, oomAt: 0, startedAt: at };
}

function died(before: Known, change: Change): Partial<Known> {
  const exitCode = change.exitCode ?? -1;
  const requested = change.requested ?? wasAskedToStop(before, change.at);
  const comesBack = change.comesBack ?? willRestart(before, exitCode, requested);
  return {
    state: comesBack ? 'restarting' : 'exited',
    health: 'none',
    exitCode,
    requested,
    oom: change.oom ?? isAftermath(before.oomAt, change.at, AFTERMATH),
    restartCount: change.restartCount ?? before.restartCount + (comesBack ? 1 : 0),
    diedAt: change.at,
    isExitInferred: change.synthetic,
  };
}

/** True when an exit at an instant follows a stop that was asked for. */
export function wasAskedToStop(known: Known, exitAt: Instant): boolean {
  return isAftermath(known.askedAt, exitAt, graceOf(known));
}

function isAftermath(cause: Instant, at: Instant, within: Millis): boolean {
  // The engine's clock orders them, and its events are sometimes a little out of order.
  return cause > 0 && Math.abs(at - cause) <= within;
}

/** A container that may take a minute to stop is still stopping on request after 30 s. */
function graceOf(known: Known): Millis {
  return Math.max(AFTERMATH, ((known.setup?.stopTimeoutS ?? 0) + 5) * SECOND);
}

function isStopRequest(known: Known, change: Change): boolean {
  const signal = change.signal ?? '';
  return ENDING.has(signal) || signal === known.setup?.stopSignal;
}

/** As the engine decides it; its restart counter moves in the same moment. */
export function willRestart(known: Known, exitCode: number, requested: boolean): boolean {
  const policy = known.setup?.policy;
  if (policy === undefined || policy.name === 'no' || requested) return false;
  if (policy.name !== 'on-failure') return true;
  return exitCode !== 0 && (policy.maxRetries === 0 || known.restartCount < policy.maxRetries);
}
