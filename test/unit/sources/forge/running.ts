/** A forge that a test moves by hand, and the source that looks at it; with a log that outlives its runs. */

import type { EventData, EventKind } from '../../../../src/core/catalog/catalog.ts';
import { subjectOf } from '../../../../src/core/catalog/subject.ts';
import { toEvent, type AnyEvent, type StoredEvent } from '../../../../src/core/event.ts';
import type { SourceState } from '../../../../src/core/source.ts';
import { createPicture } from '../../../../src/factory/picture.ts';
import { forgeSource } from '../../../../src/sources/forge/index.ts';
import { parseForgejoWebhook } from '../../../../src/sources/forge/parse.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { emptyForge, fakeForge } from '../../../support/fake-forgejo.ts';
import { delivery, fixture } from '../../../support/forge-deliveries.ts';
import type { Numbered, Wire } from '../../../support/forge-objects.ts';

export const REPO = 'acme/widget';
const SENT = fixture('constructed-v15-pull_request-opened.json');

/** Opened at 2026-01-10, so that things can be older than the test. */
export function openWorld(repos: readonly string[] = [REPO]) {
  const forge = emptyForge();
  const clock = fakeClock(Date.UTC(2026, 0, 10));
  const picture = createPicture();
  const stored: StoredEvent[] = [];
  const reports: (readonly [SourceState, string])[] = [];
  const warnings: string[] = [];
  const state = { refuse: false, said: 0 };
  const source = forgeSource({
    host: 'box',
    name: '',
    forge: fakeForge(forge),
    repos,
    picture,
    clock,
    log: { debug() {}, info() {}, error() {}, warn: (_, message) => void warnings.push(message) },
    latest: (kind) =>
      new Map(stored.filter((event) => event.kind === kind).map((event) => [event.subject, event])).values(),
  });
  const append = (events: readonly AnyEvent[]): void => {
    for (const event of events) {
      if (stored.some((one) => one.id === event.id)) throw new Error(`${event.id} is in the log already`);
      stored.push({ ...event, received: clock.now(), seq: stored.length + 1 });
      picture.apply(event);
      source.note(event);
    }
  };
  const webhook = (eventType: string, body: Wire): void => {
    const full = { sender: SENT.sender, repository: SENT.repository, ...body };
    const context = { host: 'box', forgeHost: 'forge.example', others: [], picture };
    const reading = parseForgejoWebhook({ ...delivery(eventType, full), receivedAt: clock.now() }, context);
    if (reading.kind !== 'events') throw new Error(reading.reason);
    append(reading.events);
  };
  let stop = new AbortController();
  let done: Promise<void> = Promise.resolve();
  return {
    forge,
    clock,
    picture,
    reports,
    warnings,
    state,
    source,
    stored,
    webhook,
    /** A webhook about a pull request as the forge has it. */
    tellPull: (action: string, pull: Numbered, eventType = 'pull_request') =>
      webhook(eventType, { action, number: pull.number, pull_request: pull }),
    tellIssue: (action: string, issue: Numbered) => webhook('issues', { action, number: issue.number, issue }),
    tell<K extends EventKind>(kind: K, data: Partial<EventData<K>>) {
      const subject = subjectOf(kind, data);
      const id = `told-${stored.length}`;
      append([toEvent(kind, { id, source: 'test://', subject, time: clock.now(), host: 'box' }, data)]);
    },
    /** What was said since the last call, without what webhooks said. */
    news(kind = ''): readonly Record<string, unknown>[] {
      const fresh = stored.slice(state.said);
      state.said = stored.length;
      return fresh
        .filter((event) => event.id.startsWith('look-') && event.kind.startsWith(kind))
        .map((event) => ({ kind: event.kind, ...event.data }));
    },
    async start() {
      stop = new AbortController();
      done = source.run({
        signal: stop.signal,
        report: (sight, reason) => void reports.push([sight, reason]),
        emit: async (batch) => {
          if (state.refuse) throw new Error('disk full');
          append(batch);
          return { stored: batch.length, known: 0 };
        },
      });
      await clock.settle();
    },
    async halt() {
      stop.abort();
      await done;
      await clock.advance(1_000);
    },
  };
}
