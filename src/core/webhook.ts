/** What a forge posts to us, and what a reader of such posts makes of it. */

import type { AnyEvent } from './event.ts';
import type { Instant } from './time.ts';

export interface WebhookDelivery {
  /** The fine name of the event: `X-Forgejo-Event-Type`. */
  readonly eventType: string;
  /** The JSON text exactly as it was sent and signed. */
  readonly text: string;
  /** The same, parsed. */
  readonly body: unknown;
  readonly receivedAt: Instant;
  /** Which of the secrets it was signed with, counted from 0; not given when it was not signed. */
  readonly signedBy?: number;
}

/**
 * `ignored`: true but of no use to us. `hint`: nothing to store, somebody looks at what it is about.
 * `broken`: it lacks what its type must have; `reason` names it.
 */
export type WebhookReading =
  | { readonly kind: 'events'; readonly events: readonly AnyEvent[] }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'hint'; readonly reason: string }
  | { readonly kind: 'broken'; readonly reason: string };

/** Makes events of a delivery; never throws on what a stranger sent. */
export type ReadWebhook = (delivery: WebhookDelivery) => WebhookReading;
