/** What is believed of one file after each reading. A reading that may be half a write is doubted until it has been seen again. */

import type { Instant, Millis } from '../../core/time.ts';
import type { SessionName } from '../../factory/session-names.ts';
import { parseLockText, type Lock } from './lock.ts';
import { parsePhaseText } from './phase.ts';

export interface PhaseFacts {
  readonly phase: string;
  readonly reason: string;
  readonly since: Instant;
  readonly unreadable: boolean;
}

export type LockFacts = Pick<Lock, 'pid' | 'flaw' | 'lockedAt'>;

interface Doubt {
  readonly about: 'nothing' | 'empty' | 'broken';
  readonly count: number;
}

export const NO_DOUBT: Doubt = { about: 'nothing', count: 0 };

interface Tracked<Facts> {
  readonly path: string;
  /** Of the last reading, `''` before the first. */
  readonly version: string;
  /** Null until a reading was believed. */
  readonly facts: Facts | null;
  /** What the last readings in a row were doubted for, and how many they are. */
  readonly doubt: Doubt;
  /** False: read it again soon, changed or not. */
  readonly settled: boolean;
}

export interface TrackedPhase extends Tracked<PhaseFacts> {
  readonly what: 'phase';
  readonly name: SessionName;
  /** The last phase that could be read. */
  readonly good: PhaseFacts | null;
}

export interface TrackedLock extends Tracked<LockFacts> {
  readonly what: 'lock';
  readonly name: string;
  readonly writers: readonly string[];
}

export type TrackedFile = TrackedPhase | TrackedLock;

/** An empty file is believed when it has been empty for so long: between truncating and writing there is a moment, on a busy machine a long one. */
const EMPTY_FOR: Millis = 500;
/** Looks after which it is believed all the same: file times may be ahead of ours. A broken file is believed to be broken at the third. */
const LOOKS_AT = { empty: 6, broken: 3 } as const;

/** A file written so shortly before it was read may have been written again within the same tick of the file clock. */
const JUST_WRITTEN: Millis = 50;

export interface Reading {
  readonly version: string;
  readonly modified: Instant;
  /** Null when it could not be read. */
  readonly text: string | null;
  /** Why it could not be read, `''` when it could. */
  readonly refusal: string;
}

/** Takes in what a phase file read as. */
export function readPhase(file: TrackedPhase, reading: Reading, now: Instant): TrackedPhase {
  const parsed = reading.text === null ? ({ shape: 'broken' } as const) : parsePhaseText(reading.text);
  const next = { ...file, version: reading.version, settled: !isJustWritten(reading, now) };
  const since = reading.modified;
  if (parsed.shape === 'phase') {
    const facts = { phase: parsed.phase, reason: parsed.reason, since, unreadable: false };
    return { ...next, facts, good: facts, doubt: NO_DOUBT };
  }
  const doubt = doubtAgain(file.doubt, parsed.shape);
  if (isDoubted(doubt, reading, now)) return { ...next, doubt, settled: false };
  if (parsed.shape === 'empty') {
    return { ...next, facts: { phase: 'none', reason: '', since, unreadable: false }, good: null, doubt };
  }
  const last = file.good ?? { phase: 'unreadable', reason: '', since };
  return { ...next, facts: { ...last, unreadable: true }, doubt };
}

/** Takes in what a lock read as. */
export function readLock(file: TrackedLock, reading: Reading, now: Instant): TrackedLock {
  const next = { ...file, version: reading.version, settled: !isJustWritten(reading, now) };
  const content =
    reading.text === null
      ? { pid: 0, flaw: `the lock cannot be read: ${reading.refusal}` }
      : parseLockText(reading.text);
  const doubt = content.pid === 0 ? doubtAgain(file.doubt, 'empty') : NO_DOUBT;
  if (isDoubted(doubt, reading, now)) return { ...next, doubt, settled: false };
  return { ...next, facts: { ...content, lockedAt: reading.modified }, doubt };
}

function doubtAgain(doubt: Doubt, about: 'empty' | 'broken'): Doubt {
  return { about, count: doubt.about === about ? doubt.count + 1 : 1 };
}

function isDoubted(doubt: Doubt, reading: Reading, now: Instant): boolean {
  if (doubt.about === 'nothing' || doubt.count >= LOOKS_AT[doubt.about]) return false;
  return doubt.about === 'broken' || now - reading.modified < EMPTY_FOR;
}

function isJustWritten(reading: Reading, now: Instant): boolean {
  const age = now - reading.modified;
  return age >= 0 && age < JUST_WRITTEN;
}
