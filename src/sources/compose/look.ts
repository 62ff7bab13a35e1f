/** One look: the containers of an engine that Compose made, what their files name, and which image that name is on now. */

import { messageOf } from '../../core/errors.ts';
import type { SourceContext } from '../../core/source.ts';
import type { AnyEvent } from '../../core/event.ts';
import type { Ownership } from '../../core/owner.ts';
import { MINUTE, SECOND, toIso, type Instant, type Millis } from '../../core/time.ts';
import { openLedger, toFact } from '../../factory/ledger.ts';
import { believedThere, createSay } from '../../factory/looks.ts';
import { ownContainer } from '../../factory/mounts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Bind, ContainerSeen, Docker } from '../../ports/docker.ts';
import type { Files } from '../../ports/files.ts';
import type { Host } from '../../ports/host.ts';
import type { Log } from '../../ports/log.ts';
import type { EventLog } from '../../ports/store.ts';
import { createReader } from './reader.ts';
import { compare, flawsOf, servicesOf, type Compared } from './services.ts';

export interface LookOptions {
  readonly docker: Pick<Docker, 'containers' | 'imageId'>;
  /** Name of the box the engine runs on. */
  readonly host: string;
  /** It is this box, so that its files are here. */
  readonly isOwn: boolean;
  readonly ownership: Ownership;
  readonly files: Files;
  readonly machine: Pick<Host, 'proc'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly latest: EventLog['latest'];
}

export interface Look {
  /** Asks the engine when a file is another, when that was asked for, and every minute. */
  run(): Promise<void>;
  /** The engine is asked at the next look. */
  hint(): void;
  /** True for a container that was up at the last look. */
  knows(id: string): boolean;
}

const ASK_EVERY: Millis = MINUTE;
const ASK_AGAIN: Millis = 10 * SECOND;

/** Looks that say everything once a run, and then only what changed. */
export function createLook(options: LookOptions, context: SourceContext): Look {
  const { docker, host, files, clock, log, latest } = options;
  const before = believedThere(latest('compose.service'), host, '');
  const ledger = openLedger({ host, scheme: 'docker', run: toIso(clock.now()), before });
  const say = createSay({ ledger, context, warn: (fields, message) => log.warn(fields, message) });
  const reader = createReader(files);
  let agreed = new Set(before.flatMap(agreedIn));
  let paths: readonly string[] = [];
  let known = new Set<string>();
  let isHinted = true;
  let askAt: Instant = 0;

  const ask = async (): Promise<readonly Compared[] | string> => {
    const answer = await docker.containers(context.signal);
    if (answer.denied) return answer.reason;
    const { containers } = answer.value;
    reader.isIn(await ownBinds(options, containers));
    const services = servicesOf(containers);
    paths = options.isOwn ? services.flatMap(({ labels }) => [...labels.files, ...labels.environment]) : [];
    // Before they are read: what is written meanwhile is another version at the next look.
    await reader.haveChanged(paths);
    return compare(services, { ...options, reader, agreed, signal: context.signal });
  };
  return {
    hint() {
      isHinted = true;
    },
    knows: (id) => known.has(id),
    async run() {
      const hasReason = isHinted || clock.monotonic() >= askAt || (await reader.haveChanged(paths));
      if (!hasReason) return;
      isHinted = false;
      askAt = clock.monotonic() + ASK_AGAIN;
      const compared = await ask().catch(messageOf);
      if (context.signal.aborted) return;
      if (typeof compared === 'string') return context.report('degraded', compared);
      askAt = clock.monotonic() + ASK_EVERY;
      known = new Set(compared.map(({ data }) => data.container));
      agreed = new Set(compared.flatMap(({ data }) => (data.agreed ? [data.container] : [])));
      const facts = compared.map(({ data }) => toFact('compose.service', data));
      await say(facts, () => true, clock.now());
      const flaws = flawsOf(compared);
      if (flaws !== '') return context.report('degraded', flaws);
      context.report('available', compared.length === 0 ? 'no container of Compose is up' : 'comparing images');
    },
  };
}

/** Compose writes paths as they are on the box: inside a container of its engine, only what is mounted from there is at hand. */
async function ownBinds(
  { machine }: LookOptions,
  containers: readonly ContainerSeen[],
): Promise<readonly Bind[] | null> {
  const id = ownContainer((await machine.proc('self/mountinfo')) ?? '');
  return containers.find((container) => container.id === id)?.binds ?? null;
}

function agreedIn(event: AnyEvent): readonly string[] {
  return event.kind === 'compose.service' && event.data.agreed ? [event.data.container] : [];
}
