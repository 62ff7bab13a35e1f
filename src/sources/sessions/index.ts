/** Sessions of agents in one place, as `session.terminal` (tmux) and `session.run` (claude -p). */

import type { Source, SourceContext } from '../../core/source.ts';
import { toIso, type Millis } from '../../core/time.ts';
import type { AgentsFold } from '../../factory/agents.ts';
import { openLedger } from '../../factory/ledger.ts';
import { believedThere, createLooks, createSay } from '../../factory/looks.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Place } from '../../ports/place.ts';
import type { EventLog } from '../../ports/store.ts';
import { openFolder, type FolderLook } from './folder.ts';
import { createRunFacts } from './run-facts.ts';
import { openTerminals, type TerminalsLook } from './terminals.ts';

export interface SessionsOptions {
  /** Name of the box. */
  readonly host: string;
  readonly place: Place;
  /** Where session ids, status lines and markers are. */
  readonly dir: string;
  /** Folders whose subfolders, one an agent, hold `agent-run-last.json`. */
  readonly resultFolders: readonly string[];
  /** Claude's own folders, with `projects` in them. */
  readonly claudeFolders: readonly string[];
  /** `tmux -L`, `''` for the default. */
  readonly socketName: string;
  readonly projects: readonly { readonly name: string; readonly repo: string }[];
  readonly agents: AgentsFold;
  readonly clock: Clock;
  readonly log: Log;
  readonly latest: EventLog['latest'];
  /** From one look to the next. */
  readonly every: Millis;
}

/** The source; each run says everything once, then only what changed. */
export function sessionsSource(options: SessionsOptions): Source {
  const looks = createLooks((span, signal) => options.clock.sleep(span, signal));
  return {
    name: 'sessions',
    run: (context) => looks.run(createLook(options, context), options.every, context.signal),
    sweep: () => looks.again(),
  };
}

function createLook(options: SessionsOptions, context: SourceContext): () => Promise<void> {
  const { host, place, clock, log } = options;
  const believed = believedThere(
    [...options.latest('session.terminal'), ...options.latest('session.run')],
    host,
    place.name,
  );
  const ledger = openLedger({ host, scheme: 'session', run: toIso(clock.now()), before: believed });
  const say = createSay({ ledger, context, warn: (fields, message) => log.warn(fields, message) });
  const repoOf = (project: string): string => options.projects.find((one) => one.name === project)?.repo ?? '';
  const before = believed.flatMap((event) => (event.kind === 'session.terminal' ? [event.data] : []));
  const folder = openFolder(options.dir, place.files);
  const terminals = openTerminals({ ...options, repoOf, before });
  const runsBefore = new Set(believed.flatMap((event) => (event.kind === 'session.run' ? [event.data.session] : [])));
  const toRuns = createRunFacts({ ...options, repoOf, before: runsBefore });
  return async () => {
    const now = clock.now();
    const found = await folder();
    const [shown, runs] = await Promise.all([
      terminals.look(found.seen ? found.markers : [], now, context.signal),
      found.seen ? toRuns(found, now) : [],
    ]);
    const covered = {
      'session.run': found.seen && found.unread.length === 0,
      'session.terminal': shown.seen && shown.flaws.length === 0,
    };
    const isCovered = ({ kind }: { readonly kind: string }): boolean =>
      kind === 'session.run' ? covered[kind] : covered['session.terminal'];
    await say([...runs, ...(shown.seen ? shown.facts : [])], isCovered, now);
    report(context, options.dir, found, shown);
  };
}

function report(context: SourceContext, dir: string, found: FolderLook, shown: TerminalsLook): void {
  const isShared = !found.seen && found.why === 'shared';
  const missed = found.seen ? found.unread : [found.reason];
  const flaws = [...(isShared ? [] : missed), ...(shown.seen ? shown.flaws : [shown.reason])];
  const isBlind = !found.seen && !shown.seen;
  const state = isBlind ? 'unavailable' : 'degraded';
  if (flaws.length > 0) context.report(state, flaws.join('; '));
  else context.report('available', `looking at tmux, and at session ids and status lines in ${dir}`);
}
