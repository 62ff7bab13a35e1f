/** Whose a lock is: alive, dead or unknown. Never dead without proof, for a live lock that is taken away costs an agent its work. */

import { DAY, HOUR, MINUTE, SECOND, toIso, type Instant, type Millis } from '../../core/time.ts';
import type { PidNamespace } from '../../factory/pid-namespace.ts';
import type { ProcessSight } from '../../ports/host.ts';

export interface Lock {
  /** 0 when the file holds none. */
  readonly pid: number;
  /** Why there is no pid, `''` when there is one. */
  readonly flaw: string;
  readonly lockedAt: Instant;
  /** Names of scripts that write such a lock. */
  readonly writers: readonly string[];
}

export interface LockOwner {
  readonly owner: 'alive' | 'dead' | 'unknown';
  readonly evidence: string;
}

/** File times are coarse and boot time is given in whole seconds: only a start this much after the lock proves another process. */
const START_SLACK: Millis = 2 * SECOND;

/** The process id in a lock: a decimal number and nothing else; 0 with the flaw in words when it has none. */
export function parseLockText(text: string): Pick<Lock, 'pid' | 'flaw'> {
  const content = text.trim();
  if (content === '') return { pid: 0, flaw: 'the lock is empty' };
  if (!/^[1-9]\d{0,6}$/.test(content)) return { pid: 0, flaw: 'the lock holds no process id' };
  return { pid: Number(content), flaw: '' };
}

/** Decides the owner from what the process table shows; a sight in another PID namespace can prove life, never death. */
export function judgeOwner(lock: Lock, sight: ProcessSight, namespace: PidNamespace): LockOwner {
  if (lock.pid === 0) return unknown(lock.flaw);
  return namespace.same ? judgeHere(lock, sight) : judgeAbroad(lock, sight, namespace.reason);
}

function judgeHere(lock: Lock, sight: ProcessSight): LockOwner {
  switch (sight.seen) {
    case 'absent':
      return dead(`there is no process ${lock.pid}`);
    case 'ended':
      return dead(`process ${lock.pid} has exited and only its parent has not noticed`);
    case 'hidden':
      return unknown(`process ${lock.pid} cannot be looked at: ${sight.reason}`);
    case 'running':
      return judgeRunning(lock, sight.startedAt);
  }
}

function judgeRunning(lock: Lock, startedAt: Instant | null): LockOwner {
  if (startedAt === null) return alive(`process ${lock.pid} runs; its start cannot be compared with the lock's time`);
  if (!startedAfter(lock, startedAt)) return alive(`process ${lock.pid} runs since ${toIso(startedAt)}`);
  return dead(`process ${lock.pid} is another one: it started at ${toIso(startedAt)}, after the lock was written`);
}

function judgeAbroad(lock: Lock, sight: ProcessSight, reason: string): LockOwner {
  const isOwner =
    sight.seen === 'running' &&
    sight.startedAt !== null &&
    !startedAfter(lock, sight.startedAt) &&
    lock.writers.some((writer) => sight.command.includes(writer));
  if (isOwner) return alive(`process ${lock.pid} runs the script that writes this lock`);
  return unknown(`process ids may mean another PID namespace: ${reason}`);
}

const startedAfter = (lock: Lock, startedAt: Instant): boolean => startedAt > lock.lockedAt + START_SLACK;

const alive = (evidence: string): LockOwner => ({ owner: 'alive', evidence });
const dead = (evidence: string): LockOwner => ({ owner: 'dead', evidence });
const unknown = (evidence: string): LockOwner => ({ owner: 'unknown', evidence });

/**
 * Which step an age is on. Rules compare `age_s`, so a lock is said again on each step:
 * every minute up to a quarter of an hour, every quarter of an hour up to a day, then every six hours.
 */
export function ageStep(age: Millis): string {
  if (age < 15 * MINUTE) return `${Math.floor(age / MINUTE)}m`;
  if (age < DAY) return `${Math.floor(age / (15 * MINUTE))}q`;
  return `${Math.floor(age / (6 * HOUR))}s`;
}
