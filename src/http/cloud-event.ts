/** A posted CloudEvent 1.0 becomes an event of the catalogue, or a refusal that says what to write instead. Pure. */

import type { EventKind } from '../core/catalog/catalog.ts';
import { subjectOf } from '../core/catalog/subject.ts';
import { stableId, toEvent, type AnyEvent } from '../core/event.ts';
import { parseIso, type Instant } from '../core/time.ts';
import { refuse, step, stop, type Step } from './answer.ts';
import { checkData, checkKind, isRecord } from './event-data.ts';

export interface PostedIn {
  /** The box an event belongs to that names none. */
  readonly host: string;
  readonly now: Instant;
}

const MAX_BATCH = 1_000;

/** Reads one CloudEvent in its JSON form. */
export function readCloudEvent(posted: unknown, at: PostedIn): Step<AnyEvent> {
  if (!isRecord(posted)) return wrong('the event is not a JSON object', 'Send one CloudEvent as a JSON object.');
  if (posted['specversion'] !== '1.0') return wrong('"specversion" is not "1.0"', 'Write: "specversion": "1.0"');
  if (posted['data_base64'] !== undefined) return wrong('there is "data_base64"', 'Write the fields in "data".');
  const kind = checkKind(posted['type']);
  if (!kind.ok) return kind;
  const data = checkData(kind.value, posted['data']);
  if (!data.ok) return data;
  const time = timeOf(posted['time'], at.now);
  if (!time.ok) return time;
  return assemble(posted, kind.value, { data: data.value, time: time.value, host: hostOf(posted, data.value, at) });
}

/** Reads a batch: all of it or nothing. */
export function readCloudEvents(posted: unknown, at: PostedIn): Step<readonly AnyEvent[]> {
  if (!Array.isArray(posted)) return wrong('the batch is not a JSON array', 'Send a list of CloudEvents.');
  if (posted.length > MAX_BATCH) return wrong(`the batch has ${posted.length} events`, `Send at most ${MAX_BATCH}.`);
  const events: AnyEvent[] = [];
  for (const [index, one] of posted.entries()) {
    const event = readCloudEvent(one, at);
    if (!event.ok) return stop(atIndex(event.answer, index));
    events.push(event.value);
  }
  return step(events);
}

interface Checked {
  readonly data: Readonly<Record<string, unknown>>;
  readonly time: Instant;
  readonly host: string;
}

function assemble(posted: Readonly<Record<string, unknown>>, kind: EventKind, checked: Checked): Step<AnyEvent> {
  const source = textOf(posted['source']);
  if (source === '') return wrong('the attribute "source" is missing', 'Say who sends: "source": "script://backup"');
  const { time, host } = checked;
  const given = textOf(posted['subject']);
  const subject = given === '' ? subjectOf(kind, { host, ...checked.data }) : given;
  if (subject === '') {
    return wrong(
      `the attribute "subject" is missing and the data does not say which ${kind} it is`,
      'Write "subject".',
    );
  }
  return step(toEvent(kind, { id: idOf(posted, source, time), source, subject, time, host }, checked.data));
}

/**
 * Source and id name a CloudEvent, so both make the id of ours, and nobody can take the id of another source's event.
 * Without an id the content is one, and its time; a sender that gives neither says that each post is news.
 */
function idOf(posted: Readonly<Record<string, unknown>>, source: string, time: Instant): string {
  const id = textOf(posted['id']);
  return `event-${id === '' ? stableId(source, time, JSON.stringify(posted)) : stableId(source, id)}`;
}

function hostOf(posted: Readonly<Record<string, unknown>>, data: Checked['data'], at: PostedIn): string {
  return [data['host'], posted['host']].map(textOf).find((host) => host !== '') ?? at.host;
}

function timeOf(time: unknown, now: Instant): Step<Instant> {
  if (time === undefined || time === null || time === '') return step(now);
  const at = typeof time === 'string' ? parseIso(time) : null;
  return at === null ? wrong('"time" is not a time', 'Write it as 2026-01-31T12:00:00Z, or leave it out.') : step(at);
}

const ATTRIBUTE_LIMIT = 512;

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, ATTRIBUTE_LIMIT).toWellFormed() : '';

function wrong(error: string, hint: string): Step<never> {
  return stop(refuse(400, 'cloud_event', error, hint));
}

function atIndex(answer: ReturnType<typeof refuse>, index: number): ReturnType<typeof refuse> {
  if (typeof answer.body === 'string') return answer;
  return { ...answer, body: { ...answer.body, index } };
}
