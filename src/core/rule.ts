/** A rule after it was loaded and checked: everything an engine needs, nothing left to look up. */

import type { EventKind } from './catalog/catalog.ts';
import type { AnyEvent } from './event.ts';
import type { Priority } from './finding.ts';
import type { Template } from './template.ts';
import type { Instant, Millis } from './time.ts';

/** What the finding is so far, as `f` in expressions and templates. */
export interface FindingView {
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

/** What an expression sees. */
export interface Scope {
  readonly event: AnyEvent;
  readonly f: FindingView;
  readonly now: Instant;
}

/** A checked boolean expression. `source` is what the operator wrote, macros expanded. May throw on bad data. */
export interface Predicate {
  readonly source: string;
  test(scope: Scope): boolean;
  /** What it is made of where `&&` joins several; for explanations. */
  parts?(): readonly Predicate[];
  /** What it reads of a moment, by name: `e.requested`; for explanations. */
  reads?(scope: Scope): Readonly<Record<string, unknown>>;
}

/** A value read out of an event, such as `e.stack`. */
export interface Path {
  readonly source: string;
  read(event: AnyEvent): string | number | boolean;
}

/** What to do with a firing finding when nothing has been heard about its subject. */
export type Missing = 'keep' | 'clear' | 'fire';

/** The temporal block. All spans in ms. */
export type Condition =
  | { readonly type: 'match'; readonly ttl: Millis }
  | {
      readonly type: 'hold';
      readonly for: Millis;
      readonly since: Path | null;
      readonly clearFor: Millis;
      readonly missing: Missing;
      /** How long silence may last before `missing` applies. */
      readonly missingAfter: Millis;
    }
  | {
      readonly type: 'count';
      readonly n: number;
      readonly within: Millis;
      readonly distinct: Path | null;
      readonly clearAfter: Millis;
    }
  | {
      readonly type: 'absence';
      readonly start: Predicate;
      readonly expect: Predicate;
      readonly cancel: Predicate | null;
      readonly within: Millis;
      readonly rearm: boolean;
      readonly ttl: Millis | null;
    }
  | { readonly type: 'sequence'; readonly steps: readonly Predicate[]; readonly within: Millis; readonly ttl: Millis };

export type Tier = 'low' | 'medium' | 'high';
export const TIERS: readonly Tier[] = ['low', 'medium', 'high'];

/** One entry of `do`. */
export interface Step {
  readonly index: number;
  readonly action: StepAction;
  /** Wait so long after firing; cancelled when the finding resolves. */
  readonly after: Millis;
  readonly if: Predicate | null;
  /** At most so many times a firing. */
  readonly max: number;
  /** Again so long after the last time; null means once. */
  readonly every: Millis | null;
}

export type StepAction =
  | { readonly act: 'notify'; readonly to: Template }
  | {
      readonly act: 'vault';
      readonly tier: Tier;
      readonly assignee: Template;
      readonly human: Template | null;
      /** Name of the item; null: made from rule and key. */
      readonly name: Template | null;
    }
  | { readonly act: 'nudge'; readonly session: Template; readonly template: string }
  | { readonly act: 'journal' }
  | { readonly act: 'incident' };

export type Act = StepAction['act'];
export const ACTS: readonly Act[] = ['notify', 'vault', 'nudge', 'journal', 'incident'];

export interface Inhibition {
  /** `pack/rule`. */
  readonly rule: string;
  /** Fields that must be the same in both findings' last events. */
  readonly equal: readonly Path[];
}

export interface RuleException {
  readonly if: Predicate;
  readonly reason: string;
  readonly until: Instant;
  readonly by: string;
}

export type Mode = 'live' | 'shadow' | 'off';

export interface Rule {
  /** `pack/rule`. */
  readonly id: string;
  readonly pack: string;
  readonly name: string;
  readonly title: Template;
  readonly text: Template;
  readonly priority: Priority;
  readonly mode: Mode;
  readonly on: readonly EventKind[];
  readonly key: readonly Path[];
  readonly when: Predicate | null;
  /** Null: clear is the opposite of `when`. */
  readonly clear: Predicate | null;
  readonly condition: Condition;
  readonly steps: readonly Step[];
  readonly inhibitedBy: readonly Inhibition[];
  readonly exceptions: readonly RuleException[];
  /** Say it again so long after the last time while it lasts; null: never. The default by priority is filled in at load. */
  readonly repeat: Millis | null;
  readonly owner: string;
  readonly runbook: string;
  /** Hash of everything that decides: state survives a reload when it is unchanged. */
  readonly hash: string;
  /** How far back the log must be read to rebuild the rule's state. */
  readonly window: Millis;
  readonly origin: { readonly file: string; readonly line: number };
  /** Renders title, text and step templates against an event. */
  render(template: Template, scope: Scope): string;
  /** Renders as above, but throws an UnsafeValue when a value is not a safe token. */
  renderSafe(template: Template, scope: Scope): string;
}

/** A loaded set of packs. */
export interface Rulebook {
  readonly rules: readonly Rule[];
  /** Rules by the kind of event they read. */
  readonly byKind: ReadonlyMap<EventKind, readonly Rule[]>;
  readonly hash: string;
}
