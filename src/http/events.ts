/** `POST /events`: CloudEvents 1.0, structured, batched or binary, from whoever has the token. */

import type { AnyEvent } from '../core/event.ts';
import { refuseWithoutToken } from './access.ts';
import { refuse, step, stop, type Answer, type Step } from './answer.ts';
import { decodeUtf8, mediaType, parseJson, readBody, type Call } from './body.ts';
import { readCloudEvent, readCloudEvents, type PostedIn } from './cloud-event.ts';
import type { TakeIn } from './take-in.ts';

export interface EventsParts {
  readonly token: string | null;
  readonly bodyLimit: number;
  readonly takeIn: TakeIn;
  readonly postedIn: () => PostedIn;
}

type Mode = 'structured' | 'batch' | 'binary';

/** Answers posted events: 202 stored, 400, 401, 413, 415, 503. */
export async function answerEvents(call: Call, parts: EventsParts): Promise<Answer> {
  const refusal = refuseWithoutToken(call, parts.token);
  if (refusal !== null) return refusal;
  const mode = modeOf(call);
  if (mode === null) return wrongType(mediaType(call));
  const events = await readEvents(call, mode, parts);
  if (!events.ok) return events.answer;
  const stored = await parts.takeIn(events.value);
  if (!stored.ok) return stored.answer;
  const ids = events.value.map((event) => event.id);
  return { status: 202, body: { accepted: stored.value.stored, known: stored.value.known, ids } };
}

function modeOf(call: Call): Mode | null {
  const type = mediaType(call);
  if (type === 'application/cloudevents+json') return 'structured';
  if (type === 'application/cloudevents-batch+json') return 'batch';
  const isJson = type === 'application/json' || type === '';
  return isJson && call.req.header('ce-specversion') !== undefined ? 'binary' : null;
}

async function readEvents(call: Call, mode: Mode, parts: EventsParts): Promise<Step<readonly AnyEvent[]>> {
  const bytes = await readBody(call, parts.bodyLimit);
  if (!bytes.ok) return bytes;
  const text = decodeUtf8(bytes.value);
  if (!text.ok) return text;
  // A binary event without data has an empty body.
  const body = mode === 'binary' && text.value === '' ? step({}) : parseJson(text.value);
  if (!body.ok) return body;
  if (mode === 'batch') return readCloudEvents(body.value, parts.postedIn());
  const posted = mode === 'structured' ? body : attributesOf(call, body.value);
  if (!posted.ok) return posted;
  const event = readCloudEvent(posted.value, parts.postedIn());
  return event.ok ? step([event.value]) : event;
}

const ATTRIBUTES = ['specversion', 'type', 'source', 'id', 'subject', 'time', 'host'] as const;

/** The attributes of a binary event: one header each, in which what is not plain ASCII is percent-encoded. */
function attributesOf(call: Call, data: unknown): Step<Readonly<Record<string, unknown>>> {
  const posted: Record<string, unknown> = { data };
  for (const name of ATTRIBUTES) {
    const header = call.req.header(`ce-${name}`);
    if (header === undefined) continue;
    const value = decodePercent(header);
    if (value === null) {
      const hint = 'Percent-encode it as UTF-8, and a percent sign as %25.';
      return stop(refuse(400, 'cloud_event', `the header ce-${name} is not well encoded`, hint));
    }
    posted[name] = value;
  }
  return step(posted);
}

function decodePercent(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function wrongType(type: string): Answer {
  return refuse(
    415,
    'content_type',
    `the content type "${type.slice(0, 100)}" without ce-specversion is not read here`,
    'Send application/cloudevents+json, application/cloudevents-batch+json, or application/json with ce-* headers.',
  );
}
