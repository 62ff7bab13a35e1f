/**
 * A source that looks in one place, run in every place where agents work: on this machine, and in each of their containers that runs.
 * One source to the outside: it sees when every place can be seen, and says which cannot.
 */

import { messageOf } from '../core/errors.ts';
import type { Source, SourceContext, SourceState } from '../core/source.ts';
import { apart, findPlaces, FIND_EVERY, nameOf, vanished, type PlaceAt, type PlacesParts } from './places.ts';

export interface PlacesSource<S extends Source> extends Source {
  sweep(reason: string): Promise<void>;
  /** The sources that run now. */
  running(): readonly S[];
}

interface Child<S extends Source> {
  readonly source: S;
  readonly at: PlaceAt;
  readonly stop: AbortController;
  done: Promise<void>;
  /** It threw, and is to be started again. */
  hasFailed: boolean;
}

interface Said {
  readonly state: SourceState;
  readonly reason: string;
}

/** The source of all places; `make` gives the one of a place. */
export function inPlaces<S extends Source>(
  name: string,
  parts: PlacesParts,
  make: (at: PlaceAt) => S,
): PlacesSource<S> {
  const children = new Map<string, Child<S>>();
  return {
    name,
    running: () => [...children.values()].map((child) => child.source),
    async sweep(reason) {
      await Promise.all([...children.values()].map(async (child) => child.source.sweep?.(reason)));
    },
    async run(context) {
      const keep = createKeeper({ name, parts, make, context, children, said: new Map() });
      try {
        while (!context.signal.aborted) {
          await keep();
          await parts.clock.sleep(FIND_EVERY, context.signal);
        }
      } finally {
        await Promise.all([...children.values()].map(end));
        children.clear();
      }
    },
  };
}

async function end(child: Child<Source>): Promise<void> {
  child.stop.abort();
  await child.done;
}

interface Keeper<S extends Source> {
  readonly name: string;
  readonly parts: PlacesParts;
  readonly make: (at: PlaceAt) => S;
  readonly context: SourceContext;
  readonly children: Map<string, Child<S>>;
  /** What each place last said of itself. */
  readonly said: Map<string, Said>;
}

/** Starts a source where a place has appeared, ends it where one has gone, and says how well all of them see. */
function createKeeper<S extends Source>(keeper: Keeper<S>): () => Promise<void> {
  const { parts, context, children, said } = keeper;
  /** All containers that were entered in this run, by box and name. */
  const known = new Map<string, PlaceAt>();
  let missing: readonly string[] = [];
  const report = (): void => {
    const words = [...children.values()].map((child) => said.get(idOf(child.at)));
    reportAll(context, words, missing);
  };
  const keep = (places: readonly PlaceAt[]): void => {
    for (const at of places) if (!children.has(idOf(at))) children.set(idOf(at), start(keeper, at, report));
  };
  const endAll = async (isOver: (child: Child<S>) => boolean): Promise<void> => {
    for (const [id, child] of [...children].filter(([, one]) => isOver(one))) {
      await end(child);
      children.delete(id);
    }
  };
  return async () => {
    const isBare = await parts.isBare();
    const isBlind = isBare || (await parts.isBlind?.()) === true;
    const here = isBare ? [] : [{ host: parts.host, place: parts.local, isLocal: true }];
    await endAll((child) => child.hasFailed);
    // An engine may take its time to answer; this machine does not wait for it.
    keep(here);
    const there = [...children.values()].map((child) => child.at).filter((at) => !at.isLocal);
    const found = await findPlaces(parts, { isBlind, there }, context.signal);
    if (context.signal.aborted) return;
    const wanted = new Set([...here, ...found.places].map(idOf));
    await endAll(({ at }) => !wanted.has(idOf(at)) && !found.isUnsure(at));
    keep(found.places);
    missing = [...found.missing, ...vanished(known.values(), found, parts.host)];
    for (const at of found.places) known.set(nameOf(at, ''), at);
    report();
  };
}

const idOf = ({ host, place }: PlaceAt): string => `${host} ${place.name} ${place.id}`;

function start<S extends Source>(keeper: Keeper<S>, at: PlaceAt, report: () => void): Child<S> {
  const { name, parts, make, context, said } = keeper;
  const stop = new AbortController();
  const own = at.isLocal ? at : { ...at, place: apart(at.place, parts) };
  const child: Child<S> = { source: make(own), at, stop, hasFailed: false, done: Promise.resolve() };
  const say = (state: SourceState, reason: string): void => {
    said.set(idOf(at), { state, reason: at.isLocal ? reason : `${nameOf(at, parts.host)}: ${reason}` });
    report();
  };
  const fail = (error: unknown): void => {
    parts.log.warn({ source: name, place: at.place.name, err: error }, 'looking at a place failed, trying again');
    child.hasFailed = true;
    say('unavailable', messageOf(error));
  };
  const signal = AbortSignal.any([context.signal, stop.signal]);
  child.done = child.source.run({ emit: context.emit, signal, report: say }).catch(fail);
  return child;
}

/** Available when all are, unavailable when none is. Waits for the first word of each. */
function reportAll(context: SourceContext, said: readonly (Said | undefined)[], missing: readonly string[]): void {
  const heard = said.filter((one) => one !== undefined);
  if (heard.length < said.length || heard.length + missing.length === 0) return;
  const bad = heard.filter((one) => one.state !== 'available');
  const reasons = [...bad.map((one) => one.reason), ...missing];
  if (reasons.length === 0) return context.report('available', heard.map((one) => one.reason).join('; '));
  const canSee = heard.some((one) => one.state !== 'unavailable');
  context.report(canSee ? 'degraded' : 'unavailable', reasons.join('; '));
}
