import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { toEvent, type ReactorEvent } from '../../src/core/event.ts';
import { parseIso } from '../../src/core/time.ts';
import type {
  Asked,
  Facts,
  Live,
  Measured,
  PreflightProject,
  Reply,
  Restart,
  SetUp,
  Sized,
  Tail,
} from '../../src/factory/preflight/facts.ts';
import { preflightText } from '../../src/factory/preflight/preflight.ts';
import { ALL_SEEN, factsOf, known, liveOf, NOW } from '../support/preflight-facts.ts';

/** A scenario is a box as it is known, and beside it the text that preflight makes of it. */
interface Scenario {
  readonly about: string;
  readonly events: readonly (readonly [EventKind, object])[];
  readonly setUp?: SetUp;
  readonly projects?: readonly PreflightProject[];
  readonly commands?: readonly Partial<EventData<'operator.command'>>[];
  readonly tails?: Readonly<Record<string, readonly string[] | null>>;
  readonly restarts?: readonly Restart[];
  readonly live?: LiveInput;
  /** True: no source has said anything but what `events` holds. */
  readonly isBlind?: boolean;
}

/** By the name of the box; a text is the reason why it could not be had. */
interface LiveInput {
  readonly containers?: Readonly<Record<string, readonly Partial<Measured>[] | string>>;
  readonly volumes?: Readonly<Record<string, readonly Sized[] | string>>;
  readonly folders?: readonly Sized[] | string;
  readonly replies?: readonly Reply[] | string;
  readonly restartNoted?: string;
}

const FOLDER = new URL('preflight/', import.meta.url);
const SCENARIOS = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

function read(name: string): Facts {
  const { events, setUp, projects, commands, tails, restarts, live, isBlind } = JSON.parse(
    readFileSync(new URL(name, FOLDER), 'utf8'),
  ) as Scenario;
  const said = events.map(([kind, data]) => known(kind, data));
  return factsOf([...(isBlind === true ? [] : ALL_SEEN), ...said], {
    ...(setUp === undefined ? {} : { setUp }),
    ...(projects === undefined ? {} : { projects }),
    commands: (commands ?? []).map(toCommand),
    tails: new Map(Object.entries(tails ?? {}).map(([path, lines]) => [path, toTail(lines)])),
    restarts: restarts ?? [],
    ...(live === undefined ? {} : { live: toLive(live) }),
  });
}

function toCommand(data: Partial<EventData<'operator.command'>>): ReactorEvent<'operator.command'> {
  const head = { id: 'c', source: 'test://box', subject: 'op', time: NOW, host: 'box' };
  return toEvent('operator.command', head, data) as ReactorEvent<'operator.command'>;
}

const asked = <T>(value: readonly T[] | string): Asked<readonly T[]> =>
  typeof value === 'string' ? { got: false, reason: value } : { got: true, value, flaw: '' };

function toLive({ containers = {}, volumes = {}, folders, replies, restartNoted }: LiveInput): Live {
  const one = { id: '', status: '', startedAt: '', mounts: [], cpuPct: null, rssMb: null };
  return liveOf({
    containers: new Map(
      Object.entries(containers).map(([host, all]) => [
        host,
        asked(typeof all === 'string' ? all : all.map((some) => ({ ...one, ...some }))),
      ]),
    ),
    volumes: new Map(Object.entries(volumes).map(([host, all]) => [host, asked(all)])),
    ...(folders === undefined ? {} : { folders: asked(folders) }),
    ...(replies === undefined ? {} : { replies: asked(replies) }),
    restartNoted: parseIso(restartNoted ?? ''),
  });
}

const toTail = (lines: readonly string[] | null): Tail =>
  lines === null ? { read: false, reason: 'permission denied' } : { read: true, lines };

test.each(SCENARIOS)('%s', async (name) => {
  await expect(preflightText(read(name))).toMatchFileSnapshot(new URL(name.replace('.json', '.txt'), FOLDER).pathname);
});
