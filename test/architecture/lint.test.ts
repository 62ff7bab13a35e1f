import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { LAYERS } from '../../tools/lint/import-table.ts';
import { lint, lintFiles, ROOT, type Complaint } from './lint-tree.ts';

const MINUTE = 60_000;
const PURPOSE = '/** A file. */\n\n';

interface Violation {
  readonly name: string;
  readonly path: string;
  readonly rule: string;
  readonly words: string;
  readonly text: string;
}

/** A block of `violations.txt`: what is wrong, where the file stands, which rule says what, the file. */
function toViolation(block: string): Violation {
  const [name = '', path = '', expected = '', ...lines] = block.split('\n');
  const [rule = '', words = ''] = expected.split(/: ?(.*)/);
  const text = `${lines.join('\n')}\n`;
  return { name, path, rule, words, text: rule === 'house(purpose)' ? text : PURPOSE + text };
}

function longFile(path: string, most: number): Violation {
  const lines = Array.from({ length: most - 1 }, (_, i) => `export const n${i} = ${i};`);
  const words = `File has too many lines (${most + 1})`;
  return {
    name: `${path} has a line too many`,
    path,
    rule: 'eslint(max-lines)',
    words,
    text: PURPOSE + lines.join('\n'),
  };
}

const VIOLATIONS: readonly Violation[] = [
  ...readFileSync(join(import.meta.dirname, 'violations.txt'), 'utf8')
    .trim()
    .split(/^# /m)
    .slice(1)
    .map(toViolation),
  longFile('src/core/long.ts', 250),
  longFile('test/unit/long.test.ts', 400),
];

const X = `${PURPOSE}export interface X {\n  readonly x: number;\n}\nexport const x = 1;\n`;

/** Files that the violations import. */
const TARGETS = [
  'core/x',
  'core/t',
  'engine/x',
  'ports/x',
  'store/x',
  'adapters/x',
  'sources/forge/x',
  'sources/index',
  'effects/notify/x',
];

const ALLOWED: Readonly<Record<string, string>> = {
  'src/core/error.ts': 'export class BadInput extends Error {}',
  'src/core/hash.ts': "import { createHash } from 'node:crypto';\nexport const hash = createHash('sha256');",
  'src/engine/bus.ts':
    "import { Subject } from 'rxjs';\nimport { x } from '../core/x.ts';\nexport const bus = [new Subject<number>(), x];",
  'src/sources/shared.ts': 'export const shared = 1;',
  'src/sources/forge/own.ts':
    "import { shared } from '../shared.ts';\nimport { x, type X } from './x.ts';\nexport const own: readonly X[] = [{ x: x + shared }];",
  'src/effects/index.ts': "import { x } from './notify/x.ts';\nexport const list = [x];",
  'src/adapters/world.ts':
    "import { readFile } from 'node:fs/promises';\nexport const world = [readFile, fetch, Date.now()];",
  'src/store/file.ts':
    "import { rename } from 'node:fs';\nimport { DatabaseSync } from 'node:sqlite';\nexport const file = [rename, new DatabaseSync(':memory:')];",
  'src/config/environment.ts': "export const home = process.env['HOME'];",
  'src/http/local.ts':
    "import { Hono } from 'hono';\n/** A local name is no global. */\nexport const local = (fetch: () => number): unknown => [new Hono(), fetch()];",
  'src/cli/rehearse.ts': "import { x } from '../engine/x.ts';\nexport const rehearse = [x, new Date(x)];",
  'src/main.ts': "import { rehearse } from './cli/rehearse.ts';\nprocess.exit(rehearse.length);",
  'test/unit/any.test.ts':
    "import { readFileSync } from 'node:fs';\nimport { expect, test } from 'vitest';\nimport { world } from '../../src/adapters/world.ts';\ntest('a test may import anything', () => expect([readFileSync, world]).toHaveLength(2));",
};

describe('the linter', () => {
  let complaints: readonly Complaint[] = [];
  const about = (path: string) => complaints.filter((complaint) => complaint.file === path);

  beforeAll(async () => {
    complaints = await lintFiles({
      ...Object.fromEntries(TARGETS.map((path) => [`src/${path}.ts`, X])),
      ...Object.fromEntries(VIOLATIONS.map(({ path, text }) => [path, text])),
      ...Object.fromEntries(Object.entries(ALLOWED).map(([path, text]) => [path, `${PURPOSE}${text}\n`])),
    });
  }, MINUTE);

  test.each(VIOLATIONS)('objects: $name', ({ path, rule, words }) => {
    expect(about(path)).toContainEqual({ file: path, rule, message: expect.stringContaining(words) });
  });

  test.each(Object.keys(ALLOWED))('has nothing against %s', (path) => {
    expect(about(path)).toEqual([]);
  });

  test('is asked about every violation in a file of its own', () => {
    expect(new Set(VIOLATIONS.map(({ path }) => path)).size).toBe(VIOLATIONS.length);
    expect(VIOLATIONS.length).toBeGreaterThan(55);
  });
});

test(
  'every file of the project passes the linter',
  async () => {
    const { files, complaints } = await lint(ROOT);
    expect(complaints.map(({ file, rule, message }) => `${file} ${rule} ${message}`)).toEqual([]);
    expect(files).toBeGreaterThan(50);
  },
  2 * MINUTE,
);

test('no layer of the import table reaches itself through others', () => {
  const table = new Map<string, readonly string[]>(Object.entries(LAYERS));
  const reach = (layer: string, seen: readonly string[]): readonly string[] =>
    (table.get(layer) ?? []).flatMap((to) => (seen.includes(to) ? [to] : [to, ...reach(to, [...seen, to])]));
  for (const layer of table.keys()) expect(reach(layer, [])).not.toContain(layer);
});
