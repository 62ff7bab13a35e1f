/** House rules on words: every file says what it is for, every exported function what it promises, and no comment silences a check. */

import { child, type Comment, type Context, type Node, type Rule } from '../rule.ts';

/** `house/purpose`: a file begins with a comment that says what it is for. */
export const purpose: Rule = {
  create(context: Context) {
    return {
      Program: (node) => {
        const first = context.sourceCode.text.replace(/^#![^\n]*\n\s*/, '').trimStart();
        if (first.startsWith('/**')) return;
        context.report({ node, message: 'Begin the file with `/** what it is for */`.' });
      },
    };
  },
};

/** `house/docstrings`: every exported function, and every exported constant that holds one, has a docstring. */
export const docstrings: Rule = {
  create(context: Context) {
    return {
      ExportNamedDeclaration: (node) => {
        if (!declaresFunction(child(node, 'declaration')) || isDocumented(node, context)) return;
        context.report({ node, message: 'Say in one sentence what it promises: `/** … */` above the export.' });
      },
    };
  },
};

/** `house/no-silencing`: no comment that switches a check off. */
export const noSilencing: Rule = {
  create(context: Context) {
    return {
      Program: () => {
        for (const comment of context.sourceCode.getAllComments().filter(isSilencer)) {
          context.report({ node: comment, message: 'Mend the code, or change the rule for everybody.' });
        }
      },
    };
  },
};

function declaresFunction(declaration: Node | null): boolean {
  if (declaration?.type === 'FunctionDeclaration') return true;
  if (declaration?.type !== 'VariableDeclaration') return false;
  const declarators = declaration['declarations'] as readonly Node[];
  return declarators.some((declarator) => FUNCTIONS.has(child(declarator, 'init')?.type ?? ''));
}

/** A docstring ends on the line above the node. */
function isDocumented(node: Node, context: Context): boolean {
  const { text } = context.sourceCode;
  return context.sourceCode
    .getAllComments()
    .some(
      (comment) =>
        comment.type === 'Block' &&
        comment.value.startsWith('*') &&
        comment.range[1] <= node.range[0] &&
        /^\n[ \t]*$/.test(text.slice(comment.range[1], node.range[0])),
    );
}

const isSilencer = (comment: Comment): boolean =>
  /^\W*(?:(?:oxlint|eslint)-(?:disable|enable)|@ts-(?:ignore|expect-error|nocheck)|(?:v8|c8|istanbul) ignore)/.test(
    comment.value,
  );

const FUNCTIONS: ReadonlySet<string> = new Set(['ArrowFunctionExpression', 'FunctionExpression']);
