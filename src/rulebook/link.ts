/** What ties rules to each other: `inhibited_by`, and exceptions from wherever they are written. */

import type { Inhibition, Path, RuleException } from '../core/rule.ts';
import { compilerFor, type Draft, type Workshop } from './build.ts';
import { openDesk } from './desk.ts';
import { nearest, type DocPath, type Fault } from './mistake.ts';
import type { Pack } from './pack.ts';
import { parsePath } from './path.ts';
import { unionOf } from './union.ts';

/** All rules of one load. */
export interface Registry {
  readonly drafts: ReadonlyMap<string, Draft>;
  /** `pack/rule` of all rules, also of those that are wrong. */
  readonly ids: ReadonlySet<string>;
}

/** The id that a reference from a pack means: its own rule first, then the only rule of that name. */
function resolveRule(reference: string, pack: string, ids: ReadonlySet<string>): string | Fault {
  if (ids.has(reference)) return reference;
  const own = `${pack}/${reference}`;
  if (ids.has(own)) return own;
  const others = [...ids].filter((id) => id.endsWith(`/${reference}`));
  const [only] = others;
  if (only !== undefined && others.length === 1) return only;
  if (others.length > 1) return { message: `"${reference}" could be several rules.`, hint: others.join(', or ') };
  const names = [...ids].map((id) => (id.startsWith(`${pack}/`) ? id.slice(pack.length + 1) : id));
  return { message: `there is no rule "${reference}".`, hint: nearest(reference, names) };
}

/** The inhibitions of a rule; null when one of them is wrong. */
export function linkInhibitions(draft: Draft, registry: Registry): readonly Inhibition[] | null {
  const docs = draft.placed.doc.inhibited_by ?? [];
  const links = docs.map((doc, i) => {
    const at = [...draft.placed.path, 'inhibited_by', i];
    const id = resolveRule(doc.rule, draft.pack.id, registry.ids);
    if (typeof id !== 'string') return refuse(draft.pack, [...at, 'rule'], id);
    if (id === draft.rule.id) {
      return refuse(draft.pack, [...at, 'rule'], { message: 'a rule cannot hold itself back.', hint: 'another rule' });
    }
    const by = registry.drafts.get(id);
    const equal = (doc.equal ?? []).map((source, n) => linkPath(source, draft, by, [...at, 'equal', n]));
    const paths = equal.filter((path) => path !== null);
    return paths.length === equal.length ? { rule: id, equal: paths } : null;
  });
  const good = links.filter((link) => link !== null);
  return good.length === links.length ? good : null;
}

/** Says which rules hold each other back in a circle: none of them would ever be told. */
export function refuseCircles(registry: Registry): ReadonlySet<string> {
  const circular = new Set<string>();
  for (const [id, draft] of registry.drafts) {
    const circle = circleFrom(id, [id], registry);
    if (circle === null) continue;
    circular.add(id);
    const message = `holds back in a circle: ${circle.join(' → ')}.`;
    refuse(draft.pack, [...draft.placed.path, 'inhibited_by'], { message, hint: 'one direction' });
  }
  return circular;
}

/** The exceptions of all packs, by the rule that they are from. */
export function linkExceptions(
  packs: readonly Pack[],
  registry: Registry,
  workshop: Workshop,
): ReadonlyMap<string, readonly RuleException[]> {
  const found = new Map<string, RuleException[]>();
  for (const pack of packs) {
    for (const { doc, path } of pack.exceptions) {
      const id = resolveRule(doc.rule, pack.id, registry.ids);
      if (typeof id !== 'string') {
        refuse(pack, [...path, 'rule'], id);
        continue;
      }
      const draft = registry.drafts.get(id);
      if (draft === undefined) continue;
      const compiler = compilerFor({ union: draft.names.union, vars: pack.vars }, pack, workshop);
      const condition = openDesk(compiler, pack.notebook, path).predicate(doc.if, ['if']);
      const exception = { if: condition, reason: doc.reason, until: doc.until.getTime(), by: doc.by ?? '' };
      found.set(id, [...(found.get(id) ?? []), exception]);
    }
  }
  return found;
}

function linkPath(source: string, draft: Draft, by: Draft | undefined, at: DocPath): Path | null {
  const own = parsePath(source, draft.names);
  if ('message' in own) return refuse(draft.pack, at, own);
  if (by === undefined) return own.path;
  const other = parsePath(source, by.names);
  if ('message' in other) {
    return refuse(draft.pack, at, { ...other, message: `in ${by.rule.name}: ${other.message}` });
  }
  const both = parsePath(source, { union: unionOf([...draft.rule.on, ...by.rule.on]), vars: {} });
  return 'message' in both ? refuse(draft.pack, at, both) : both.path;
}

function circleFrom(start: string, way: readonly string[], registry: Registry): readonly string[] | null {
  for (const id of inhibitorsOf(way.at(-1) ?? start, registry)) {
    if (id === start) return [...way, start];
    const circle = way.includes(id) ? null : circleFrom(start, [...way, id], registry);
    if (circle !== null) return circle;
  }
  return null;
}

/** The rules that hold one back. One that holds itself back is refused elsewhere. */
function inhibitorsOf(id: string, registry: Registry): readonly string[] {
  const draft = registry.drafts.get(id);
  if (draft === undefined) return [];
  const references = draft.placed.doc.inhibited_by ?? [];
  return references
    .map(({ rule }) => resolveRule(rule, draft.pack.id, registry.ids))
    .filter((found) => typeof found === 'string')
    .filter((found) => found !== id);
}

function refuse(pack: Pack, at: DocPath, { message, hint }: Fault): null {
  pack.notebook.add(at, message, hint);
  return null;
}
