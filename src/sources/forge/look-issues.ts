/** Looks at the issues of a repository: all that are open, those closed since the last look, and how they stand to each other. */

import { inParallel } from '../../core/in-parallel.ts';
import { MINUTE, SECOND, type Instant, type Millis } from '../../core/time.ts';
import type { FactOf } from './fact.ts';
import { fieldsOf } from './fields.ts';
import { createIssueBook, readIssue, type IssueBook, type ReadIssue } from './issue-book.ts';
import { createLinks } from './links.ts';
import type { LookContext } from './look-pulls.ts';
import { AT_ONCE, flawOf, joinParts, NOTHING, type Part } from './part.ts';
import { createStrikes, SECOND_LOOK } from './strikes.ts';

export interface IssueLook {
  /** Everything that is open, was said to be, or is wanted. Rejects when a list cannot be read. */
  all(wanted: readonly number[]): Promise<Part>;
  /** One of them, and what its change changes for others. Never rejects. */
  one(number: number): Promise<Part>;
}

/** The forge's clock and ours may differ. */
const OVERLAP: Millis = 10 * MINUTE;
/** So many single issues are asked for in one look; the others in the next. */
const MOST_SINGLE = 50;
/** How long an issue that the forge does not have is not asked for again. */
const ABSENT_FOR: Millis = 60 * MINUTE;
const SOON = 5 * SECOND;

/** A look that remembers all issues it has read. */
export function createIssueLook(context: LookContext): IssueLook {
  const { repo, forge, clock, said, signal } = context;
  const book = createIssueBook(repo);
  const links = createLinks(context);
  const single = createSingles(context, book);
  let readAt: Instant | null = null;

  const readSingles = async (numbers: Iterable<number>): Promise<Singles> => {
    const chosen = [...new Set(numbers)].filter(single.isDue).slice(0, MOST_SINGLE);
    const parts = await inParallel(chosen, AT_ONCE, single.read);
    return { ...joinParts(parts), issues: parts.map((part) => part.issue).filter((issue) => issue !== null) };
  };
  const factsOf = (others: readonly ReadIssue[]): readonly FactOf<'forge.issue'>[] => {
    const closed = others.filter((issue) => !issue.isPull && issue.data.state === 'closed');
    return book.factsOf([...book.openIssues(), ...closed], links);
  };

  return {
    async all(wanted) {
      const now = clock.now();
      const before = readAt;
      const since = before === null ? null : before - OVERLAP;
      const lists = await Promise.all([
        forge.issues(repo, { state: 'open', since: null }, signal),
        forge.issues(repo, { state: 'closed', since }, signal),
      ]);
      const { issues, flaws } = readList(lists.flat(), repo);
      for (const issue of issues) book.take(issue);
      readAt = now;
      const listed = new Set(issues.map((issue) => issue.number));
      const flaw = await links.refresh(book.openIssues().map(toLinked));
      const unlisted = [...said.openIssues(repo), ...wanted, ...book.unread(links), ...book.open()];
      const singles = await readSingles(unlisted.filter((number) => !listed.has(number)));
      // At the first look that is the whole past: of what was closed only that is said which somebody waits for.
      const isWanted = ({ number }: ReadIssue): boolean =>
        before !== null || wanted.includes(number) || said.issue(repo, number)?.state === 'open';
      const facts = factsOf([...issues.filter(isWanted), ...singles.issues]);
      return joinParts([{ ...NOTHING, facts, flaws }, { ...NOTHING, flaws: flaw === '' ? [] : [flaw] }, singles]);
    },
    async one(number) {
      // Before everything was read once, nobody can say how one issue stands to the others.
      if (readAt === null) return NOTHING;
      const asked = await readSingles([number]);
      await links.refresh(asked.issues.filter((issue) => issue.data.state === 'open').map(toLinked));
      const others = await readSingles(book.unread(links));
      return joinParts([{ ...NOTHING, facts: factsOf(asked.issues) }, asked, others]);
    },
  };
}

type Single = Part & { readonly issue: ReadIssue | null };
type Singles = Part & { readonly issues: readonly ReadIssue[] };

const toLinked = ({ number, data }: ReadIssue) => ({ number, updatedAt: data.updated_at });

function readList(
  list: readonly unknown[],
  repo: string,
): { readonly issues: readonly ReadIssue[]; readonly flaws: readonly string[] } {
  const read = list.map((raw) => readIssue(fieldsOf(raw)));
  const broken = read.filter((issue) => issue === null).length;
  const flaws = broken === 0 ? [] : [`${broken} issues of ${repo} lack a number or a state`];
  return { issues: read.filter((issue) => issue !== null && !issue.isPull).filter((issue) => issue !== null), flaws };
}

interface SingleLook {
  /** False for a number that the forge did not have a while ago. */
  isDue(number: number): boolean;
  /** Never rejects. */
  read(number: number): Promise<Single>;
}

/** Asks for issues one by one. */
function createSingles({ repo, forge, clock, said, signal }: LookContext, book: IssueBook): SingleLook {
  const strikes = createStrikes();
  const absent = new Map<number, Instant>();
  const onMissing = (number: number): Single => {
    const now = clock.now();
    const before = said.issue(repo, number);
    if (before?.state !== 'open') {
      absent.set(number, now);
      book.drop(number);
      return { ...NOTHING, issue: null };
    }
    if (!strikes.isGone(number, now)) {
      return { ...NOTHING, again: [{ what: 'issue', number, after: SECOND_LOOK + SOON }], issue: null };
    }
    book.drop(number);
    const data = { ...before, action: 'deleted', state: 'closed' };
    return { ...NOTHING, facts: [{ kind: 'forge.issue', data }], issue: null };
  };
  const read = async (number: number): Promise<Single> => {
    try {
      const raw = await forge.issue(repo, number, signal);
      if (raw === null) return onMissing(number);
      const issue = readIssue(fieldsOf(raw));
      if (issue === null) throw new Error(`issue ${repo}#${number} lacks a number or a state`);
      strikes.isThere(number);
      absent.delete(number);
      book.take(issue);
      return { ...NOTHING, issue };
    } catch (error) {
      return { ...flawOf(error), issue: null };
    }
  };
  return { read, isDue: (number) => clock.now() - (absent.get(number) ?? -ABSENT_FOR) >= ABSENT_FOR };
}
