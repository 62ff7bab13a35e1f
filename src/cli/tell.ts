/** What the running reactor answered to something it was told. */

import type { Reply } from '../app/client.ts';
import { UsageError } from './usage.ts';

export interface AcceptedEvents {
  readonly accepted: number;
  readonly known: number;
  readonly ids: readonly string[];
}

/** The answer when it took the event; throws a UsageError that says what to do when it did not. */
export function acceptedBy(answer: Reply): AcceptedEvents {
  if (!answer.reached) throw new UsageError(`no reactor answers (${answer.reason}). Start it: reactor run`);
  const { status, body } = answer;
  const reason = reasonIn(body);
  if (status >= 300 && reason !== null) throw new UsageError(`the reactor refused (${status}): ${reason}`);
  if (status >= 300 || !isAccepted(body)) {
    throw new UsageError(`what answers is no reactor (status ${status}). reactor doctor says who is there`);
  }
  return body;
}

function isAccepted(body: unknown): body is AcceptedEvents {
  return typeof body === 'object' && body !== null && 'accepted' in body && 'ids' in body && Array.isArray(body.ids);
}

/** `error` and `hint` are what every refusal of the HTTP face has; null when it is no refusal of ours. */
function reasonIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('error' in body)) return null;
  const hint = 'hint' in body ? ` ${String(body.hint)}` : '';
  return `${String(body.error)}.${hint}`;
}
