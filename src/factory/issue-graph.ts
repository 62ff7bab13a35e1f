/** How issues stand to each other: what each waits for, which wait for themselves, which were decomposed into which. Pure. */

/** An issue as far as others depend on it. Pull requests share the numbers and may be depended on too. */
export interface IssueNode {
  readonly number: number;
  readonly open: boolean;
  /** ISO 8601 UTC, `''` when not known. */
  readonly createdAt: string;
  /** The same. */
  readonly closedAt: string;
  /** Numbers of the same repository. */
  readonly dependsOn: readonly number[];
  /** Issues of other repositories, as the forge shows them. */
  readonly elsewhere: readonly Pick<IssueNode, 'open' | 'createdAt' | 'closedAt'>[];
  /** 0 when none. */
  readonly parent: number;
}

export interface IssueStanding {
  readonly open_dependencies: number;
  readonly unknown_dependencies: number;
  readonly oldest_open_dependency_at: string;
  readonly dependencies_closed_at: string;
  readonly in_cycle: boolean;
  readonly cycle: string;
  readonly children: number;
  readonly children_open: number;
  readonly children_closed_at: string;
}

export type IssueGraph = ReadonlyMap<number, IssueNode>;

/** The standing of one issue of a graph; issues and children are looked at anew in each graph. */
export function standingsOf(graph: IssueGraph): (issue: number) => IssueStanding {
  const cycles = findCycles(graph);
  const children = findChildren(graph);
  return (number) => {
    const { dependsOn, elsewhere } = graph.get(number) ?? { dependsOn: [], elsewhere: [] };
    const known = dependsOn.map((other) => graph.get(other)).filter((other) => other !== undefined);
    const open = [...known, ...elsewhere].filter((other) => other.open);
    const cycle = cycles.get(number) ?? '';
    const ofIssue = children.get(number) ?? [];
    const isAllKnown = known.length === dependsOn.length;
    return {
      open_dependencies: open.length,
      unknown_dependencies: dependsOn.length - known.length,
      oldest_open_dependency_at: open.map((other) => other.createdAt).reduce(earlier, ''),
      dependencies_closed_at: isAllKnown ? lastClosed([...known, ...elsewhere]) : '',
      in_cycle: cycle !== '',
      cycle,
      children: ofIssue.length,
      children_open: ofIssue.filter((child) => child.open).length,
      children_closed_at: lastClosed(ofIssue),
    };
  };
}

/** An unknown time says nothing. */
function earlier(one: string, other: string): string {
  if (one === '' || other === '') return one + other;
  return one < other ? one : other;
}

/** When the last of some issues was closed; `''` while one is open, when there is none, and when one does not say. */
function lastClosed(issues: readonly Pick<IssueNode, 'open' | 'closedAt'>[]): string {
  if (issues.some((issue) => issue.open || issue.closedAt === '')) return '';
  return issues.map((issue) => issue.closedAt).reduce((one, other) => (one > other ? one : other), '');
}

function findChildren(graph: IssueGraph): ReadonlyMap<number, readonly IssueNode[]> {
  const found = new Map<number, IssueNode[]>();
  for (const node of graph.values()) {
    const { number, parent } = node;
    if (parent === 0 || parent === number) continue;
    const siblings = found.get(parent);
    if (siblings === undefined) found.set(parent, [node]);
    else siblings.push(node);
  }
  return found;
}

/**
 * The circle each issue is in: a closed issue is waited for by nobody, so circles go through open ones only.
 * Tarjan's strongly connected components, without recursion: a chain of issues may be longer than the stack.
 */
export function findCycles(graph: IssueGraph): ReadonlyMap<number, string> {
  const next = (number: number): readonly number[] =>
    graph.get(number)?.dependsOn.filter((other) => graph.get(other)?.open === true) ?? [];
  const marks = new Map<number, Mark>();
  const found = new Map<number, string>();
  for (const { number, open } of graph.values()) {
    if (!open || marks.has(number)) continue;
    for (const group of componentsFrom(number, next, marks)) {
      if (group.length === 1 && !next(group[0] ?? 0).includes(group[0] ?? 0)) continue;
      const name = group.toSorted((a, b) => a - b).join(',');
      for (const member of group) found.set(member, name);
    }
  }
  return found;
}

interface Mark {
  readonly order: number;
  low: number;
  onStack: boolean;
}

interface Step {
  readonly number: number;
  readonly mark: Mark;
  readonly rest: number[];
}

function componentsFrom(
  start: number,
  next: (number: number) => readonly number[],
  marks: Map<number, Mark>,
): readonly (readonly number[])[] {
  const groups: (readonly number[])[] = [];
  const stack: number[] = [];
  const path: Step[] = [];
  const enter = (number: number): void => {
    const mark = { order: marks.size, low: marks.size, onStack: true };
    marks.set(number, mark);
    stack.push(number);
    path.push({ number, mark, rest: [...next(number)] });
  };
  const leave = ({ number, mark }: Step): void => {
    path.pop();
    const above = path.at(-1);
    if (above !== undefined) above.mark.low = Math.min(above.mark.low, mark.low);
    if (mark.low !== mark.order) return;
    const group = stack.splice(stack.lastIndexOf(number));
    for (const member of group) markOf(marks, member).onStack = false;
    groups.push(group);
  };
  enter(start);
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const other = step.rest.pop();
    if (other === undefined) {
      leave(step);
      continue;
    }
    const seen = marks.get(other);
    if (seen === undefined) enter(other);
    else if (seen.onStack) step.mark.low = Math.min(step.mark.low, seen.order);
  }
  return groups;
}

function markOf(marks: ReadonlyMap<number, Mark>, number: number): Mark {
  const mark = marks.get(number);
  if (mark === undefined) throw new Error(`issue ${number} is on the stack without a mark`);
  return mark;
}
