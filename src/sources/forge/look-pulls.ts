/** Looks at the pull requests of a repository: the forge's own list, and for each what its webhooks do not say. */

import { messageOf } from '../../core/errors.ts';
import { inParallel } from '../../core/in-parallel.ts';
import { parseIso, SECOND, toIso } from '../../core/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Forge } from '../../ports/forge.ts';
import { readChecks } from './checks.ts';
import { judgeConflict, PROOF_AFTER, type Suspicion } from './conflict.ts';
import type { FactOf } from './fact.ts';
import { fieldsOf, SHA, type Fields } from './fields.ts';
import { pullData } from './parse-pull.ts';
import { AT_ONCE, flawOf, joinParts, NOTHING, type Part } from './part.ts';
import { deletedPull, openPullFacts, pullFact, pushFact } from './pull-facts.ts';
import { readReviews } from './reviews.ts';
import type { Said } from './said.ts';
import { createStrikes, SECOND_LOOK, type Strikes } from './strikes.ts';

export interface LookContext {
  readonly repo: string;
  readonly forge: Forge;
  readonly clock: Clock;
  readonly said: Said;
  readonly signal: AbortSignal;
}

export interface PullLook {
  /** What is open, and what was said to be open and is not listed. Rejects when the list cannot be read. */
  all(): Promise<Part>;
  /** One of them. Never rejects. */
  one(number: number): Promise<Part>;
}

type PullFact = FactOf<'forge.pull'>;

/** So many that vanished from the list are asked for in one look; the others in the next. */
const MOST_GONE = 50;
/** A little more than a proof takes. */
const SOON = 5 * SECOND;

/** A look that remembers what it suspected. */
export function createPullLook(context: LookContext): PullLook {
  const { repo, forge, said, signal } = context;
  const strikes = createStrikes();
  const conflictOf = createConflictSight(context);

  const lookAtOpen = async (pull: Fields, fact: PullFact): Promise<Part> => {
    const { sha, number } = fact.data;
    const before = said.pull(repo, number);
    const flaws: string[] = [];
    const tried = async <T>(asked: Promise<T>): Promise<T | null> => {
      try {
        return await asked;
      } catch (error) {
        flaws.push(messageOf(error));
        return null;
      }
    };
    const [reviews, statuses, last_push_at] = await Promise.all([
      tried(forge.reviews(repo, number, signal)),
      tried(forge.statuses(repo, sha, signal)),
      tried(pushedAt(context, fact)),
    ]);
    const conflict = conflictOf(pull, fact);
    const facts = openPullFacts(fact, {
      reviews: reviews && readReviews(reviews),
      checks: statuses && readChecks(statuses),
      last_push_at: last_push_at ?? fact.data.last_push_at,
      conflict_since: conflict.since,
    });
    const isMoved = before?.state === 'open' && before.sha !== sha && said.pushedAt(sha) === '';
    return {
      facts: isMoved ? [pushFact(fact.data, before.sha), ...facts] : facts,
      flaws,
      again: conflict.isProven ? [] : [{ what: 'pull', number, after: PROOF_AFTER + SOON }],
    };
  };

  const lookAt = async (raw: unknown): Promise<Part> => {
    const pull = fieldsOf(raw);
    const number = pull.needNumber('number');
    const data = pullData(pull, pull.needFact('state', /^(?:open|closed)$/));
    if (pull.missing.length > 0) return flawOf(new Error(`a pull request of ${repo} lacks ${pull.missing.join(', ')}`));
    strikes.isThere(number);
    const fact = pullFact(repo, number, data, said.pull(repo, number));
    return data.state === 'open' ? lookAtOpen(pull, fact) : { ...NOTHING, facts: [fact] };
  };

  const one = async (number: number): Promise<Part> => {
    try {
      const raw = await forge.pull(repo, number, signal);
      return raw === null ? lookAtMissing(context, strikes, number) : await lookAt(raw);
    } catch (error) {
      return flawOf(error);
    }
  };

  return {
    one,
    async all() {
      const listed = new Map((await forge.openPulls(repo, signal)).map((raw) => [fieldsOf(raw).number('number'), raw]));
      const gone = said.openPulls(repo).filter((number) => !listed.has(number));
      const parts = await inParallel(listed.values(), AT_ONCE, lookAt);
      return joinParts([...parts, ...(await inParallel(gone.slice(0, MOST_GONE), AT_ONCE, one))]);
    },
  };
}

/** It may be gone, or the forge may have slipped: until a second look agrees, it keeps its state. */
function lookAtMissing({ repo, said, clock }: LookContext, strikes: Strikes, number: number): Part {
  const before = said.pull(repo, number);
  if (before?.state !== 'open') return NOTHING;
  if (strikes.isGone(number, clock.now())) return { ...NOTHING, facts: [deletedPull(before)] };
  return { ...NOTHING, again: [{ what: 'pull', number, after: SECOND_LOOK + SOON }] };
}

/** When the head came: as a webhook told, else by the date in the commit, which is never ahead of now. */
async function pushedAt({ repo, forge, clock, said, signal }: LookContext, fact: PullFact): Promise<string> {
  const { sha, last_push_at } = fact.data;
  const told = said.pushedAt(sha) === '' ? last_push_at : said.pushedAt(sha);
  if (told !== '') return told;
  const date = parseIso(fieldsOf(await forge.commit(repo, sha, signal)).time('commit.committer.date'));
  return toIso(date === null ? null : Math.min(date, clock.now()));
}

type ConflictSight = (pull: Fields, fact: PullFact) => { readonly since: string; readonly isProven: boolean };

/** Looks at whether a pull request can be merged, and remembers the ones it suspects. */
function createConflictSight({ repo, said, clock }: LookContext): ConflictSight {
  const suspicions = new Map<number, Suspicion>();
  return (pull, { data }) => {
    const before = {
      since: said.pull(repo, data.number)?.conflict_since ?? '',
      suspicion: suspicions.get(data.number) ?? null,
    };
    const of = `${data.sha} ${pull.fact('base.sha', SHA)}`;
    const { since, suspicion } = judgeConflict({ ...data, of }, before, clock.now());
    if (suspicion === null) suspicions.delete(data.number);
    else suspicions.set(data.number, suspicion);
    return { since, isProven: suspicion === null };
  };
}
