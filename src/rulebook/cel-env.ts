/**
 * The two environments of an expression. It is checked where every field has its type, and it runs where fields are dynamic:
 * evaluating with typed fields copies the data first and is three times slower.
 */

import { Environment } from '@marcbachmann/cel-js';
import type { FieldType } from '../core/catalog/field.ts';
import { EVENT_ATTRIBUTES, FINDING_ATTRIBUTES, typeOfScalar, type Names } from './field-use.ts';
import type { Regex } from './regex.ts';

const LIMITS = { maxAstNodes: 500, maxDepth: 50 };

type Int = number | bigint;

/** Where an expression over some names is type-checked. Not for evaluation. */
export function checkEnvironment({ union, vars }: Names): Environment {
  const data = union.readable.map((name) => [name, union.fields.get(name)?.type ?? 'string'] as const);
  return CHECK.clone()
    .registerVariable({ name: 'e', schema: schemaOf(data) })
    .registerVariable({
      name: 'vars',
      schema: schemaOf(Object.entries(vars).map(([name, value]) => [name, typeOfScalar(value)])),
    });
}

/** Where expressions are evaluated, whatever they are over. */
export function runEnvironment(regex: Regex): Environment {
  return withNumbers(new Environment({ limits: LIMITS }))
    .registerVariable('e', 'dyn')
    .registerVariable('event', 'dyn')
    .registerVariable('vars', 'dyn')
    .registerVariable('f', 'dyn')
    .registerVariable('now', 'google.protobuf.Timestamp')
    .registerFunction('re(string, string): bool', (text: string, pattern: string) => regex.test(text, pattern));
}

const CHECK = withNumbers(new Environment({ limits: LIMITS }))
  .registerOperator('double in list<int>', () => false)
  .registerFunction('re(string, string): bool', () => false)
  .registerVariable({ name: 'event', schema: schemaOf(Object.entries(EVENT_ATTRIBUTES)) })
  .registerVariable({ name: 'f', schema: schemaOf(Object.entries(FINDING_ATTRIBUTES)) })
  .registerVariable('now', 'google.protobuf.Timestamp');

/** Every number of an event is a double, and `1` is an int: lets people write either. */
function withNumbers(env: Environment): Environment {
  return env
    .registerOperator('double == int', (a: Int, b: Int) => Number(a) === Number(b))
    .registerOperator('double + int: double', (a: Int, b: Int) => Number(a) + Number(b))
    .registerOperator('int + double: double', (a: Int, b: Int) => Number(a) + Number(b))
    .registerOperator('double - int: double', (a: Int, b: Int) => Number(a) - Number(b))
    .registerOperator('int - double: double', (a: Int, b: Int) => Number(a) - Number(b))
    .registerOperator('double * int: double', (a: Int, b: Int) => Number(a) * Number(b))
    .registerOperator('int * double: double', (a: Int, b: Int) => Number(a) * Number(b))
    .registerOperator('double / int: double', (a: Int, b: Int) => Number(a) / Number(b))
    .registerOperator('int / double: double', (a: Int, b: Int) => Number(a) / Number(b));
}

function schemaOf(fields: readonly (readonly [name: string, type: FieldType])[]): Record<string, string> {
  return Object.fromEntries(fields.map(([name, type]) => [name, celType(type)]));
}

function celType(type: FieldType): string {
  switch (type) {
    case 'string':
      return 'string';
    case 'number':
      return 'double';
    case 'bool':
      return 'bool';
    case 'time':
      return 'google.protobuf.Timestamp';
    case 'strings':
      return 'list<string>';
    case 'map':
      return 'map<string, string>';
  }
}
