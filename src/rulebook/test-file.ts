/** Test cases for rules, beside the rules: what happens when, and what must be found. Running them is the engine's work. */

import type { EventKind } from '../core/catalog/catalog.ts';
import { toEvent, type AnyEvent, type EventHead } from '../core/event.ts';
import type { FindingState } from '../core/finding.ts';
import type { Act } from '../core/rule.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { Table } from './document.ts';

/** What a step does. Spans in ms. A null `key` means the only subject there is. */
export type TestVerb =
  /** An event, all fields filled in; its own time lies `late` before the clock. */
  | { readonly verb: 'emit'; readonly kind: EventKind; readonly data: Table; readonly late: Millis }
  /** `acts`: exactly what was decided since the expect before, in order; null when it does not matter. */
  | {
      readonly verb: 'expect';
      readonly state: 'none' | FindingState;
      readonly key: readonly string[] | null;
      readonly acts: readonly Act[] | null;
    }
  /** The engine starts afresh from its log. */
  | { readonly verb: 'restart' }
  /** A source cannot see; null: until the end of the case. */
  | { readonly verb: 'gap'; readonly source: string; readonly for: Millis | null }
  /** The wall clock jumps against the monotonic one; negative is back. */
  | { readonly verb: 'clock'; readonly jump: Millis }
  | { readonly verb: 'silence'; readonly for: Millis; readonly key: readonly string[] | null }
  | { readonly verb: 'ack'; readonly key: readonly string[] | null }
  /** The rules are loaded again; null: the same packs. */
  | { readonly verb: 'reload'; readonly packs: readonly string[] | null }
  /** The events of a recording, from this moment on; a path beside the test file. */
  | { readonly verb: 'replay'; readonly file: string };

/** One step; `at` in ms from the start of the case. */
export type TestStep = TestVerb & { readonly at: Millis };

export interface TestCase {
  readonly name: string;
  /** As written: a name, or `pack/name`. */
  readonly rule: string;
  /** In order of time. */
  readonly steps: readonly TestStep[];
  readonly line: number;
}

export interface TestFile {
  readonly file: string;
  /** Pack files, by their names in the folder above. */
  readonly packs: readonly string[];
  readonly start: Instant;
  readonly cases: readonly TestCase[];
}

/** The event of an `emit` step. `host` is taken from the data where the case gives one. */
export function eventOf(step: Extract<TestVerb, { verb: 'emit' }>, head: EventHead): AnyEvent {
  const said = step.data['host'];
  const host = typeof said === 'string' && said !== '' ? said : head.host;
  return toEvent(step.kind, { ...head, host }, step.data);
}
