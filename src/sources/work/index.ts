/**
 * The agents' work in one place: `worktree`, `git.repo`, `agent.log`, `agent.guard`, `evidence.file`, `session.files`, and the
 * `lock.file` of whole stacks.
 */

import type { Source, SourceContext } from '../../core/source.ts';
import { toIso, type Instant, type Millis } from '../../core/time.ts';
import { openLedger, type Fact } from '../../factory/ledger.ts';
import { believedThere, createLooks, createSay } from '../../factory/looks.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { EventLog } from '../../ports/store.ts';
import { evidencePart } from './evidence.ts';
import { guardsPart } from './guards.ts';
import { leftPart } from './left.ts';
import { logsPart } from './logs.ts';
import type { Part, PartLook, PartOptions } from './part.ts';
import { reposPart } from './repos.ts';
import { isStackLock, stackLocksPart } from './stack-locks.ts';
import { worktreesPart } from './worktrees.ts';

export interface WorkOptions extends PartOptions {
  /** Name of the box. */
  readonly host: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly latest: EventLog['latest'];
  /** From one look to the next. */
  readonly every: Millis;
}

/** The source; each run says everything once, then only what changed. `sweep` looks at every part. */
export function workSource(options: WorkOptions): Source {
  const looks = createLooks((span, signal) => options.clock.sleep(span, signal));
  const due = { all: false };
  return {
    name: 'work',
    run: (context) => looks.run(createLook(options, context, due), options.every, context.signal),
    sweep: () => {
      due.all = true;
      return looks.again();
    },
  };
}

/** Of its events: what only the forge shows is said by another source. */
const SCHEME = 'work';

interface Looked {
  readonly part: Part;
  /** Null before the first look. */
  at: Instant | null;
  last: PartLook;
}

function createLook(options: WorkOptions, context: SourceContext, due: { all: boolean }): () => Promise<void> {
  const { host, place, clock, log } = options;
  const parts = partsOf(options).map((part): Looked => ({ part, at: null, last: { facts: [], flaws: [] } }));
  const believed = believedThere(
    parts.flatMap(({ part }) => [...options.latest(part.kind)]),
    host,
    place.name,
  )
    .filter((event) => event.source.startsWith(`${SCHEME}://`))
    .filter((event) => event.kind !== 'lock.file' || isStackLock(event.data.name));
  const ledger = openLedger({ host, scheme: SCHEME, run: toIso(clock.now()), before: believed });
  const say = createSay({ ledger, context, warn: (fields, message) => log.warn(fields, message) });
  return async () => {
    const now = clock.now();
    const isDue = ({ part, at }: Looked): boolean => due.all || at === null || now - at >= part.every;
    const looking = parts.filter(isDue);
    due.all = false;
    await Promise.all(
      looking.map(async (one) => {
        one.last = await one.part.look(now, context.signal);
        one.at = now;
      }),
    );
    const covered = new Set(looking.filter(({ last }) => last.flaws.length === 0).map(({ part }) => part.kind));
    const facts = looking.flatMap(({ last }) => last.facts);
    await say(facts, (fact: Fact) => covered.has(fact.kind), now);
    report(context, parts);
  };
}

function partsOf(options: PartOptions): readonly Part[] {
  return [
    worktreesPart(options),
    reposPart(options),
    logsPart(options),
    guardsPart(options),
    stackLocksPart(options),
    evidencePart(options),
    leftPart(options),
  ];
}

function report(context: SourceContext, parts: readonly Looked[]): void {
  const flaws = [...new Set(parts.flatMap(({ last }) => last.flaws))];
  const sawFolder = parts.some(({ part, last }) => part.kind === 'worktree' && last.flaws.length === 0);
  const isBlind = !sawFolder && parts.every(({ last }) => last.flaws.length > 0 || last.facts.length === 0);
  if (flaws.length === 0) context.report('available', 'looking at worktrees, repositories, logs and guards');
  else context.report(isBlind ? 'unavailable' : 'degraded', flaws.join('; '));
}
