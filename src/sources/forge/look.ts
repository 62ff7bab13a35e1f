/** One look at the forge: everything of every repository, or single things; says what is news and how well it could see. */

import type { AnyEvent } from '../../core/event.ts';
import { inParallel } from '../../core/in-parallel.ts';
import type { SourceContext } from '../../core/source.ts';
import { toIso } from '../../core/time.ts';
import type { Picture } from '../../factory/picture.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Forge } from '../../ports/forge.ts';
import type { Log } from '../../ports/log.ts';
import type { EventLog } from '../../ports/store.ts';
import { addressOf, forgeElsewhere } from './elsewhere.ts';
import { nameOf, type Fact } from './fact.ts';
import { createHints, hintOf, unknownOf, type Target } from './hints.ts';
import { createIssueLook, type IssueLook } from './look-issues.ts';
import { createPullLook, type PullLook } from './look-pulls.ts';
import { AT_ONCE, flawOf, joinParts, NOTHING, type Part } from './part.ts';
import { isOfLook, openSaid, type Said } from './said.ts';

export interface LookOptions {
  /** Name of this box. */
  readonly host: string;
  /** Of the forge: `''` for that of FORGE_URL, else what stands before the names of its repositories. */
  readonly name: string;
  readonly forge: Forge;
  /** As the reactor names them. */
  readonly repos: readonly string[];
  readonly picture: Picture;
  readonly clock: Clock;
  readonly log: Log;
  /** What the event log last heard of each entity. */
  readonly latest: EventLog['latest'];
}

/** How a look went. `blind`: nothing could be seen. `stuck`: what was seen was not stored. */
export type Sight = 'clear' | 'flawed' | 'blind' | 'stuck';

export interface Look {
  /** Looks at everything and reports. */
  all(): Promise<Sight>;
  /** Looks at what hints ask for, if they ask for anything. */
  hinted(): Promise<Sight>;
  /** Takes note of an event of the log: what was said, and what it hints at. */
  note(event: AnyEvent): void;
}

interface RepoLook {
  readonly repo: string;
  readonly pulls: PullLook;
  readonly issues: IssueLook;
}

interface RepoSight {
  readonly repo: string;
  readonly part: Part;
  /** Neither its pull requests nor its issues could be listed. */
  readonly isBlind: boolean;
}

/** A look that remembers what it saw and what was said. */
export function createLook(options: LookOptions, context: SourceContext): Look {
  const { clock, picture, latest } = options;
  const forge = forgeElsewhere(options.forge);
  const { signal } = context;
  const hints = createHints(() => clock.now());
  const said = openSaid({
    host: options.host,
    addressOf: (repo) => addressOf(repo, forge.host),
    run: toIso(clock.now()),
    before: [...latest('forge.pull'), ...latest('forge.issue'), ...latest('forge.push')],
  });
  const repos = new Map(
    options.repos.map((repo) => {
      const look = { repo, forge, clock, said, signal };
      return [repo, { repo, pulls: createPullLook(look), issues: createIssueLook(look) }];
    }),
  );
  const say = createSay(options, context, said);

  const take = async (seen: readonly RepoSight[]): Promise<boolean> => {
    for (const { repo, part } of seen) {
      for (const { after, ...target } of part.again) hints.add({ repo, ...target }, after);
    }
    return say(newestOf(seen.flatMap(({ part }) => part.facts)));
  };
  const lookAtOne = async ({ repo, what, number }: Target): Promise<RepoSight> => {
    const look = repos.get(repo);
    const part = look === undefined ? NOTHING : await look[what === 'pull' ? 'pulls' : 'issues'].one(number);
    return { repo, part, isBlind: false };
  };

  return {
    async all() {
      said.begin();
      const wanted = wantedOf(latest, picture);
      const seen: RepoSight[] = [];
      for (const look of repos.values()) seen.push(await lookAtRepo(look, forge, wanted, signal));
      if (signal.aborted) return 'blind';
      const isStored = await take(seen);
      const sight = report(context, seen);
      return isStored ? sight : 'stuck';
    },
    async hinted() {
      const targets = hints.take();
      if (targets.length === 0) return 'clear';
      said.begin();
      const seen: RepoSight[] = [];
      // In the order in which they were read: how an issue stands to others is known best by the last.
      await inParallel(targets, AT_ONCE, async (target) => void seen.push(await lookAtOne(target)));
      if (signal.aborted) return 'blind';
      if (!(await take(seen))) return 'stuck';
      return seen.every(({ part }) => part.flaws.length === 0) ? 'clear' : 'flawed';
    },
    note(event) {
      said.note(event);
      const hint = isOfLook(event) ? null : hintOf(event, picture);
      if (hint !== null && repos.has(hint.repo)) hints.add(hint, hint.after);
    },
  };
}

/** The last fact of each entity. */
const newestOf = (facts: readonly Fact[]): readonly Fact[] => [
  ...new Map(facts.map((fact) => [nameOf(fact), fact])).values(),
];

/** What sessions work on and nobody has told of. */
function wantedOf(latest: EventLog['latest'], picture: Picture): readonly Target[] {
  return [...latest('session.phase')]
    .map((event) => (event.kind === 'session.phase' ? unknownOf(event.data, picture) : null))
    .filter((target) => target !== null);
}

async function lookAtRepo(
  { repo, pulls, issues }: RepoLook,
  forge: Forge,
  wanted: readonly Target[],
  signal: AbortSignal,
): Promise<RepoSight> {
  const numbersOf = (what: Target['what']): readonly number[] =>
    wanted.filter((target) => target.repo === repo && target.what === what).map((target) => target.number);
  try {
    const name = await forge.fullName(repo, signal);
    // Webhooks would tell of one repository and looks of another.
    if (name !== repo) throw new Error(`${forge.host} writes ${repo} as ${name}: write it so too`);
  } catch (error) {
    return { repo, part: flawOf(error), isBlind: true };
  }
  const lists = await Promise.allSettled([pulls.all(), issues.all(numbersOf('issue'))]);
  const parts = lists.map((list) => (list.status === 'fulfilled' ? list.value : flawOf(list.reason)));
  const single = await inParallel(numbersOf('pull'), AT_ONCE, pulls.one);
  return { repo, part: joinParts([...parts, ...single]), isBlind: lists.every((list) => list.status === 'rejected') };
}

/** More flaws than these are more than anybody reads. */
const MOST_FLAWS = 3;

function report(context: SourceContext, seen: readonly RepoSight[]): Sight {
  const flaws = [...new Set(seen.flatMap(({ part }) => part.flaws))];
  const rest = flaws.length > MOST_FLAWS ? [`and ${flaws.length - MOST_FLAWS} more`] : [];
  const reason = [...flaws.slice(0, MOST_FLAWS), ...rest].join('; ');
  if (seen.every(({ isBlind }) => isBlind)) {
    context.report('unavailable', reason);
    return 'blind';
  }
  if (flaws.length > 0) {
    context.report('degraded', reason);
    return 'flawed';
  }
  context.report('available', `looking at ${seen.map(({ repo }) => repo).join(', ')}`);
  return 'clear';
}

/** Says what is news; what the log did not take is news again at the next look. */
function createSay(
  { clock, log }: LookOptions,
  context: SourceContext,
  said: Said,
): (facts: readonly Fact[]) => Promise<boolean> {
  let isRefused = false;
  return async (facts) => {
    const news = said.news(facts, clock.now());
    if (news.length === 0) return true;
    try {
      await context.emit(news);
      isRefused = false;
      return true;
    } catch (error) {
      if (!isRefused) log.warn({ err: error, events: news.length }, 'forge events were not stored, trying again');
      isRefused = true;
      return false;
    }
  };
}
