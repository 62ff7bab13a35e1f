/** Facts for preflight: a box on which nothing is known until a test says so. */

import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { subjectOf } from '../../src/core/catalog/subject.ts';
import { toEvent, type AnyEvent } from '../../src/core/event.ts';
import { toIso, type Instant } from '../../src/core/time.ts';
import type { Facts, Live } from '../../src/factory/preflight/facts.ts';

export const NOW: Instant = Date.UTC(2026, 0, 2, 12, 0, 0);

/** So many minutes before now, as events say it. */
export const minutesAgo = (minutes: number): string => toIso(NOW - minutes * 60_000);

/** Something that is known of an entity; it is there unless the data says otherwise. */
export function known<K extends EventKind>(kind: K, data: Partial<EventData<K>>): AnyEvent {
  const full = { exists: true, ...data };
  const host = data.host ?? 'box';
  const subject = subjectOf(kind, { ...full, host });
  const head = { id: `${kind} ${host} ${subject}`, source: `test://${host}`, subject, time: NOW, host };
  return toEvent(kind, head, full as Partial<EventData<K>>);
}

/** What a source says of itself. */
export function sight(source: string, state = 'available', reason = ''): AnyEvent {
  return known('reactor.source', { source, state, reason });
}

const HARB = { name: 'harb', repo: 'johba/harb', hasCi: true };

/** What is asked now: everything answers, and has nothing to say. */
export function liveOf(more: Partial<Live> = {}): Live {
  const nothing = { got: true, value: [], flaw: '' } as const;
  return {
    containers: new Map([['box', nothing]]),
    volumes: new Map([['box', nothing]]),
    folders: { got: true, value: null, flaw: '' },
    replies: nothing,
    restartNoted: null,
    ...more,
  };
}

/** Facts about a box named box, with everything set up and one project. */
export function factsOf(events: readonly AnyEvent[], more: Partial<Facts> = {}): Facts {
  return {
    now: NOW,
    host: 'box',
    setUp: { forge: true, otherForges: ['codeberg.org'], ci: true, matrix: true, logs: true, engines: ['box'] },
    projects: [HARB],
    isSelection: false,
    events,
    commands: [],
    tails: new Map(),
    restarts: [],
    live: liveOf(),
    ...more,
  };
}

/** Every source says that it sees. */
export const ALL_SEEN: readonly AnyEvent[] = [
  'host',
  'docker',
  'sessions',
  'files',
  'work',
  'ci',
  'forge',
  'vault',
  'matrix',
].map((source) => sight(source));
