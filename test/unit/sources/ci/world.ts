/** A CI source on a fake Woodpecker, on a clock that stands still. */

import { openWoodpecker } from '../../../../src/adapters/woodpecker.ts';
import type { EventData } from '../../../../src/core/catalog/catalog.ts';
import type { AnyEvent, StoredEvent } from '../../../../src/core/event.ts';
import { toEvent } from '../../../../src/core/event.ts';
import { createAgentBoxes } from '../../../../src/factory/ci-agents.ts';
import { createPicture } from '../../../../src/factory/picture.ts';
import type { WantedRepo } from '../../../../src/ports/ci.ts';
import type { ContainerLogs, LogLine } from '../../../../src/ports/docker.ts';
import { ciSource, type CiSource } from '../../../../src/sources/ci/index.ts';
import { fakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { ADMIN, fakeWoodpecker, type FakeWoodpecker } from '../../../support/fake-woodpecker.ts';

export const REPO = 'acme/widget';
/** In the middle of a second: the server counts in whole ones. */
export const START = Date.UTC(2026, 6, 1, 12, 0, 0, 400);

export interface World {
  readonly clock: FakeClock;
  readonly fake: FakeWoodpecker;
  readonly source: CiSource;
  /** Id of acme/widget, which is watched. */
  readonly repoId: number;
  /** Every event so far, as the log would have it. */
  readonly log: AnyEvent[];
  readonly reports: (readonly [state: string, reason: string])[];
  readonly warnings: string[];
  readonly picture: ReturnType<typeof createPicture>;
  readonly boxes: ReturnType<typeof createAgentBoxes>;
  /** What stands in every container's log; a text is why it cannot be read. */
  logs: readonly LogLine[] | string | null;
  /** Writes lines to it now. */
  write(...lines: readonly string[]): void;
  /** The event log takes nothing. */
  refuse: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Seconds since 1970, as Woodpecker counts. */
  seconds(): number;
  advance(span: number): Promise<void>;
  /** What was said of pipelines since this was asked last: number, status, action. */
  said(): readonly (readonly [number: number, status: string, action: string])[];
  pipelines(): readonly EventData<'ci.pipeline'>[];
  agents(): readonly EventData<'ci.agent'>[];
}

export interface WorldOptions {
  readonly token?: string;
  readonly repos?: readonly WantedRepo[];
  /** What an earlier run said. */
  readonly before?: readonly AnyEvent[];
  readonly clock?: FakeClock;
  readonly fake?: FakeWoodpecker;
}

/** A world in which nothing runs yet. */
export function openWorld(options: WorldOptions = {}): World {
  const clock = options.clock ?? fakeClock(START);
  const fake = options.fake ?? fakeWoodpecker(() => clock.now());
  const repoId = options.fake === undefined ? fake.addRepo(REPO) : 7;
  const log: AnyEvent[] = [];
  const reports: (readonly [string, string])[] = [];
  const warnings: string[] = [];
  const picture = createPicture();
  const boxes = createAgentBoxes();
  let told = 0;
  let run: { readonly stop: AbortController; readonly done: Promise<void> } | null = null;
  const logs: ContainerLogs = {
    logs: async (_, { since }) => {
      if (typeof world.logs === 'string') throw new Error(world.logs);
      return { denied: false, value: world.logs?.filter(({ at }) => (at ?? 0) >= since) ?? null };
    },
  };
  const source = ciSource({
    host: 'box',
    server: 'http://ci:8000',
    ci: openWoodpecker({ server: 'http://ci:8000', token: options.token ?? ADMIN, fetch: fake.fetch }),
    repos: options.repos ?? [{ repo: REPO, id: null }],
    picture,
    boxes,
    logsOf: (host) => (host === 'box' ? logs : null),
    latest: (kind) => newestOf(options.before ?? []).filter((event) => event.kind === kind),
    clock,
    log: { debug() {}, info() {}, error() {}, warn: (_: object, message: string) => void warnings.push(message) },
  });
  const pipelines = (): readonly EventData<'ci.pipeline'>[] =>
    log.flatMap((event) => (event.kind === 'ci.pipeline' ? [event.data] : []));
  const world: World = {
    clock,
    fake,
    source,
    repoId,
    log,
    reports,
    warnings,
    picture,
    boxes,
    logs: [],
    write(...lines) {
      const before = typeof world.logs === 'string' ? [] : (world.logs ?? []);
      world.logs = [...before, ...lines.map((text) => ({ at: clock.now(), text }))];
    },
    refuse: false,
    async start() {
      const stop = new AbortController();
      const done = source.run({
        signal: stop.signal,
        // As its supervisor has it: repeats are no news.
        report(state, reason) {
          const last = reports.at(-1);
          if (last?.[0] !== state || last[1] !== reason) reports.push([state, reason]);
        },
        emit: async (batch) => {
          if (world.refuse) throw new Error('disk full');
          log.push(...batch);
          return { stored: batch.length, known: 0 };
        },
      });
      run = { stop, done };
      await clock.advance(0);
    },
    async stop() {
      run?.stop.abort();
      await run?.done;
    },
    seconds: () => Math.floor(clock.now() / 1_000),
    advance: (span) => clock.advance(span),
    said() {
      const news = pipelines().slice(told);
      told += news.length;
      return news.map(({ number, status, action }) => [number, status, action]);
    },
    pipelines,
    agents: () => log.flatMap((event) => (event.kind === 'ci.agent' ? [event.data] : [])),
  };
  return world;
}

function newestOf(events: readonly AnyEvent[]): readonly StoredEvent[] {
  const newest = new Map(events.map((event) => [`${event.kind} ${event.subject}`, event]));
  return [...newest.values()].map((event, seq) => ({ ...event, seq }));
}

/** A container of an agent, as the Docker source tells of it. */
export function boxEvent(over: Partial<EventData<'docker.container'>> = {}, host = 'box'): AnyEvent {
  const head = { id: 'e', source: `docker://${host}`, subject: 'agent', time: START, host };
  return toEvent('docker.container', head, {
    id: 'ab'.repeat(32),
    name: 'disinto-woodpecker-agent',
    service: 'woodpecker-agent',
    image: 'woodpeckerci/woodpecker-agent:v3',
    state: 'running',
    health: 'healthy',
    exists: true,
    ...over,
  });
}
