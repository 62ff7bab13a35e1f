/** Processes worth watching in one place, as `host.process`: agents, and whatever takes much memory. */

import type { EventData } from '../../core/catalog/catalog.ts';
import type { Source, SourceContext } from '../../core/source.ts';
import { SECOND, toIso, type Instant, type Millis } from '../../core/time.ts';
import type { AgentsFold } from '../../factory/agents.ts';
import { openLedger, toFact, type Fact } from '../../factory/ledger.ts';
import { believedThere, createLooks, createSay } from '../../factory/looks.ts';
import { spanStep } from '../../factory/spans.ts';
import { parseWorktreeName, worktreeOf } from '../../factory/worktree-names.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Place } from '../../ports/place.ts';
import type { EventLog } from '../../ports/store.ts';
import { findWatched, type Watched } from './watched.ts';

export interface ProcessesOptions {
  /** Name of the box. */
  readonly host: string;
  readonly place: Place;
  readonly agents: Pick<AgentsFold, 'isManaged'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly latest: EventLog['latest'];
  /** From one look to the next. */
  readonly every: Millis;
}

/** The source; each run says everything once, then only what changed. */
export function processesSource(options: ProcessesOptions): Source {
  const looks = createLooks((span, signal) => options.clock.sleep(span, signal));
  return {
    name: 'processes',
    run: (context) => looks.run(createLook(options, context), options.every, context.signal),
    sweep: () => looks.again(),
  };
}

function createLook(options: ProcessesOptions, context: SourceContext): () => Promise<void> {
  const { host, place, clock, log, latest } = options;
  const before = believedThere(latest('host.process'), host, place.name);
  const ledger = openLedger({ host, scheme: 'process', run: toIso(clock.now()), before });
  const say = createSay({ ledger, context, warn: (fields, message) => log.warn(fields, message) });
  const toFacts = createFacts(options);
  return async () => {
    const seen = await findWatched(place.machine, place.name === '');
    if (seen === null) return context.report('unavailable', 'no process can be seen: /proc does not tell');
    const now = clock.now();
    await say(toFacts(seen, now), () => true, now);
    context.report('available', 'looking at processes');
  };
}

type ProcessData = Omit<EventData<'host.process'>, 'host'>;

/** Makes facts out of processes; a size is said again when it moved by a quarter. */
function createFacts({ place, agents }: ProcessesOptions): (seen: readonly Watched[], now: Instant) => readonly Fact[] {
  const sizes = createSizes();
  return (seen, now) => {
    sizes.keep(new Set(seen.map(idOf)));
    return seen.map((one) => {
      const age = one.startedAt === null ? 0 : Math.max(0, now - one.startedAt);
      const steady = {
        ...whose(one.folder),
        place: place.name,
        pid: one.pid,
        exists: true,
        class: one.class,
        program: one.program,
        container: one.container,
        started_at: toIso(one.startedAt),
        rss_mb: sizes.of(idOf(one), one.rssMb),
        folder: one.folder,
        managed: place.name !== '' || worktreeOf(one.folder) !== '' || agents.isManaged(one.container),
      };
      const data: ProcessData = { ...steady, age_s: Math.floor(age / SECOND), cpu_s: one.times.cpuS };
      return toFact('host.process', data, [steady, one.times.start, spanStep(age)]);
    });
  };
}

const idOf = (one: Watched): string => `${one.pid} ${one.times.start}`;

function whose(folder: string): Pick<ProcessData, 'worktree' | 'session' | 'project' | 'issue' | 'pr'> {
  const worktree = worktreeOf(folder);
  const name = parseWorktreeName(worktree);
  if (name === null) return { worktree, session: '', project: '', issue: 0, pr: 0 };
  return { worktree, session: name.session, project: name.project, issue: name.issue, pr: name.pr };
}

const WORTH_SAYING = 0.25;

function createSizes() {
  const said = new Map<string, number>();
  return {
    of(id: string, mb: number): number {
      const last = said.get(id);
      const isSame = last !== undefined && Math.abs(mb - last) <= last * WORTH_SAYING;
      const size = isSame ? last : mb;
      said.set(id, size);
      return size;
    },
    keep(ids: ReadonlySet<string>): void {
      for (const id of said.keys()) if (!ids.has(id)) said.delete(id);
    },
  };
}
