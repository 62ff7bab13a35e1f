/** Every issue of a repository as far as it was read, also those closed long ago: a parent is done when all its children are. */

import type { IssueNode, IssueStanding } from '../../factory/issue-graph.ts';
import { standingsOf } from '../../factory/issue-graph.ts';
import { slugOfRepo } from '../../factory/names.ts';
import type { FactOf } from './fact.ts';
import type { Fields } from './fields.ts';
import type { Links } from './links.ts';
import { issueData, withLinks, type IssueData } from './parse-issue.ts';

export interface ReadIssue {
  readonly number: number;
  /** A pull request, which has a number among the issues. */
  readonly isPull: boolean;
  readonly data: IssueData;
}

export interface IssueBook {
  /** Takes in what the forge says of an issue or pull request. */
  take(issue: ReadIssue): void;
  /** The forge no longer has it. */
  drop(number: number): void;
  has(number: number): boolean;
  /** Open issues, and open pull requests that something depends on. */
  open(): readonly number[];
  /** What open issues depend on and nobody has read. */
  unread(links: Links): readonly number[];
  /** Open issues as they are, without pull requests. */
  openIssues(): readonly ReadIssue[];
  /** Facts of these issues, as they stand to all others. */
  factsOf(issues: Iterable<ReadIssue>, links: Links): readonly FactOf<'forge.issue'>[];
}

/** An issue of the forge's API; null when it lacks what it must have, which `issue.missing` names. */
export function readIssue(issue: Fields): ReadIssue | null {
  const number = issue.needNumber('number');
  const data = issueData(issue, issue.needFact('state', /^(?:open|closed)$/));
  return issue.missing.length > 0 ? null : { number, isPull: issue.has('pull_request'), data };
}

/** An empty book. */
export function createIssueBook(repo: string): IssueBook {
  const nodes = new Map<number, Omit<IssueNode, 'elsewhere'>>();
  const openIssues = new Map<number, ReadIssue>();
  const standings = (links: Links): ((number: number) => IssueStanding) =>
    standingsOf(new Map([...nodes.values()].map((node) => [node.number, withLinked(node, links)])));
  return {
    take(issue) {
      const { number, isPull, data } = issue;
      const isOpen = data.state === 'open';
      const dependsOn = isPull ? [] : data.depends_on.map(Number);
      const parent = isPull ? 0 : data.parent;
      const { created_at: createdAt, closed_at: closedAt } = data;
      nodes.set(number, { number, open: isOpen, createdAt, closedAt, dependsOn, parent });
      if (isOpen && !isPull) openIssues.set(number, issue);
      else openIssues.delete(number);
    },
    drop(number) {
      nodes.delete(number);
      openIssues.delete(number);
    },
    has: (number) => nodes.has(number),
    open: () => [...nodes.values()].filter((node) => node.open).map((node) => node.number),
    unread(links) {
      const wanted = [...openIssues.values()].flatMap(({ number, data }) => [
        ...data.depends_on.map(Number),
        ...links.of(number).map((link) => link.number),
      ]);
      return [...new Set(wanted)].filter((number) => number !== 0 && !nodes.has(number));
    },
    openIssues: () => [...openIssues.values()],
    factsOf(issues, links) {
      const standing = standings(links);
      return [...issues].map((issue) => issueFact(repo, issue, links, standing(issue.number)));
    },
  };
}

function withLinked(node: Omit<IssueNode, 'elsewhere'>, links: Links): IssueNode {
  const linked = links.of(node.number);
  const here = linked.map((link) => link.number).filter((number) => number !== 0);
  return {
    ...node,
    dependsOn: [...new Set([...node.dependsOn, ...here])],
    elsewhere: linked.filter((link) => link.number === 0),
  };
}

function issueFact(
  repo: string,
  { number, data }: ReadIssue,
  links: Links,
  standing: IssueStanding,
): FactOf<'forge.issue'> {
  const linked = links.of(number).map((link) => link.name);
  return {
    kind: 'forge.issue',
    data: {
      repo,
      repo_slug: slugOfRepo(repo),
      action: '',
      author: data.opener,
      number,
      issue: number,
      ...data,
      ...standing,
      depends_on: withLinks(data.depends_on, linked),
      linked_dependencies: linked.filter((name) => !data.depends_on.includes(name)),
    },
  };
}
