/** An engine in memory: containers and lines are put in by hand, and it keeps the last 256 events as a real one does. */

import type { Answer, ContainerSeen, Docker, EventsRequest, LineBatch, ObjectSeen } from '../../src/ports/docker.ts';

export interface FakeDocker extends Docker {
  /** Logs an event now: to the stream, and to what is replayed. */
  log(action: string, container: ContainerSeen, attributes?: Readonly<Record<string, string>>): void;
  /** Shows a container in snapshots, or shows it differently. */
  show(container: ContainerSeen): void;
  hide(id: string): void;
  /** Refuses every request with this message; null answers again. */
  fail(message: string | null): void;
  /** Breaks the streams that stand. */
  cut(): void;
  /** Ends the streams that stand without a word of why. */
  end(): void;
  /** From now on streams bring nothing, as over a connection that died unnoticed; what is replayed has it all. */
  mute(isMute: boolean): void;
  /** Forgets what could be replayed, as a restart does. */
  forget(): void;
  /** Says with the next batch that lines were lost before it. */
  drop(lines: number): void;
  /** Runs when an endpoint is asked next, before it answers. */
  whenAsked(endpoint: string, run: () => void): void;
  /** Answers 403 to an endpoint: `images`, `containers`, `events`, `info`. */
  deny(endpoint: string): void;
  /** Puts a name on an image; null takes it off. */
  tag(reference: string, id: string | null): void;
  /** Runs once, right after the next snapshot was taken, which took that many milliseconds. */
  afterLook(run: () => void, took: number): void;
  /** How often the stream was opened, and `since` of the last time. */
  readonly opened: () => { readonly times: number; readonly since: string };
  /** How often a connection was tried. */
  readonly asked: () => number;
}

const BACKLOG = 256;

/** `fail(SILENCE)` lets pings wait for ever. */
export const SILENCE = 'silence';

/** An engine whose clock is ours. */
export function fakeDocker(now: () => number, isLocal = true): FakeDocker {
  const containers = new Map<string, ContainerSeen>();
  let backlog: { readonly nanos: string; readonly line: string }[] = [];
  const streams = new Set<(batch: LineBatch | Error | null) => void>();
  const denied = new Set<string>();
  const waiting = new Map<string, () => void>();
  const images = new Map<string, string>();
  let failure: string | null = null;
  let times = 0;
  let since = '';
  let asked = 0;
  let lastNanos = 0n;
  let afterLook = (): void => undefined;
  let lookTook = 0;
  let isMuted = false;

  const answer = async <T>(endpoint: string, value: () => T): Promise<Answer<T>> => {
    waiting.get(endpoint)?.();
    waiting.delete(endpoint);
    if (failure !== null) throw new Error(failure);
    if (denied.has(endpoint)) return { denied: true, reason: `proxy denies GET /${endpoint}` };
    return { denied: false, value: value() };
  };
  const stream = (request: EventsRequest): AsyncIterable<LineBatch> => {
    const past = backlog.filter(({ nanos }) => toSeconds(nanos) >= request.since);
    if (request.until !== undefined) {
      const { until } = request;
      return once({ lines: past.filter(({ nanos }) => toSeconds(nanos) < until).map(({ line }) => line), dropped: 0 });
    }
    times += 1;
    ({ since } = request);
    return live({ lines: past.map(({ line }) => line), dropped: 0 }, request.signal, streams);
  };
  return {
    isLocal,
    ping: (signal) =>
      failure === SILENCE
        ? new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('aborted')));
          })
        : answer('ping', () => null),
    version() {
      asked += 1;
      return answer('version', () => ({ version: '29.1.0', apiVersion: '1.52' }));
    },
    info: () => answer('info', () => ({ storageDriver: 'overlay2', aheadMs: 0 })),
    events: (request) => answer('events', () => stream(request)),
    async containers() {
      const takenAt = now() - lookTook;
      const snapshot = [...containers.values()].map((one) => ({ ...one, takenAt }));
      const run = afterLook;
      afterLook = () => undefined;
      lookTook = 0;
      run();
      return answer('containers', () => ({ takenAt, containers: snapshot }));
    },
    objects: (type) => answer(`${type}s`, (): readonly ObjectSeen[] => []),
    imageId: (reference) => answer('images', () => images.get(reference) ?? null),
    tag(reference, id) {
      if (id === null) images.delete(reference);
      else images.set(reference, id);
    },
    logs: () => answer('containers', () => []),
    log(action, container, attributes = {}) {
      const atLeast = BigInt(now()) * 1_000_000n;
      lastNanos = lastNanos >= atLeast ? lastNanos + 1n : atLeast;
      const nanos = String(lastNanos);
      const Attributes = { ...container.labels, image: container.image, name: container.name, ...attributes };
      const message = { Type: 'container', Action: action, Actor: { ID: container.id, Attributes }, time: 0 };
      const line = `${JSON.stringify(message).slice(0, -1)},"timeNano":${nanos}}`;
      backlog = [...backlog, { nanos, line }].slice(-BACKLOG);
      for (const push of isMuted ? [] : streams) push({ lines: [line], dropped: 0 });
    },
    show: (container) => void containers.set(container.id, container),
    hide: (id) => void containers.delete(id),
    fail(message) {
      failure = message;
    },
    cut() {
      for (const push of streams) push(new Error('the connection to Docker broke off'));
    },
    end() {
      for (const push of streams) push(null);
    },
    mute(muted) {
      isMuted = muted;
    },
    forget() {
      backlog = [];
    },
    drop(lines) {
      for (const push of streams) push({ lines: [], dropped: lines });
    },
    whenAsked: (endpoint, run) => void waiting.set(endpoint, run),
    deny: (endpoint) => void denied.add(endpoint),
    afterLook(run, took) {
      afterLook = run;
      lookTook = took;
    },
    opened: () => ({ times, since }),
    asked: () => asked,
  };
}

/** A running container as a snapshot shows it. */
export function seenContainer(over: Partial<ContainerSeen> & { readonly name: string }): ContainerSeen {
  return {
    id: over.name.padEnd(64, '0'),
    image: 'bb:1',
    imageId: '',
    binds: [],
    labels: {},
    state: 'running',
    health: 'none',
    hasHealthCheck: false,
    probedAt: '',
    exitCode: 0,
    oomKilled: false,
    createdAt: '1700000000000000000',
    startedAt: '1700000001000000000',
    finishedAt: '',
    restartCount: 0,
    policy: { name: 'no', maxRetries: 0 },
    stopSignal: '15',
    stopTimeoutS: 10,
    takenAt: 0,
    ...over,
  };
}

function toSeconds(nanos: string): string {
  return `${nanos.slice(0, -9)}.${nanos.slice(-9)}`;
}

async function* once(batch: LineBatch): AsyncGenerator<LineBatch> {
  yield batch;
}

/** Listens from now on, as the real connection does, not from the first batch that is taken. */
function live(
  first: LineBatch,
  signal: AbortSignal,
  streams: Set<(batch: LineBatch | Error | null) => void>,
): AsyncGenerator<LineBatch> {
  const waiting: (LineBatch | Error | null)[] = [first];
  let wake = (): void => undefined;
  const push = (batch: LineBatch | Error | null): void => {
    waiting.push(batch);
    wake();
  };
  streams.add(push);
  signal.addEventListener('abort', () => {
    streams.delete(push);
    push(new Error('aborted'));
  });
  return (async function* batches() {
    for (;;) {
      const next = waiting.shift();
      if (next instanceof Error) throw next;
      if (next === null) return;
      if (next !== undefined) yield next;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  })();
}
