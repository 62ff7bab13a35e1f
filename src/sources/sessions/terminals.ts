/** tmux sessions of a place: each look lists all panes, and shows the screens of those that were drawn on since the last. */

import { randomUUID } from 'node:crypto';
import type { EventData } from '../../core/catalog/catalog.ts';
import { parseIso, SECOND, toIso, type Instant } from '../../core/time.ts';
import type { AgentsFold } from '../../factory/agents.ts';
import { toFact, type Fact } from '../../factory/ledger.ts';
import { readPane, type PaneReading } from '../../factory/pane-state.ts';
import { createActivity, spanStep } from '../../factory/spans.ts';
import type { Place } from '../../ports/place.ts';
import { decideState, type Decision } from './decide.ts';
import type { MarkerSeen } from './folder.ts';
import { captureCommand, keyOf, listCommand, parsePanes, parseScreens, type PaneRow } from './panes.ts';
import { readNewest, type TranscriptSeen } from './transcripts.ts';

export interface TerminalsOptions {
  readonly place: Place;
  /** `tmux -L`, `''` for the default. */
  readonly socketName: string;
  readonly claudeFolders: readonly string[];
  readonly agents: AgentsFold;
  /** owner/name of a project, `''` when it is not known. */
  repoOf(project: string): string;
  /** What the log last heard of each session here. */
  readonly before: readonly TerminalData[];
}

export type TerminalData = Omit<EventData<'session.terminal'>, 'host'>;

export type TerminalsLook =
  | { readonly seen: true; readonly facts: readonly Fact[]; readonly flaws: readonly string[] }
  | { readonly seen: false; readonly reason: string };

export interface Terminals {
  look(markers: readonly MarkerSeen[], now: Instant, signal: AbortSignal): Promise<TerminalsLook>;
}

interface Drawn {
  readonly reading: PaneReading;
  readonly transcript: TranscriptSeen | null;
  readonly at: Instant;
}

/** tmux tells the last output to the second: a screen shown so soon after it may have been drawn on again. */
const SETTLED = 2 * SECOND;

/** Terminals that remember what they saw. */
export function openTerminals(options: TerminalsOptions): Terminals {
  const { place } = options;
  const drawn = new Map<string, Drawn>();
  const toFacts = createFacts(options);
  return {
    async look(markers, now, signal) {
      const ran = await place.run(listCommand(options.socketName), signal);
      if (!ran.ran) return { seen: false, reason: ran.reason };
      const { rows, flaws } = parsePanes(ran.stdout);
      for (const id of drawn.keys()) if (!rows.some((row) => idOf(row) === id)) drawn.delete(id);
      const due = rows.filter((row) => !isSettled(drawn.get(idOf(row)), row));
      const shown = await show(due, options, now, signal);
      for (const [id, one] of shown.drawn) drawn.set(id, one);
      const seen = rows.flatMap((row) => {
        const one = drawn.get(idOf(row));
        return one === undefined ? [] : [{ row, ...one, marker: markerOf(row, markers) }];
      });
      return { seen: true, facts: toFacts(seen, now), flaws: [...flaws, ...shown.flaws] };
    },
  };
}

const idOf = (row: PaneRow): string => `${row.socket} ${row.id} ${row.name.session} ${row.started} ${row.ended}`;

const isSettled = (before: Drawn | undefined, row: PaneRow): boolean =>
  before !== undefined && before.at >= row.activity + SETTLED;

const markerOf = (row: PaneRow, markers: readonly MarkerSeen[]): MarkerSeen | null =>
  markers.filter((one) => one.session === row.name.session).toSorted((a, b) => b.at - a.at)[0] ?? null;

interface Shown {
  readonly drawn: ReadonlyMap<string, Drawn>;
  readonly flaws: readonly string[];
}

/** A screen that could not be shown is no empty one: it is asked for again at the next look. */
async function show(
  rows: readonly PaneRow[],
  { place, claudeFolders }: TerminalsOptions,
  now: Instant,
  signal: AbortSignal,
): Promise<Shown> {
  if (rows.length === 0) return { drawn: new Map(), flaws: [] };
  const word = randomUUID();
  const [ran, transcripts] = await Promise.all([
    place.run(captureCommand(rows, word), signal),
    Promise.all(rows.map((row) => readNewest(place.files, claudeFolders, row.folder))),
  ]);
  if (!ran.ran) return { drawn: new Map(), flaws: [ran.reason] };
  const screens = parseScreens(ran.stdout, word);
  const drawn = rows.flatMap((row, i): readonly (readonly [string, Drawn])[] => {
    const screen = screens.get(keyOf(row));
    if (screen === undefined) return [];
    return [[idOf(row), { reading: readPane({ ...row, screen }), transcript: transcripts[i] ?? null, at: now }]];
  });
  const flaws = drawn.length === rows.length ? [] : ['tmux did not show every screen that it was asked for'];
  return { drawn: new Map(drawn), flaws };
}

interface Seen extends Drawn {
  readonly row: PaneRow;
  readonly marker: MarkerSeen | null;
}

function createFacts(options: TerminalsOptions): (seen: readonly Seen[], now: Instant) => readonly Fact[] {
  const activity = createActivity();
  const sinceOf = createSince(options.before);
  return (seen, now) => {
    activity.keep(new Set(seen.map(({ row }) => row.name.session)));
    return seen.map((one) => {
      const { name, activity: activeAt } = one.row;
      const phase = options.agents.phase(options.place.name, name.session);
      const decision = decideState({
        pane: one.reading,
        marker: one.marker,
        transcript: one.transcript,
        phase,
        activity: activeAt,
        started: one.row.started,
        now,
      });
      const said = activity.of(name.session, activeAt, now);
      const since = sinceOf(name.session, decision, one.row.endedAt ?? activeAt, now);
      const data = toData(one.row, decision, options);
      const times = {
        state_since: toIso(since),
        active_at: toIso(said),
        quiet_s: Math.max(0, (now - activeAt) / SECOND),
      };
      const key = [data, times.state_since, times.active_at, spanStep(now - activeAt)];
      return toFact('session.terminal', { ...data, ...times, quiet_s: Math.floor(times.quiet_s) }, key);
    });
  };
}

function toData(
  row: PaneRow,
  decision: Decision,
  { place, repoOf }: TerminalsOptions,
): Omit<TerminalData, 'state_since' | 'active_at' | 'quiet_s'> {
  const { name } = row;
  return {
    place: place.name,
    ...name,
    repo: repoOf(name.project),
    number: name.issue + name.pr,
    exists: true,
    state: decision.state,
    decided_by: decision.decidedBy,
    evidence: decision.evidence,
    attached: row.attached,
    interactive: row.interactive,
    started_at: toIso(row.started),
    windows: row.windows,
    command: row.command,
    folder: row.folder,
  };
}

interface Standing {
  readonly state: string;
  readonly since: Instant;
  /** The last look at which it was in this state. */
  readonly seen: Instant;
}

/** Since when a session is in its state: not before its last output or its end, nor before it was last seen in another state. */
function createSince(
  before: readonly TerminalData[],
): (session: string, decision: Decision, activity: Instant, now: Instant) => Instant {
  const known = new Map<string, Standing>();
  for (const data of before) {
    const since = parseIso(data.state_since);
    if (since !== null) known.set(data.session, { state: data.state, since, seen: since });
  }
  return (session, { state }, activity, now) => {
    const last = known.get(session);
    const since = last?.state === state ? last.since : Math.min(now, Math.max(activity, last?.seen ?? 0));
    known.set(session, { state, since, seen: now });
    return since;
  };
}
