/** What the HTTP face is given by the composition root. */

import type { Registry } from 'prom-client';
import type { Intake } from '../core/source.ts';
import type { Millis } from '../core/time.ts';
import type { ReadWebhook } from '../core/webhook.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** `ready` only when the start is settled and the store writes; reasons say what is missing. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** A figure that is read when `/metrics` is asked for. */
export interface GaugeSpec {
  /** Without the `reactor_` in front. */
  readonly name: string;
  readonly help: string;
  /** Name of the one label, left out when there is none. */
  readonly label?: string;
  /** One number, or one by value of the label. */
  read(): number | ReadonlyMap<string, number>;
}

export interface HttpOptions {
  /** Port 0 takes any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Name of the box; the `host` of posted events that name none. */
  readonly host: string;
  /** Newest first; two while a secret is rotated; empty accepts webhooks from this machine only. */
  readonly webhookSecrets: readonly string[];
  /** Null accepts posted events from this machine only. */
  readonly apiToken: string | null;
  readonly readWebhook: ReadWebhook;
  /** What steps of pipelines post; without it there is no such route. */
  readonly notices?: NoticeOptions;
  /** Resolves once the events are on disk; the 202 waits for it. */
  readonly intake: Intake;
  readonly readiness: () => Readiness;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'sleep'>;
  readonly log: Log;
  readonly gauges?: readonly GaugeSpec[];
  /** Where the metrics are kept; a fresh one when it is left out. */
  readonly registry?: Registry;
  readonly limits?: Partial<Limits>;
}

export interface NoticeOptions {
  /** What a step proves itself with; newest first; empty accepts notices from this machine only. */
  readonly secrets: readonly string[];
  /** The body is the step's JSON, or the fields of its form. */
  readonly read: ReadWebhook;
}

export interface Limits {
  /** Bytes of one body. */
  readonly body: number;
  /** How long one request may take to arrive. */
  readonly request: Millis;
  /** How long requests under way may take to finish at close. */
  readonly close: Millis;
}

export const DEFAULT_LIMITS: Limits = { body: 10 * 1024 * 1024, request: 30_000, close: 5_000 };
