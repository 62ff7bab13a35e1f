/** An effect: one thing to do in the world, ordered by the engine and kept in the outbox until the world confirmed it. */

import type { About } from './finding.ts';
import type { Tier } from './rule.ts';
import type { Instant, Millis } from './time.ts';

/** What people are told about a finding; made when the effect was decided, so that it can be sent late. */
export interface Card extends About {
  readonly firing: string;
  /** `clear`: it is about no finding; there is none any more. */
  readonly state: 'firing' | 'flapping' | 'resolved' | 'clear';
  readonly firedAt: Instant;
  readonly resolvedAt: Instant | null;
  /** One line a cause, newest last, at most 10. */
  readonly causes: readonly string[];
}

/** `fire`: it began (or is said again). `update`: it changed. `resolve`: it is over. */
export type Phase = 'fire' | 'update' | 'resolve';

export type EffectSpec =
  | {
      readonly act: 'vault';
      readonly slug: string;
      readonly tier: Tier;
      readonly assignee: string;
      readonly human: string;
      readonly card: Card;
    }
  | { readonly act: 'notify'; readonly to: string; readonly card: Card }
  | { readonly act: 'nudge'; readonly session: string; readonly line: string; readonly card: Card }
  | { readonly act: 'journal'; readonly card: Card; readonly also: readonly string[] }
  | { readonly act: 'incident'; readonly card: Card };

export type SpecOf<A extends EffectSpec['act']> = Extract<EffectSpec, { act: A }>;

export interface EffectOrder<S extends EffectSpec = EffectSpec> {
  /** Derived from the firing, the step, the phase and its number: deciding twice makes one order. */
  readonly id: string;
  /** What all orders of one step of one firing share; `fire` is what later phases refer to. */
  readonly thread: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly firing: string;
  readonly step: number;
  readonly phase: Phase;
  /** One queue a target, in order. */
  readonly target: string;
  readonly decidedAt: Instant;
  /** Not sent before. */
  readonly notBefore: Instant;
  /** Dead when it could not be done so long after it was decided. */
  readonly maxAge: Millis;
  readonly spec: S;
}

export type OrderState = 'waiting' | 'running' | 'done' | 'skipped' | 'dead' | 'interrupted';

/** An order as the outbox keeps it. */
export interface OutboxRow extends EffectOrder {
  readonly seq: number;
  readonly state: OrderState;
  readonly attempts: number;
  readonly nextAt: Instant;
  /** What the world called it: a file path, a Matrix event id. */
  readonly ref: string;
  /** Why it failed or was skipped, `''` when it did not. */
  readonly reason: string;
  readonly finishedAt: Instant | null;
}

export type EffectResult =
  | { readonly outcome: 'done'; readonly ref: string }
  /** The world is such that it must not be done; final. */
  | { readonly outcome: 'skipped'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly reason: string; readonly retry: boolean; readonly retryAfter?: Millis };

export interface EffectContext {
  readonly now: Instant;
  readonly signal: AbortSignal;
  /** The ref of the `fire` order of the same thread, `''` when it was never done. */
  readonly firedRef: string;
  /** 1 for the first try. */
  readonly attempt: number;
}

/** Something that carries out orders of one act. */
export interface Effect<S extends EffectSpec = EffectSpec> {
  readonly act: S['act'];
  /** False: an order that was begun when the process died is not begun again, it is reported as interrupted. */
  readonly repeatable: boolean;
  /** Does it. Resolves with what the world said; throws only on a bug. Safe to call again with the same order when repeatable. */
  run(order: EffectOrder<S>, context: EffectContext): Promise<EffectResult>;
}

/** It is done; `ref` is what the world calls it. */
export const done = (ref: string): EffectResult => ({ outcome: 'done', ref });
/** It must not be done, and will not be tried again. */
export const skipped = (reason: string): EffectResult => ({ outcome: 'skipped', reason });
/** It could not be done; `how` says whether and when to try again. */
export const failed = (
  reason: string,
  how: { readonly retry: boolean; readonly retryAfter?: Millis },
): EffectResult => ({
  outcome: 'failed',
  reason,
  ...how,
});
