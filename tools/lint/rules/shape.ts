/** House rules on the shape of a file: functions and types instead of classes, no re-exports, no double assertions. */

import { child, nameOf, type Context, type Node, type Rule } from '../rule.ts';

/** `house/no-classes`: a class only to make an Error. */
export const noClasses: Rule = {
  create(context: Context) {
    const check = (node: Node): void => {
      if (isErrorClass(node)) return;
      context.report({ node, message: 'Export a function that returns an object; only an Error may be a class.' });
    };
    return { ClassDeclaration: check, ClassExpression: check };
  },
};

/** `house/no-reexports`: a name is imported from the file that defines it. */
export const noReexports: Rule = {
  create(context: Context) {
    const check = (node: Node): void => {
      if (child(node, 'source') === null) return;
      context.report({ node, message: 'Import the name from the file that defines it; nothing is re-exported.' });
    };
    return { ExportAllDeclaration: check, ExportNamedDeclaration: check };
  },
};

/** `house/no-double-assertion`: `x as unknown as T` says nothing the compiler can check. */
export const noDoubleAssertion: Rule = {
  create(context: Context) {
    return {
      TSAsExpression: (node) => {
        if (child(node, 'expression')?.type !== 'TSAsExpression') return;
        context.report({ node, message: 'Parse the value instead of asserting twice.' });
      },
    };
  },
};

function isErrorClass(node: Node): boolean {
  return nameOf(child(node, 'superClass'))?.endsWith('Error') ?? false;
}
