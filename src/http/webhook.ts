/** `POST /webhooks/forgejo`: is it allowed, whole, signed and understood; then it is stored, and only then answered. */

import type { Instant } from '../core/time.ts';
import type { ReadWebhook, WebhookReading } from '../core/webhook.ts';
import { judgeSignature } from './access.ts';
import { refuse, step, stop, type Answer, type Step } from './answer.ts';
import { decodeUtf8, mediaType, parseJson, readBody, type Call } from './body.ts';
import type { TakeIn } from './take-in.ts';

export interface WebhookParts extends ReadingParts {
  readonly secrets: readonly string[];
  readonly bodyLimit: number;
  readonly readWebhook: ReadWebhook;
  readonly now: () => Instant;
}

export interface ReadingParts {
  readonly takeIn: TakeIn;
  readonly onIgnored: () => void;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Answers a webhook: 202 stored or ignored, 400, 401, 413, 415, 503. */
export async function answerWebhook(call: Call, parts: WebhookParts): Promise<Answer> {
  const payload = await readPayload(call, parts.bodyLimit);
  if (!payload.ok) return payload.answer;
  const text = payload.value;
  const signed = await judgeSignature(call, text, parts.secrets);
  if (!signed.ok) return signed.refusal;
  const eventType = eventTypeOf(call);
  if (eventType === '') return noEventType();
  const body = parseJson(text);
  if (!body.ok) return body.answer;
  const by = signed.by === null ? {} : { signedBy: signed.by };
  const delivery = { eventType, text, body: body.value, receivedAt: parts.now(), ...by };
  return answerReading(parts.readWebhook(delivery), parts);
}

/** Does with a delivery what its reader made of it: 202 stored, ignored or taken as a hint, 400, 503. */
export async function answerReading(reading: WebhookReading, parts: ReadingParts): Promise<Answer> {
  switch (reading.kind) {
    case 'broken':
      return refuse(
        400,
        'incomplete',
        reading.reason,
        'Forgejo sends it so by itself; for a notice of a pipeline see docs/recipes/woodpecker-notify.md.',
      );
    case 'ignored':
      parts.onIgnored();
      return { status: 202, body: { ignored: reading.reason } };
    case 'hint':
      return { status: 202, body: { looking: reading.reason } };
    case 'events': {
      const stored = await parts.takeIn(reading.events);
      if (!stored.ok) return stored.answer;
      const { stored: accepted, known } = stored.value;
      return { status: 202, body: { accepted, known, id: reading.events[0]?.id ?? '' } };
    }
  }
}

/** The JSON text of the delivery: the body, or the field `payload` of a form. It is this text that is signed. */
async function readPayload(call: Call, limit: number): Promise<Step<string>> {
  const type = mediaType(call);
  if (type !== JSON_TYPE && type !== FORM_TYPE) {
    const hint = `Set the content type of the webhook to ${JSON_TYPE} (or ${FORM_TYPE}) and its method to POST.`;
    return stop(refuse(415, 'content_type', `the content type "${type.slice(0, 100)}" is not read here`, hint));
  }
  const bytes = await readBody(call, limit);
  if (!bytes.ok) return bytes;
  const text = decodeUtf8(bytes.value);
  if (!text.ok || type === JSON_TYPE) return text;
  const payload = new URLSearchParams(text.value).get('payload');
  if (payload !== null) return step(payload);
  return stop(refuse(400, 'no_payload', 'the form has no field "payload"', 'Send the JSON in the field "payload".'));
}

/** The fine name first. The coarse one, which an old Gitea or Gogs sends alone, has other words for reviews and is empty for packages. */
const EVENT_HEADERS = [
  'x-forgejo-event-type',
  'x-gitea-event-type',
  'x-gogs-event-type',
  'x-forgejo-event',
  'x-gitea-event',
  'x-gogs-event',
];

function eventTypeOf(call: Call): string {
  for (const name of EVENT_HEADERS) {
    const value = call.req.header(name);
    if (value !== undefined && value !== '') return value;
  }
  return '';
}

function noEventType(): Answer {
  return refuse(
    400,
    'no_event_type',
    'the header X-Forgejo-Event-Type is missing',
    'Let Forgejo or Gitea send it; for events of your own use POST /events.',
  );
}
