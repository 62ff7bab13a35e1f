/** What the reactor asks of a Docker engine. It only reads. */

import type { Instant } from '../core/time.ts';

/** What an endpoint said, or that somebody in between does not let us ask. Denied is never the same as empty. */
export type Answer<T> =
  | { readonly denied: false; readonly value: T }
  /** `reason` names the endpoint and what to set: `proxy denies GET /images/json: set IMAGES=1`. */
  | { readonly denied: true; readonly reason: string };

export interface EngineVersion {
  readonly version: string;
  /** The API version that is spoken from now on. */
  readonly apiVersion: string;
}

export interface EngineInfo {
  readonly storageDriver: string;
  /** The engine's own clock minus ours, in milliseconds; 0 when it does not say. */
  readonly aheadMs: number;
}

/** A container as an inspect shows it. Times are nanoseconds since 1970 as digits, `''` for never. */
export interface ContainerSeen {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Id of that image, whatever its name names by now; `''` when the engine does not say. */
  readonly imageId: string;
  /** Folders and files of the box that are mounted into it. */
  readonly binds: readonly Bind[];
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'exited' | 'dead';
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  readonly hasHealthCheck: boolean;
  /** When the last health probe ended. */
  readonly probedAt: string;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly createdAt: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly restartCount: number;
  readonly policy: RestartPolicy;
  /** Signal number that asks it to stop. */
  readonly stopSignal: string;
  /** How long a stop waits before it kills, in seconds. */
  readonly stopTimeoutS: number;
  /** Our clock just before the engine was asked. */
  readonly takenAt: Instant;
}

export interface Bind {
  /** Path on the box. */
  readonly source: string;
  /** Path in the container. */
  readonly target: string;
}

export interface RestartPolicy {
  readonly name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** 0 for no limit. */
  readonly maxRetries: number;
}

export interface ContainersSeen {
  readonly containers: readonly ContainerSeen[];
  /** Our clock just before the list was asked for; what was created later is not in it. */
  readonly takenAt: Instant;
}

export const OBJECT_TYPES = ['image', 'volume', 'network'] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

/** An image, a volume or a network. */
export interface ObjectSeen {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Raw lines of the event stream, in order, and how many were lost before them because nobody took them. */
export interface LineBatch {
  readonly lines: readonly string[];
  readonly dropped: number;
}

export interface EventsRequest {
  /** `seconds.nanoseconds`, inclusive. */
  readonly since: string;
  /** Ends the stream there; without it, it goes on. */
  readonly until?: string;
  readonly signal: AbortSignal;
}

export interface LogRequest {
  readonly since: Instant;
  /** At most so many lines, the last ones. */
  readonly tail: number;
  readonly signal: AbortSignal;
}

export interface LogLine {
  /** When it was written, by the engine's clock; null when the engine does not say. */
  readonly at: Instant | null;
  readonly text: string;
}

/** What containers write. Read from outside, so that a container that hangs can still be read. */
export interface ContainerLogs {
  /** The last lines since an instant, at most 8 MB, those of standard output first; null when there is no such container. */
  logs(id: string, request: LogRequest): Promise<Answer<readonly LogLine[] | null>>;
}

/** Every call rejects with one plain sentence when the engine cannot be reached, and with anything at all once its signal aborts. */
export interface Docker extends ContainerLogs {
  /** Reached by a socket file: trying again costs next to nothing. */
  readonly isLocal: boolean;
  ping(signal: AbortSignal): Promise<Answer<null>>;
  /** Asks what the engine speaks, and speaks that from now on. */
  version(signal: AbortSignal): Promise<Answer<EngineVersion>>;
  info(signal: AbortSignal): Promise<Answer<EngineInfo>>;
  /**
   * Subscribes; resolves once the engine answered. The connection is always drained, whether or not the batches are taken.
   * The iterable returns when the engine ends the stream and throws when the connection is lost.
   */
  events(request: EventsRequest): Promise<Answer<AsyncIterable<LineBatch>>>;
  /** All containers, also those that are down. */
  containers(signal: AbortSignal): Promise<Answer<ContainersSeen>>;
  objects(type: ObjectType, signal: AbortSignal): Promise<Answer<readonly ObjectSeen[]>>;
  /** Id of the image that a reference names on the engine now; null when it names none there. */
  imageId(reference: string, signal: AbortSignal): Promise<Answer<string | null>>;
}
