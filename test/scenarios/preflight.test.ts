import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { toEvent, type ReactorEvent } from '../../src/core/event.ts';
import type { Facts, PreflightProject, Restart, SetUp, Tail } from '../../src/factory/preflight/facts.ts';
import { preflightText } from '../../src/factory/preflight/preflight.ts';
import { ALL_SEEN, factsOf, known, NOW } from '../support/preflight-facts.ts';

/** A scenario is a box as it is known, and beside it the text that preflight makes of it. */
interface Scenario {
  readonly about: string;
  readonly events: readonly (readonly [EventKind, object])[];
  readonly setUp?: SetUp;
  readonly projects?: readonly PreflightProject[];
  readonly commands?: readonly Partial<EventData<'operator.command'>>[];
  readonly tails?: Readonly<Record<string, readonly string[] | null>>;
  readonly restarts?: readonly Restart[];
  /** True: no source has said anything but what `events` holds. */
  readonly isBlind?: boolean;
}

const FOLDER = new URL('preflight/', import.meta.url);
const SCENARIOS = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

function read(name: string): Facts {
  const { events, setUp, projects, commands, tails, restarts, isBlind } = JSON.parse(
    readFileSync(new URL(name, FOLDER), 'utf8'),
  ) as Scenario;
  const said = events.map(([kind, data]) => known(kind, data));
  return factsOf([...(isBlind === true ? [] : ALL_SEEN), ...said], {
    ...(setUp === undefined ? {} : { setUp }),
    ...(projects === undefined ? {} : { projects }),
    commands: (commands ?? []).map(toCommand),
    tails: new Map(Object.entries(tails ?? {}).map(([path, lines]) => [path, toTail(lines)])),
    restarts: restarts ?? [],
  });
}

function toCommand(data: Partial<EventData<'operator.command'>>): ReactorEvent<'operator.command'> {
  const head = { id: 'c', source: 'test://box', subject: 'op', time: NOW, host: 'box' };
  return toEvent('operator.command', head, data) as ReactorEvent<'operator.command'>;
}

const toTail = (lines: readonly string[] | null): Tail =>
  lines === null ? { read: false, reason: 'permission denied' } : { read: true, lines };

test.each(SCENARIOS)('%s', async (name) => {
  await expect(preflightText(read(name))).toMatchFileSnapshot(new URL(name.replace('.json', '.txt'), FOLDER).pathname);
});
