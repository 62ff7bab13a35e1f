/** `house/globals`: who may use `fetch`, `process.env`, the wall clock and timers. */

import { judgeGlobal } from '../judge.ts';
import { child, fileOf, nameOf, type Context, type Node, type Reference, type Rule } from '../rule.ts';

/** Reports every use of a global that the table gives to other layers. A local name that happens to be the same is none. */
export const globals: Rule = {
  create(context: Context) {
    const file = fileOf(context);
    return {
      Program: () => {
        for (const { identifier } of globalReferences(context)) {
          const complaint = namesOf(identifier)
            .map((name) => judgeGlobal(file, name))
            .find((said) => said !== null);
          if (complaint !== undefined) context.report({ node: identifier, message: `${complaint}.` });
        }
      },
    };
  },
};

function globalReferences(context: Context): readonly Reference[] {
  const { through, set } = context.sourceCode.scopeManager.globalScope;
  const known = [...set.values()].filter((variable) => variable.defs.length === 0);
  return [...through, ...known.flatMap((variable) => variable.references)];
}

/** All that one identifier says: `process` of `process.env` says `process` and `process.env`. */
function namesOf(identifier: Node): readonly string[] {
  const name = nameOf(identifier) ?? '';
  const members = membersOf(identifier);
  if (name === 'globalThis') {
    return members.flatMap(({ name: member, at }) => [member, ...dotted(member, membersOf(at))]);
  }
  return [name, ...dotted(name, members), ...(isBareDate(identifier) ? ['new Date()'] : [])];
}

interface Member {
  readonly name: string;
  readonly at: Node;
}

/** What is taken out of a value: `env` of `x.env`, of `x['env']` and of `const { env } = x`. */
function membersOf(node: Node): readonly Member[] {
  const { parent } = node;
  if (parent === null) return [];
  if (parent.type === 'MemberExpression' && parent['object'] === node) {
    const name = nameOf(child(parent, 'property'));
    return name === null ? [] : [{ name, at: parent }];
  }
  return parent.type === 'VariableDeclarator' && parent['init'] === node ? destructured(parent) : [];
}

function destructured(declarator: Node): readonly Member[] {
  const id = child(declarator, 'id');
  if (id?.type !== 'ObjectPattern') return [];
  const properties = id['properties'] as readonly Node[];
  return properties.map((property) => ({ name: nameOf(child(property, 'key')) ?? '', at: property }));
}

const dotted = (name: string, members: readonly Member[]): readonly string[] =>
  members.map((member) => `${name}.${member.name}`);

function isBareDate(identifier: Node): boolean {
  const { parent } = identifier;
  if (parent?.type !== 'NewExpression' || nameOf(identifier) !== 'Date') return false;
  return (parent['arguments'] as readonly Node[]).length === 0;
}
