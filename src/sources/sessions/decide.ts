/** What a session is doing, out of everything that says something about it. Pure. */

import { MINUTE, SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { PaneState } from '../../factory/pane-state.ts';
import type { PhaseSeen } from '../../factory/agents.ts';
import type { Turn } from './transcript.ts';

export interface Evidence {
  readonly pane: { readonly state: PaneState; readonly evidence: string };
  /** What the agent's own hooks left behind. */
  readonly marker: { readonly what: 'idle' | 'exited'; readonly at: Instant } | null;
  readonly transcript: { readonly turn: Turn; readonly at: Instant } | null;
  readonly phase: PhaseSeen | null;
  /** Last output of the pane. */
  readonly activity: Instant;
  readonly started: Instant;
  readonly now: Instant;
}

export interface Decision {
  readonly state: PaneState;
  readonly decidedBy: 'hook' | 'transcript' | 'phase' | 'pane';
  readonly evidence: string;
}

/** A hook writes its marker a moment before the screen is drawn for the last time. */
const HOOK_SLACK: Millis = 5 * SECOND;

/** A transcript that stands still for so long while the screen shows a free input line was left behind. */
const TRANSCRIPT_FRESH: Millis = 10 * MINUTE;

/**
 * The strongest evidence decides: hook, transcript, phase file, pane. But a program that has ended is dead whatever was written before, and what
 * the screen shows for certain (work, a question) outweighs a stronger sign of rest: a wrong "idle" answers a question nobody read.
 */
export function decideState(evidence: Evidence): Decision {
  const { pane } = evidence;
  const byPane: Decision = { state: pane.state, decidedBy: 'pane', evidence: pane.evidence };
  const exited = byExit(evidence);
  if (exited !== null) return exited;
  if (pane.state === 'dead') return byPane;
  const decided = byIdleHook(evidence) ?? byTranscript(evidence) ?? byPhase(evidence) ?? byPane;
  return isOutweighed(decided, pane.state) ? byPane : decided;
}

/** Which states of the screen outweigh a state that stronger evidence gave. */
const OUTWEIGHS: Readonly<Record<PaneState, readonly PaneState[]>> = {
  idle: ['busy', 'waiting_human'],
  busy: ['waiting_human'],
  waiting_human: ['busy'],
  dead: [],
  unknown: [],
};

const isOutweighed = (decided: Decision, screen: PaneState): boolean => OUTWEIGHS[decided.state].includes(screen);

function byExit({ marker, activity, started }: Evidence): Decision | null {
  if (marker?.what !== 'exited' || marker.at < started || marker.at < activity - HOOK_SLACK) return null;
  return { state: 'dead', decidedBy: 'hook', evidence: 'the agent said that it exits' };
}

function byIdleHook({ marker, activity, started }: Evidence): Decision | null {
  if (marker?.what !== 'idle' || marker.at < started || marker.at < activity - HOOK_SLACK) return null;
  return { state: 'idle', decidedBy: 'hook', evidence: 'the agent said that it is done' };
}

const TURNS: Readonly<Record<Turn, { readonly state: PaneState; readonly evidence: string }>> = {
  ended: { state: 'idle', evidence: 'its last turn has ended' },
  answering: { state: 'busy', evidence: 'it was spoken to and has not answered yet' },
  tool: { state: 'busy', evidence: 'it called a tool that has not reported yet' },
};

function byTranscript({ transcript, pane, now, started }: Evidence): Decision | null {
  if (transcript === null || transcript.at < started) return null;
  const isLeft = now - transcript.at > TRANSCRIPT_FRESH && pane.state === 'idle';
  return isLeft ? null : { ...TURNS[transcript.turn], decidedBy: 'transcript' };
}

/** A phase says what a session waits for. `working` says what it means to do, not what it does now. */
const PHASES: Readonly<Record<string, PaneState>> = {
  escalate: 'waiting_human',
  awaiting_ci: 'idle',
  awaiting_review: 'idle',
  awaiting_changes: 'idle',
  done: 'idle',
  merged: 'idle',
  failed: 'idle',
  review_complete: 'idle',
};

function byPhase({ phase, started }: Evidence): Decision | null {
  const state = phase === null || phase.since < started ? undefined : PHASES[phase.phase];
  return state === undefined ? null : { state, decidedBy: 'phase', evidence: `its phase is ${phase?.phase}` };
}
