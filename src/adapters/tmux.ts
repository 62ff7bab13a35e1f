/** Terminals of tmux servers: on this machine, and in the containers that agents work in. One run of a shell for each step. */

import { randomUUID } from 'node:crypto';
import { placed } from '../factory/placed.ts';
import type { Place, PlaceFinder, ProgramRun } from '../ports/place.ts';
import type { Look, PaneAddress, Sessions, Terminal, Typed } from '../ports/terminal.ts';
import {
  isSessionName,
  listCommand,
  lookCommand,
  parseList,
  parseLook,
  type PaneSeen,
  type PlaceList,
  type PlaceLook,
} from './tmux-answers.ts';

export interface TmuxOptions {
  /** Name of the servers' sockets on this machine (`tmux -L`), `''` for the default one. */
  readonly socket: string;
  readonly local: Place;
  readonly finders: readonly PlaceFinder[];
  /** This process is in a container of its own: sessions are in other ones, and an engine that is silent hides them. */
  isBare(): Promise<boolean>;
}

const BUFFER = 'disinto-reactor';

/** A terminal over tmux. A step costs 5 ms on this machine, and 60 ms in a container. */
export function tmuxTerminal(options: TmuxOptions): Terminal {
  const { local } = options;
  // The factory's own containers know nothing of the name that was set for this machine.
  const socketOf = (place: Place): string => (place === local ? options.socket : '');
  const find = createFinder(options);
  const lookIn = async (place: Place, session: string, signal: AbortSignal): Promise<PlaceLook> => {
    const word = randomUUID();
    const ran = await place.run(lookCommand(session, socketOf(place), word), signal);
    return ran.ran ? parseLook(ran.stdout, word, session, place) : { panes: [], flaws: [inWords(ran, place)] };
  };
  const type = async (pane: PaneAddress, args: readonly string[], signal: AbortSignal): Promise<Typed> => {
    const place = pane.placeId === local.id ? local : find.known.get(pane.placeId);
    if (place === undefined) return `container ${pane.place} is gone`;
    // -u: without it tmux replaces everything beyond ASCII when the locale is C.
    return toTyped(await place.run(['tmux', '-u', '-S', pane.socket, ...args], signal), place);
  };
  return {
    async sessions(signal) {
      const { places, silent } = await find.all(signal);
      const lists = await Promise.all(
        places.map(async (place) => toList(await place.run(listCommand(socketOf(place)), signal), place)),
      );
      return toSessions(lists, silent);
    },
    async look(session, signal) {
      if (!isSessionName(session)) return { state: 'absent' };
      const { places, silent } = await find.all(signal);
      const looks = await Promise.all(places.map((place) => lookIn(place, session, signal)));
      return toLook(
        looks.flatMap((one) => one.panes),
        [...looks.flatMap((one) => one.flaws), ...silent],
      );
    },
    async again(pane, signal) {
      const place = pane.placeId === local.id ? local : find.known.get(pane.placeId);
      if (place === undefined) return { state: 'absent' };
      const { panes, flaws } = await lookIn(place, pane.session, signal);
      return toLook(
        panes.filter((one) => one.pane.socket === pane.socket),
        flaws,
      );
    },
    // A line is one of the fixed ones; as an argument it needs no standard input, which a container would not have.
    paste: (pane, line, signal) =>
      type(
        pane,
        ['set-buffer', '-b', BUFFER, '--', line, ';', 'paste-buffer', '-p', '-d', '-b', BUFFER, '-t', pane.id],
        signal,
      ),
    enter: (pane, signal) => type(pane, ['send-keys', '-t', pane.id, 'Enter'], signal),
  };
}

interface Finder {
  /** Containers that were found, by id. */
  readonly known: ReadonlyMap<string, Place>;
  /** Every place there is now; `silent`: why there may be more. */
  all(signal: AbortSignal): Promise<{ readonly places: readonly Place[]; readonly silent: readonly string[] }>;
}

function createFinder({ local, finders, isBare }: TmuxOptions): Finder {
  const known = new Map<string, Place>();
  return {
    known,
    async all(signal) {
      const [bare, answers] = await Promise.all([isBare(), Promise.all(finders.map((finder) => finder.find(signal)))]);
      const silent = answers.flatMap((found) =>
        !found.seen && (bare || known.size > 0 || found.isConfigured === true) ? [found.reason] : [],
      );
      if (answers.every((found) => found.seen)) known.clear();
      const places = answers.flatMap((found) => (found.seen ? found.places : []));
      for (const place of places) known.set(place.id, place);
      return { places: [local, ...places], silent };
    },
  };
}

/** A server whose socket two places share is one server, and this machine's. */
function toLook(panes: readonly PaneSeen[], flaws: readonly string[]): Look {
  const apart = panes.filter((one, i) => panes.findIndex(({ server }) => server === one.server) === i);
  const [first, ...others] = apart;
  if (first !== undefined && others.length === 0) return { state: 'present', pane: first.pane };
  if (first !== undefined) {
    return { state: 'several', where: apart.map(({ pane }) => placed(pane.place, pane.socket)).toSorted() };
  }
  return flaws.length > 0 ? { state: 'unavailable', reason: flaws.join('; ') } : { state: 'absent' };
}

function toList(ran: ProgramRun, place: Place): PlaceList {
  return ran.ran ? parseList(ran.stdout) : { names: [], flaws: [inWords(ran, place)], isMissing: false };
}

function toSessions(lists: readonly PlaceList[], silent: readonly string[]): Sessions {
  const flaws = [...lists.flatMap((one) => one.flaws), ...silent];
  if (flaws.length > 0) return { state: 'unavailable', reason: flaws.join('; ') };
  if (lists.every((one) => one.isMissing)) return { state: 'unavailable', reason: MISSING };
  return { state: 'listed', names: lists.flatMap((one) => one.names) };
}

const MISSING = 'tmux is not installed here. Install it, or run the reactor where the sessions are.';

function toTyped(ran: ProgramRun, place: Place): Typed {
  return ran.ran && ran.code === 0 ? '' : inWords(ran, place);
}

function inWords(ran: ProgramRun, { name }: Place): string {
  const said = ran.ran ? `tmux: ${ran.stderr.trim() === '' ? `exit code ${ran.code}` : ran.stderr.trim()}` : ran.reason;
  return name === '' ? said : `${name}: ${said}`;
}
