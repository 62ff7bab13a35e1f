/** What the event log last heard of the files of a folder, before this process started. */

import { dirname } from 'node:path';
import type { EventLog } from '../../ports/store.ts';
import { parseIso } from '../../core/time.ts';
import type { FileFacts } from './facts.ts';
import { placed } from '../../factory/placed.ts';
import type { PhaseFacts } from './tracked.ts';

export interface Whereabouts {
  /** Name of the box. */
  readonly host: string;
  /** `''` on the box itself. */
  readonly place: string;
  readonly dir: string;
}

/** The files of a folder that the log believes to be there, by path. */
export function readHistory(
  latest: EventLog['latest'],
  { host, place, dir }: Whereabouts,
): ReadonlyMap<string, FileFacts> {
  const known = new Map<string, FileFacts>();
  for (const event of [...latest('session.phase'), ...latest('lock.file')]) {
    if (event.kind !== 'session.phase' && event.kind !== 'lock.file') continue;
    if (event.host !== host || !event.data.exists || dirname(event.data.path) !== placed(place, dir)) continue;
    known.set(event.data.path, toFacts(event));
  }
  return known;
}

type FileEvent = Extract<
  ReturnType<EventLog['latest']> extends Iterable<infer E> ? E : never,
  { kind: FileFacts['kind'] }
>;

function toFacts(event: FileEvent): FileFacts {
  const head = { subject: event.subject, path: event.data.path, key: '' };
  return event.kind === 'session.phase'
    ? { ...head, kind: event.kind, data: event.data }
    : { ...head, kind: event.kind, data: event.data };
}

/** The phase a file was last known to have, for the case that it cannot be read now. */
export function phaseBefore(facts: FileFacts | undefined): PhaseFacts | null {
  if (facts?.kind !== 'session.phase' || facts.data.phase === 'none' || facts.data.phase === 'unreadable') return null;
  const since = parseIso(facts.data.phase_since);
  return since === null ? null : { phase: facts.data.phase, reason: facts.data.reason, since, unreadable: false };
}
