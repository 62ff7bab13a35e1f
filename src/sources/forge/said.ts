/** What was last said of each entity of the forge, by a webhook or by a look, so that a look says only news. */

import { stableId, type AnyEvent } from '../../core/event.ts';
import { toIso, type Instant } from '../../core/time.ts';
import { actionOf, eventOf, factOf, keyOf, nameOf, type DataOf, type Fact, type LookKind } from './fact.ts';

export interface Said {
  /** Takes note of an event that the log has taken. */
  note(event: AnyEvent): void;
  /** What was last said of a pull request, open or closed. */
  pull(repo: string, number: number): DataOf<'forge.pull'> | null;
  issue(repo: string, number: number): DataOf<'forge.issue'> | null;
  /** Numbers of those that were last said to be open. */
  openPulls(repo: string): readonly number[];
  openIssues(repo: string): readonly number[];
  /** When the push of a commit was told of, as ISO 8601 UTC; `''` when it was not. */
  pushedAt(sha: string): string;
  /** A look begins: what a webhook tells from now on is newer than what the look will have seen. */
  begin(): void;
  /** Events for what is news among the facts of a look. */
  news(facts: readonly Fact[], now: Instant): readonly AnyEvent[];
}

export interface SaidOptions {
  /** Name of this box. */
  readonly host: string;
  /** Where an event about a repository comes from; one that says another place is of another forge. */
  addressOf(repo: string): string;
  /** Tells one run from another: each says everything once. */
  readonly run: string;
  /** What the log heard before this run. */
  readonly before: Iterable<AnyEvent>;
}

interface Entry {
  readonly fact: Fact;
  /** Hash of what makes it the same news. */
  readonly key: string;
  /** Heard of in this run. */
  readonly heard: boolean;
}

/** An id that begins so is of a look. */
const OWN = 'look-';
/** Of reviews, statuses and pushes so many are remembered; one that is forgotten is said again. */
const MOST = 5_000;

/** True for an event that a look said, and not a webhook. */
export function isOfLook(event: AnyEvent): boolean {
  return event.id.startsWith(OWN);
}

/** Begins with what the log heard. Ids are unique to the run: its first look must reach the engine, whatever the log holds. */
export function openSaid({ host, addressOf, run, before }: SaidOptions): Said {
  const shelves: Readonly<Record<LookKind, Map<string, Entry>>> = {
    'forge.pull': new Map(),
    'forge.issue': new Map(),
    'forge.review': new Map(),
    'forge.status': new Map(),
    'forge.push': new Map(),
  };
  const pushes = new Map<string, string>();
  const touched = new Set<string>();
  let count = 0;

  const take = (event: AnyEvent, heard: boolean): void => {
    const fact = factOf(event);
    if (fact === null || event.source !== addressOf(fact.data.repo)) return;
    const name = nameOf(fact);
    if (!isOfLook(event)) {
      touched.add(name);
      if (fact.kind === 'forge.push') put(pushes, fact.data.after, toIso(event.time));
    }
    const isLarge = fact.kind === 'forge.pull' || fact.kind === 'forge.issue';
    put(shelves[fact.kind], name, { fact: toKeep(fact), key: hashOf(fact), heard }, isLarge ? Infinity : MOST);
  };
  for (const event of before) take(event, false);

  const last = (fact: Fact): Entry | undefined => shelves[fact.kind].get(nameOf(fact));
  const isNews = (fact: Fact): boolean => {
    if (touched.has(nameOf(fact))) return false;
    const entry = last(fact);
    return entry === undefined || !entry.heard || entry.key !== hashOf(fact);
  };
  const toNews = (fact: Fact, time: Instant): AnyEvent => {
    count += 1;
    const source = addressOf(fact.data.repo);
    const id = OWN + stableId(host, source, nameOf(fact), run, count);
    return eventOf(fact, { id, source, time, host }, actionOf(last(fact)?.fact, fact));
  };
  return {
    note: (event) => take(event, true),
    pull(repo, number) {
      const fact = shelves['forge.pull'].get(`forge.pull ${repo}#${number}`)?.fact;
      return fact?.kind === 'forge.pull' ? fact.data : null;
    },
    issue(repo, number) {
      const fact = shelves['forge.issue'].get(`forge.issue ${repo}#${number}`)?.fact;
      return fact?.kind === 'forge.issue' ? fact.data : null;
    },
    openPulls: (repo) => openOf(shelves['forge.pull'], repo),
    openIssues: (repo) => openOf(shelves['forge.issue'], repo),
    pushedAt: (sha) => pushes.get(sha) ?? '',
    begin: () => touched.clear(),
    news: (facts, now) => facts.filter(isNews).map((fact) => toNews(fact, now)),
  };
}

const hashOf = (fact: Fact): string => stableId(keyOf(fact));

/** Of what is closed the text is not needed again, and there are thousands of it. */
function toKeep(fact: Fact): Fact {
  if (fact.kind === 'forge.pull' && fact.data.state !== 'open') {
    return { kind: fact.kind, data: { ...fact.data, untrusted_text: '' } };
  }
  if (fact.kind === 'forge.issue' && fact.data.state !== 'open') {
    return { kind: fact.kind, data: { ...fact.data, untrusted_text: '' } };
  }
  return fact;
}

function put<T>(map: Map<string, T>, name: string, value: T, most = MOST): void {
  map.delete(name);
  map.set(name, value);
  const oldest = map.size > most ? map.keys().next() : null;
  if (oldest?.done === false) map.delete(oldest.value);
}

function openOf(shelf: ReadonlyMap<string, Entry>, repo: string): readonly number[] {
  const numbers: number[] = [];
  for (const { fact } of shelf.values()) {
    if (fact.kind !== 'forge.pull' && fact.kind !== 'forge.issue') continue;
    if (fact.data.repo === repo && fact.data.state === 'open') numbers.push(fact.data.number);
  }
  return numbers;
}
