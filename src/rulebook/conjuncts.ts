/** Takes an expression apart where `&&` joins it, so that an explanation can say which part was false. */

import { serialize, type ASTNode } from '@marcbachmann/cel-js';
import type { Scope } from '../core/rule.ts';
import type { Survey } from './cel-walk.ts';
import type { Vars } from './field-use.ts';

/** The operands of a chain of `&&`, each as text; one text when there is no such chain. Macros are expanded, needless parentheses gone. */
export function conjuncts(ast: ASTNode): readonly string[] {
  return ast.op === '&&' ? ast.args.flatMap(conjuncts) : [serialize(ast)];
}

/** The values of everything an expression reads, by the name it uses: `e.requested`. */
export function valuesRead({ reads }: Survey, vars: Vars, scope: Scope): Readonly<Record<string, unknown>> {
  const roots = { e: scope.event.data, event: scope.event, f: scope.f, vars } as const;
  const named = (['e', 'event', 'f', 'vars'] as const).flatMap((root) =>
    [...reads[root]].map((name) => [`${root}.${name}`, Reflect.get(roots[root], name)] as const),
  );
  return Object.fromEntries(named);
}
