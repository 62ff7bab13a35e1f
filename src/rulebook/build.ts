/** One `[[rule]]` of a file as a rule; what links it to other rules comes later. */

import type { Environment } from '@marcbachmann/cel-js';
import { parseDuration } from '../core/duration.ts';
import type { Priority } from '../core/finding.ts';
import type { Path } from '../core/rule.ts';
import { HOUR, type Millis } from '../core/time.ts';
import { checkEnvironment } from './cel-env.ts';
import { toDecision } from './condition.ts';
import { openDesk, type Desk } from './desk.ts';
import type { Names, Vars } from './field-use.ts';
import type { Pack, Placed } from './pack.ts';
import { kindsWithout } from './path.ts';
import type { Compiler } from './predicate.ts';
import type { Regex } from './regex.ts';
import { windowOf, type Deciding } from './identity.ts';
import type { RuleDoc } from './shape.ts';
import { toSteps } from './steps.ts';
import { unionOf } from './union.ts';

/** What all expressions of one load share. */
export interface Workshop {
  readonly run: Environment;
  readonly regex: Regex;
  /** Made once for each pack and set of kinds: making one is what takes time. */
  readonly checks: Map<string, Environment>;
}

/** A rule that still has to be linked. */
export interface Draft {
  readonly rule: Omit<Deciding, 'inhibitedBy' | 'exceptions'>;
  readonly names: Names;
  readonly varsRead: ReadonlySet<string>;
  readonly pack: Pack;
  readonly placed: Placed<RuleDoc>;
}

/** How often a finding is said again while it lasts, when its rule does not say. P4 is for the daily page. */
const REPEAT: Readonly<Record<Priority, Millis | null>> = {
  P0: HOUR,
  P1: HOUR,
  P2: 4 * HOUR,
  P3: 12 * HOUR,
  P4: null,
};

/** A draft of a rule; null, and the mistakes in the notebook of its pack, when it is wrong. */
export function buildRule(placed: Placed<RuleDoc>, pack: Pack, workshop: Workshop): Draft | null {
  const { doc } = placed;
  const compiler = compilerFor({ union: unionOf([...new Set(doc.on)]), vars: pack.vars }, pack, workshop);
  const desk = openDesk(compiler, pack.notebook, placed.path);
  const decision = toDecision(doc, desk);
  const rule: Draft['rule'] = {
    id: `${pack.id}/${doc.id}`,
    pack: pack.id,
    name: doc.id,
    title: desk.template(doc.title, ['title']),
    text: desk.template(doc.text, ['text']),
    priority: doc.priority,
    mode: doc.mode ?? 'live',
    on: compiler.names.union.kinds,
    key: (doc.key ?? []).map((source, i) => keyPath(source, i, desk)),
    ...decision,
    steps: toSteps(doc.do, desk),
    repeat: repeatOf(doc, desk),
    owner: doc.owner ?? pack.owner,
    runbook: doc.runbook ?? '',
    window: windowOf(decision.condition),
    origin: { file: pack.notebook.file, line: placed.line },
  };
  return desk.isClean() ? { rule, names: desk.names, varsRead: desk.varsRead, pack, placed } : null;
}

/** A compiler with the variables and macros of a pack. */
export function compilerFor(names: Names, pack: Pack, { run, regex, checks }: Workshop): Compiler {
  const id = [pack.id, ...names.union.kinds].join(' ');
  const check = checks.get(id) ?? checkEnvironment(names);
  checks.set(id, check);
  return { names, macros: pack.macros, check, run, regex };
}

/** The values that decide: those of the variables that expressions read. */
export function varsRead(draft: Draft): Vars {
  return Object.fromEntries(Object.entries(draft.pack.vars).filter(([name]) => draft.varsRead.has(name)));
}

function keyPath(source: string, index: number, desk: Desk): Path {
  const { path } = desk.path(source, ['key', index]);
  const without = path.source === '' ? [] : kindsWithout(source, desk.names);
  if (without.length > 0) {
    const message = `${source} is no field of ${without.join(', ')}, so all its events would be one subject.`;
    desk.fault(['key', index], { message, hint: 'a field that every kind in `on` has' });
  }
  return path;
}

function repeatOf(doc: RuleDoc, desk: Desk): Millis | null {
  if (doc.repeat === undefined) return REPEAT[doc.priority];
  if (doc.repeat === 'never') return null;
  const every = parseDuration(doc.repeat);
  if (every === 0) desk.fault(['repeat'], { message: 'is no time at all.', hint: 'more than 0s, or "never"' });
  return every;
}
