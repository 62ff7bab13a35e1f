/** Preflight: Active Sessions, Phase Files, Stale Phase Cleanup. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { DAY, HOUR, parseIso, type Instant } from '../../core/time.ts';
import { eventsOf, isSameRepo, present, type Facts } from './facts.ts';
import type { Section } from './section.ts';
import { forgeLooking, sightOf } from './sight.ts';
import { baseName, cutLines, minutesSince, plain, whereOf } from './words.ts';

const SHOWN = 50;

export interface SessionsView {
  readonly terminals: readonly Readonly<
    Pick<
      EventData<'session.terminal'>,
      'session' | 'place' | 'state' | 'quiet_s' | 'attached' | 'started_at' | 'windows'
    >
  >[];
  readonly runs: readonly Readonly<
    Pick<EventData<'session.run'>, 'session' | 'place' | 'runner' | 'waits_for' | 'status_text' | 'status_since'>
  >[];
}

/** Terminals as `tmux list-sessions` names them, with what was seen in each; then runs without a terminal. */
export function activeSessions(facts: Facts): Section<SessionsView> {
  const terminals = present(facts, 'session.terminal');
  const runs = present(facts, 'session.run');
  const where = whereOf([...terminals, ...runs]);
  const none = ['No tmux sessions'];
  const sight = sightOf(facts, { source: 'sessions', advice: null, isKnown: terminals.length + runs.length > 0 });
  const top =
    terminals.length === 0 && sight.state === 'available'
      ? none
      : terminals.map((one) => terminalLine(one, where(one)));
  return {
    heading: 'Active Sessions',
    sight,
    lines:
      runs.length === 0 && terminals.length === 0
        ? []
        : [...top, ...runs.map((one) => runLine(one, where(one), facts.now))],
    none,
    view: {
      terminals: terminals.map(({ session, place, state, quiet_s, attached, started_at, windows }) => ({
        session,
        place,
        state,
        quiet_s,
        attached,
        started_at,
        windows,
      })),
      runs: runs.map(({ session, place, runner, waits_for, status_text, status_since }) => ({
        session,
        place,
        runner,
        waits_for,
        status_text: plain(status_text),
        status_since,
      })),
    },
  };
}

/** As tmux writes it, and behind that what the session does. */
function terminalLine(data: EventData<'session.terminal'>, where: string): string {
  const created = parseIso(data.started_at);
  const since = created === null ? '' : ` (created ${tmuxDate(created)})`;
  const attached = data.attached ? ' (attached)' : '';
  return `${data.session}: ${data.windows} windows${since}${attached}: ${data.state.replace('_', ' ')}${where}`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Fri Jan  2 12:00:00 2026`, in UTC. */
function tmuxDate(at: Instant): string {
  const date = new Date(at);
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`;
  return `${day} ${date.toISOString().slice(11, 19)} ${date.getUTCFullYear()}`;
}

function runLine(data: EventData<'session.run'>, where: string, now: Instant): string {
  const said =
    data.status_text === '' ? '' : `, "${plain(data.status_text)}" ${minutesSince(data.status_since, now)}min ago`;
  const waits = data.waits_for === '' ? '' : `, waits for ${data.waits_for}`;
  return `${data.session}: run ${data.runner}${waits}${said}${where}`;
}

export interface PhaseView {
  readonly file: string;
  readonly place: string;
  readonly phase: string;
  readonly since: string;
  /** What it says cannot be read; the phase is the last that could be. */
  readonly unreadable: boolean;
}

export interface PhasesView {
  readonly files: readonly PhaseView[];
}

/** Every phase file, with its first line and its age. */
export function phaseFiles(facts: Facts): Section<PhasesView> {
  const phases = present(facts, 'session.phase').toSorted(byPath);
  const where = whereOf(phases);
  const lines = phases.map(
    (data) =>
      `  ${plain(baseName(data.path))}: ${phaseLine(data)} (${minutesSince(data.phase_since, facts.now)}min ago)${where(data)}`,
  );
  return {
    heading: 'Phase Files',
    sight: filesSight(facts, phases.length > 0),
    lines: cutLines(lines, SHOWN),
    none: ['  None'],
    view: {
      files: phases.map(({ path, place, phase, phase_since: since, unreadable }) => ({
        file: baseName(path),
        place,
        phase,
        since,
        unreadable,
      })),
    },
  };
}

/** The line that the file has, as far as it could be read. */
function phaseLine({ phase, unreadable }: EventData<'session.phase'>): string {
  if (phase === 'none') return 'empty';
  if (phase === 'unreadable') return 'unreadable';
  return unreadable ? `unreadable, last PHASE:${phase}` : `PHASE:${phase}`;
}

export interface StalePhaseView {
  readonly file: string;
  readonly number: number;
  /** stale: closed for more than 24 h; grace: closed for less; kept: it is not known whether or when it was closed. */
  readonly standing: 'stale' | 'grace' | 'kept';
  readonly closed_at: string;
}

export interface StalePhasesView {
  readonly files: readonly StalePhaseView[];
}

/** Escalations whose issue or pull request is closed. Nothing is deleted here; what cannot be known for sure is kept. */
export function stalePhases(facts: Facts): Section<StalePhasesView> {
  const names = new Set(facts.projects.map(({ name }) => name));
  const all = present(facts, 'session.phase');
  const escalated = all
    .filter(({ phase, number }) => phase === 'escalate' && number > 0)
    .filter(({ project }) => !facts.isSelection || names.has(project))
    .toSorted(byPath);
  const canAsk = (repo: string): boolean => sightOf(facts, forgeLooking(facts, true, repo)).state !== 'unavailable';
  const judged = escalated.flatMap((data) => judge(data, facts, canAsk(data.repo)));
  return {
    heading: 'Stale Phase Cleanup',
    sight: filesSight(facts, all.length > 0),
    lines: cutLines(
      judged.map(({ line }) => line),
      SHOWN,
    ),
    none: ['  None'],
    view: { files: judged.map(({ view }) => view) },
  };
}

interface Judged {
  readonly line: string;
  readonly view: StalePhaseView;
}

/** A forge that cannot be asked may have opened an issue again. */
function judge(data: EventData<'session.phase'>, facts: Facts, canAsk: boolean): readonly Judged[] {
  const { number } = data;
  const { state, closedAt } = standingOf(data, facts);
  if (state === 'open') return [];
  const file = baseName(data.path);
  const say = (standing: StalePhaseView['standing'], words: string): readonly Judged[] => [
    { line: `  ${words}`, view: { file, number, standing, closed_at: closedAt } },
  ];
  const thing = `${plain(file)} — issue #${number}`;
  if (!canAsk) return say('kept', `Kept: ${thing}, the forge cannot be asked now`);
  if (state === '') return say('kept', `Kept: ${thing}, whether it is closed is not known`);
  const at = parseIso(closedAt);
  if (at === null) return say('kept', `Kept: ${thing} closed, when is not known`);
  const elapsed = facts.now - at;
  if (elapsed > DAY) return say('stale', `Stale: ${thing} closed at ${closedAt}`);
  return say('grace', `Grace: ${thing} closed, ${Math.floor((DAY - elapsed) / HOUR)}h remaining`);
}

function standingOf(
  data: EventData<'session.phase'>,
  facts: Facts,
): { readonly state: string; readonly closedAt: string } {
  const kind = data.pr > 0 ? 'forge.pull' : 'forge.issue';
  const known = eventsOf(facts, kind)
    .map((event) => event.data)
    .find((one) => one.number === data.number && isSameRepo(one.repo, data.repo));
  if (known !== undefined) return { state: known.state, closedAt: known.closed_at };
  return { state: data.issue_state, closedAt: '' };
}

const filesSight = (facts: Facts, isKnown: boolean) => sightOf(facts, { source: 'files', advice: null, isKnown });

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => {
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
};
