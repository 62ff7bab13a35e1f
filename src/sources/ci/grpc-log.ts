/** gRPC errors in the logs of agents: read every few seconds, only what is new, and counted over a sliding window. */

import { messageOf } from '../../core/errors.ts';
import { MINUTE, type Instant, type Millis } from '../../core/time.ts';
import type { AgentBox, AgentBoxes } from '../../factory/ci-agents.ts';
import type { ContainerLogs, LogLine } from '../../ports/docker.ts';
import { isGrpcError } from './grpc.ts';
import type { Sight } from './sight.ts';

export interface GrpcLogOptions {
  readonly boxes: AgentBoxes;
  /** Null when the engine of a box is not one we can ask. */
  logsOf(host: string): ContainerLogs | null;
  readonly sight: Sight;
}

export interface GrpcLog {
  /** Reads what is new in every log; not to be called again before it is done. Never rejects. */
  read(now: Instant, signal: AbortSignal): Promise<void>;
  /** Errors within the window by container id; a container whose log could not be read is left out. */
  counts(now: Instant): ReadonlyMap<string, number>;
}

const WINDOW: Millis = 20 * MINUTE;
const TAIL = 2_000;
/** More are as bad as that many. */
const MOST_ERRORS = 1_000;

interface Read {
  readonly upTo: Instant;
  readonly errors: readonly Instant[];
  readonly flaw: string;
}

/** Logs that nobody has read yet. */
export function createGrpcLog({ boxes, logsOf, sight }: GrpcLogOptions): GrpcLog {
  const reads = new Map<string, Read>();
  const readBox = async (box: AgentBox, now: Instant, signal: AbortSignal): Promise<void> => {
    const before = reads.get(box.id) ?? { upTo: now - WINDOW, errors: [], flaw: '' };
    const lines = await linesOf(box, logsOf(box.host), { since: before.upTo, tail: TAIL, signal });
    if (typeof lines === 'string') reads.set(box.id, { ...before, flaw: lines });
    else reads.set(box.id, add(before, lines, now));
  };
  return {
    async read(now, signal) {
      const all = boxes.all();
      for (const id of reads.keys()) if (!all.some((box) => box.id === id)) reads.delete(id);
      for (const box of all) await readBox(box, now, signal);
      const flaws = all.map((box) => ({ box, flaw: reads.get(box.id)?.flaw ?? '' })).filter(({ flaw }) => flaw !== '');
      sight.note('extras', 'agent logs', flaws.map(({ box, flaw }) => `${box.name}: ${flaw}`).join(', '));
    },
    counts(now) {
      const readable = [...reads].filter(([, { flaw }]) => flaw === '');
      return new Map(readable.map(([id, { errors }]) => [id, errors.filter((at) => at > now - WINDOW).length]));
    },
  };
}

/** What was written in the same millisecond as the last line before is taken for that line. */
function add({ upTo, errors }: Read, lines: readonly LogLine[], now: Instant): Read {
  const fresh = lines.map(({ at, text }) => ({ at: at ?? now, text })).filter(({ at }) => at > upTo);
  const more = fresh.filter(({ text }) => isGrpcError(text)).map(({ at }) => at);
  const kept = [...errors, ...more].filter((at) => at > now - WINDOW);
  return { upTo: Math.max(upTo, ...fresh.map(({ at }) => at)), errors: kept.slice(-MOST_ERRORS), flaw: '' };
}

/** New lines, or why nobody knows them. A container that is gone is told of elsewhere. */
async function linesOf(
  box: AgentBox,
  logs: ContainerLogs | null,
  request: Parameters<ContainerLogs['logs']>[1],
): Promise<readonly LogLine[] | string> {
  if (logs === null) return 'its engine is not among those that are watched';
  try {
    const answer = await logs.logs(box.id, request);
    return answer.denied ? answer.reason : (answer.value ?? []);
  } catch (error) {
    return messageOf(error);
  }
}
