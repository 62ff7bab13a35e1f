/** `house/imports`: the import table, for static, dynamic and type imports and re-exports. */

import { judgeImport } from '../judge.ts';
import { child, fileOf, stringOf, type Context, type Node, type Rule } from '../rule.ts';

/** Reports every import that the table does not allow. */
export const imports: Rule = {
  create(context: Context) {
    const file = fileOf(context);
    const check = (source: Node | null): void => {
      const specifier = stringOf(source);
      const complaint = specifier === null ? null : judgeImport(file, specifier);
      if (source !== null && complaint !== null) context.report({ node: source, message: `${complaint}.` });
    };
    return {
      ImportDeclaration: (node) => check(child(node, 'source')),
      ExportNamedDeclaration: (node) => check(child(node, 'source')),
      ExportAllDeclaration: (node) => check(child(node, 'source')),
      ImportExpression: (node) => check(child(node, 'source')),
      TSImportType: (node) => check(child(node, 'source') ?? child(node, 'argument')),
    };
  },
};
