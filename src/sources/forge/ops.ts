/**
 * Ops repositories over the forge: what asks for approval there, and, as long as no clone can be read, when the repository was last
 * written and which evidence is in it. What a clone shows is another source's, and is never said twice.
 */

import type { AnyEvent } from '../../core/event.ts';
import type { Source, SourceContext } from '../../core/source.ts';
import { MINUTE, SECOND, toIso, type Instant, type Millis } from '../../core/time.ts';
import { openLedger } from '../../factory/ledger.ts';
import { believedThere, createLooks, createSay } from '../../factory/looks.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Forge } from '../../ports/forge.ts';
import type { Log } from '../../ports/log.ts';
import type { EventLog } from '../../ports/store.ts';
import { forgeElsewhere } from './elsewhere.ts';
import { createLocalSight, type LocalSight } from './ops-local.ts';
import { createOpsLook, type OpsLook } from './ops-look.ts';

export interface OpsRepoAt {
  /** As the reactor names it. */
  readonly repo: string;
  /** Project that it belongs to, `''` when none is known. */
  readonly project: string;
  /** Its vault and evidence are the factory's own: ids need no name in front. */
  readonly isMain: boolean;
  readonly forge: Forge;
}

export interface OpsOptions {
  /** Name of this box. */
  readonly host: string;
  readonly repos: readonly OpsRepoAt[];
  readonly clock: Clock;
  readonly log: Log;
  readonly latest: EventLog['latest'];
}

export interface OpsSource extends Source {
  /** Looks at everything now. */
  sweep(reason: string): Promise<void>;
  /** Told of every event of the log: what clones show, and webhooks of the repositories. */
  note(event: AnyEvent): void;
}

const EVERY: Millis = 5 * MINUTE;
const WHEN_BLIND: Millis = MINUTE;
const TICK: Millis = 2 * SECOND;
const KINDS = ['vault.item', 'git.repo', 'evidence.file'] as const;
/** Where its own events come from. */
const SCHEME = 'ops';

/** The source; each run says everything once, then only what changed. */
export function opsSource(options: OpsOptions): OpsSource {
  const { clock, repos, latest } = options;
  const looks = createLooks((span, signal) => clock.sleep(span, signal));
  const due = { at: -Infinity };
  const local = createLocalSight();
  return {
    name: 'ops',
    async run(context) {
      for (const kind of KINDS) for (const event of latest(kind)) if (!isOwn(event)) local.note(event);
      const look = createLook(options, context, local);
      due.at = -Infinity;
      const whenDue = async (): Promise<void> => {
        if (clock.monotonic() < due.at) return;
        due.at = Infinity;
        const isBlind = await look();
        due.at = Math.min(due.at, clock.monotonic() + (isBlind ? WHEN_BLIND : EVERY));
      };
      await looks.run(whenDue, TICK, context.signal);
    },
    sweep() {
      due.at = -Infinity;
      return looks.again();
    },
    note(event) {
      if (isOwn(event)) return;
      const isHint = event.kind === 'forge.pull' && repos.some(({ repo }) => repo === event.data.repo);
      if (local.note(event) || isHint) due.at = -Infinity;
    },
  };
}

const isOwn = (event: AnyEvent): boolean => event.source.startsWith(`${SCHEME}://`);

/** A look at every repository; resolves with whether none of them could be seen. */
function createLook(options: OpsOptions, context: SourceContext, local: LocalSight): () => Promise<boolean> {
  const { host, clock, log, repos, latest } = options;
  const run = toIso(clock.now());
  const believed = believedThere(
    KINDS.flatMap((kind) => [...latest(kind)]),
    host,
    '',
  ).filter(isOwn);
  const lookers = repos.map((at) => {
    const mine = believed.filter((event) => belongsTo(event, at));
    const ledger = openLedger({ host, scheme: SCHEME, run: `${run} ${at.repo}`, before: mine });
    const say = createSay({ ledger, context, warn: (fields, message) => log.warn(fields, message) });
    const forge = forgeElsewhere(at.forge);
    return { at, say, look: createOpsLook({ ...at, forge, local, before: mine, signal: context.signal }) };
  });
  const lookAt = async ({ say, look }: (typeof lookers)[number], now: Instant): Promise<readonly string[]> => {
    const { facts, isCovered, flaws } = await look.all(now);
    if (!context.signal.aborted) await say(facts, isCovered, now);
    return flaws;
  };
  return async () => {
    const flaws = await Promise.all(lookers.map((looker) => lookAt(looker, clock.now())));
    if (context.signal.aborted) return false;
    return report(context, lookers, flaws);
  };
}

function belongsTo(event: AnyEvent, { repo, isMain }: OpsRepoAt): boolean {
  if (event.kind === 'vault.item' || event.kind === 'git.repo') return event.data.repo === repo;
  return isMain;
}

/** Where a clone can be read, the forge shows only what asks for approval: being blind to that is half a blindness. */
function report(
  context: SourceContext,
  lookers: readonly { readonly at: OpsRepoAt; readonly look: OpsLook }[],
  flaws: readonly (readonly string[])[],
): boolean {
  const reason = [...new Set(flaws.flat())].join('; ');
  const isBlind = lookers.every(({ look }) => look.isBlind());
  if (reason === '') context.report('available', `asking the forge for ${lookers.map(({ at }) => at.repo).join(', ')}`);
  else context.report(isBlind && lookers.every(({ look }) => !look.hasClone()) ? 'unavailable' : 'degraded', reason);
  return isBlind;
}
