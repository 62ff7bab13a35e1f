/** A running sessions source in a place that a test moves by hand. */

import { createAgents, type AgentsOfHosts } from '../../../../src/factory/agents.ts';
import { toEvent, type AnyEvent } from '../../../../src/core/event.ts';
import type { EventData } from '../../../../src/core/catalog/catalog.ts';
import { SECOND, type Instant } from '../../../../src/core/time.ts';
import { sessionsSource, type SessionsOptions } from '../../../../src/sources/sessions/index.ts';
import type { ProgramRun } from '../../../../src/ports/place.ts';
import { fakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { fakePlace, printed, type FakePlace } from '../../../support/fake-place.ts';
import { logOf, runSource, SILENT_LOG, type RunningSource } from '../../../support/run-source.ts';

export interface FakePane {
  readonly session: string;
  readonly screen: string;
  readonly activity: Instant;
  readonly started?: Instant;
  readonly command?: string;
  readonly attached?: boolean;
  readonly interactive?: boolean;
  readonly ended?: boolean;
  readonly endedAt?: Instant;
  /** Of its server, `s` when not given; each server counts its panes from %0. */
  readonly socket?: string;
}

export interface SessionsWorld {
  readonly clock: FakeClock;
  readonly place: FakePlace;
  readonly agents: AgentsOfHosts;
  /** Sessions of the tmux server. */
  readonly panes: FakePane[];
  /** What tmux says instead, when it is not empty. */
  complaint: string;
  /** What comes of asking for screens, when that is not the screens. */
  shows: ProgramRun | null;
  /** Takes in what another source would have said. */
  lock(data: Partial<EventData<'lock.file'>>): void;
  phase(session: string, phase: string, since: Instant): void;
  start(before?: readonly AnyEvent[]): Promise<RunningSource>;
}

export const IDLE = '─────────\n❯ \n─────────\n';
export const BUSY = '✶ Thinking… (1s · esc to interrupt)\n─────────\n❯ \n─────────\n';
export const ASKING = 'Do you want to proceed?\n❯ 1. Yes\n  2. No\n';

/** Nothing runs yet. */
export function openSessions(over: Partial<SessionsOptions> = {}, name = ''): SessionsWorld {
  const clock = fakeClock();
  const place = fakePlace(name, name);
  const agents = createAgents();
  const panes: FakePane[] = [];
  place.folder('/tmp');
  const head = (subject: string) => ({ id: subject, source: 'test://box', subject, time: clock.now(), host: 'box' });
  const world: SessionsWorld = {
    clock,
    place,
    agents,
    panes,
    complaint: '',
    shows: null,
    lock: (data) => agents.apply(toEvent('lock.file', head(data.name ?? ''), { place: name, exists: true, ...data })),
    phase: (session, phase, since) =>
      agents.apply(
        toEvent('session.phase', head(session), {
          place: name,
          session,
          phase,
          exists: true,
          phase_since: new Date(since).toISOString(),
        }),
      ),
    start: (before = []) => {
      const options: SessionsOptions = {
        host: 'box',
        place,
        dir: '/tmp',
        resultFolders: ['/logs'],
        claudeFolders: ['/home/agent/.claude'],
        socketName: '',
        projects: [{ name: 'harb', repo: 'johba/harb' }],
        agents: agents.of('box'),
        clock,
        log: SILENT_LOG,
        latest: logOf(before),
        every: 2 * SECOND,
        ...over,
      };
      return runSource(sessionsSource(options), clock);
    },
  };
  place.answers.push(
    {
      words: ['list-panes'],
      run: () => printed(world.complaint === '' ? listed(panes) : `= s\n${world.complaint}\n`),
    },
    {
      words: ['capture-pane'],
      run: () => world.shows ?? printed(shownOf(panes, wordOf(place))),
    },
  );
  return world;
}

const byServer = (panes: readonly FakePane[]) => [...Map.groupBy(panes, ({ socket = 's' }) => socket)];

function listed(panes: readonly FakePane[]): string {
  return byServer(panes)
    .map(([socket, mine]) => `= ${socket}\n${mine.map(toRow).join('\n')}\n`)
    .join('');
}

function shownOf(panes: readonly FakePane[], word: string): string {
  return byServer(panes)
    .flatMap(([socket, mine]) => mine.map((pane, i) => `${word} %${i} ${socket}\n${pane.screen}\n`))
    .join('');
}

function toRow(pane: FakePane, i: number): string {
  const { session, activity, started = activity - 3_600_000, command = 'claude' } = pane;
  const flags = `${pane.ended === true ? 1 : 0} 11 ${pane.attached === true ? 1 : 0}`;
  const times = `${Math.floor(activity / 1000)} ${Math.floor(started / 1000)} 2`;
  const end = Math.floor((pane.endedAt ?? 0) / 1000);
  return `%${i} ${flags} ${times} ${pane.interactive === true ? 1 : 0} 0 ${end} ${session}|${command}|/tmp/harb-worktree-42`;
}

/** The word that the last capture was asked to separate screens with. */
function wordOf(place: FakePlace): string {
  const line = place.ran.findLast((one) => one.includes('capture-pane')) ?? '';
  return /done; true sh (\S+) /.exec(line)?.[1] ?? '';
}
