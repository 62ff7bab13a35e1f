/** Boolean expressions: macros expanded, checked against the kinds they read, compiled for the hot path. */

import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import { defaultOf } from '../core/catalog/field.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Predicate, Scope } from '../core/rule.ts';
import { survey, type LiteralCall, type Survey } from './cel-walk.ts';
import { faultOf, inWords } from './cel-words.ts';
import { conjuncts, valuesRead } from './conjuncts.ts';
import { lookUp, type Names } from './field-use.ts';
import { expandMacros, type Macros } from './macros.ts';
import type { Fault } from './mistake.ts';
import type { Regex } from './regex.ts';

/** What the expressions of one rule are compiled with. */
export interface Compiler {
  readonly names: Names;
  readonly macros: Macros;
  readonly check: Environment;
  readonly run: Environment;
  readonly regex: Regex;
}

export type Compiled =
  | { readonly predicate: Predicate; readonly vars: ReadonlySet<string> }
  | { readonly faults: readonly Fault[] };

/** Compiles an expression, or says everything that is wrong with it. */
export function compilePredicate(written: string, compiler: Compiler): Compiled {
  const expanded = expandMacros(written, compiler.macros);
  if ('message' in expanded) return { faults: [expanded] };
  const { text } = expanded;
  const parsed = tryParse(text, compiler.check);
  if ('message' in parsed) return { faults: [parsed] };
  const seen = survey(parsed.ast, compiler.names);
  const faults = [...seen.faults, ...seen.literals.flatMap((call) => checkLiteral(call, compiler))];
  if (faults.length > 0) return { faults };
  const typed = parsed.check();
  if (!typed.valid) return { faults: [faultOf(typed.error, text)] };
  if (typed.type !== 'bool') return { faults: [notBool(text, typed.type ?? 'dyn')] };
  const runnable = compiler.run.parse(text);
  const runs = runnable.check();
  if (!runs.valid) return { faults: [faultOf(runs.error, text)] };
  return { predicate: toPredicate(text, runnable, seen, compiler), vars: seen.reads.vars };
}

function tryParse(text: string, env: Environment): ParseResult | Fault {
  try {
    return env.parse(text);
  } catch (error) {
    return faultOf(error, text);
  }
}

function notBool(text: string, type: string): Fault {
  const what = type === 'dyn' ? 'something of no known type' : `a ${inWords(type)}`;
  return { message: `gives ${what}, and must be true or false.`, hint: `a comparison, such as ${text} == …` };
}

function checkLiteral({ call, text }: LiteralCall, { check, regex }: Compiler): readonly Fault[] {
  if (call === 're') {
    const reason = regex.check(text);
    return reason === null ? [] : [{ message: `${JSON.stringify(text)} is not a pattern: ${reason}.`, hint: '' }];
  }
  try {
    check.evaluate(`${call}(${JSON.stringify(text)})`);
    return [];
  } catch {
    const hint =
      call === 'duration' ? 'duration("30s"), duration("20m"), duration("24h")' : 'timestamp("2026-01-01T00:00:00Z")';
    return [{ message: `${call}(${JSON.stringify(text)}) is none.`, hint }];
  }
}

interface Reading {
  readonly name: string;
  readonly isTime: boolean;
  readonly fallback: unknown;
}

/** What the expression sees; one object a predicate, filled in again for each event. */
interface Context {
  e: unknown;
  event: unknown;
  f: unknown;
  now: unknown;
  readonly vars: unknown;
}

type Values = Record<string, unknown>;

function toPredicate(source: string, evaluate: ParseResult, seen: Survey, compiler: Compiler): Predicate {
  const { names } = compiler;
  const fields = readingsOf('e', seen, names);
  const isDirect = names.union.kinds.length === 1 && fields.every((field) => !field.isTime);
  const projected: Values = {};
  const fillEvent = filler(readingsOf('event', seen, names));
  const fillFinding = filler(readingsOf('f', seen, names));
  const context: Context = { e: projected, event: null, f: null, now: null, vars: names.vars };
  const test = (scope: Scope): boolean => {
    context.event = fillEvent(scope.event);
    context.f = fillFinding(scope.f);
    if (seen.now) context.now = new Date(scope.now);
    return evaluate(context) === true;
  };
  const testProjected = (scope: Scope): boolean => {
    context.e = project(scope.event.data, fields, projected);
    return test(scope);
  };
  let parts: readonly Predicate[] | null = null;
  return {
    source,
    parts: () => (parts ??= partsOf(evaluate, compiler)),
    reads: (scope) => valuesRead(seen, names.vars, scope),
    test: (scope) => {
      try {
        if (!isDirect) return testProjected(scope);
        context.e = scope.event.data;
        return test(scope);
      } catch (error) {
        // An event that an older version stored may lack a field that is new.
        if (isDirect && lacksAny(scope.event, fields)) return testProjected(scope);
        throw new Error(faultOf(error, source).message, { cause: error });
      }
    },
  };
}

/** Each part is compiled by itself: what it says alone is what an explanation shows. */
function partsOf({ ast }: ParseResult, compiler: Compiler): readonly Predicate[] {
  return conjuncts(ast).map((text) => {
    const evaluate = compiler.run.parse(text);
    return toPredicate(text, evaluate, survey(evaluate.ast, compiler.names), compiler);
  });
}

function readingsOf(root: 'e' | 'event' | 'f', seen: Survey, names: Names): readonly Reading[] {
  return [...seen.reads[root]].flatMap((name) => {
    const type = lookUp(names, root, name);
    return typeof type === 'string' ? [{ name, isTime: type === 'time', fallback: defaultOf(type) }] : [];
  });
}

/** Hands an object on as it is, unless times have to be converted. */
function filler(readings: readonly Reading[]): (from: object) => object {
  if (readings.every((reading) => !reading.isTime)) return (from) => from;
  const into: Values = {};
  return (from) => project(from, readings, into);
}

function project(from: object, readings: readonly Reading[], into: Values): Values {
  for (const { name, isTime, fallback } of readings) {
    const value: unknown = Reflect.get(from, name) ?? fallback;
    Reflect.set(into, name, isTime ? toDate(value) : value);
  }
  return into;
}

/** A time of an event is text, or a number in the envelope; `''` is the beginning of time. */
function toDate(value: unknown): Date {
  const at = typeof value === 'number' ? value : Date.parse(String(value));
  return new Date(Number.isNaN(at) ? 0 : at);
}

function lacksAny(event: AnyEvent, fields: readonly Reading[]): boolean {
  const data: Readonly<Values> = event.data;
  return fields.some(({ name }) => data[name] === undefined);
}
