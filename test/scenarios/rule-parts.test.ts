/** A rule from which a part of its condition is taken must fail one of its cases: a part that none of them needs is not tested. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { rehearse } from '../../src/engine/rehearse.ts';
import { loadRulebook } from '../../src/rulebook/load.ts';
import { loadTests } from '../../src/rulebook/read-tests.ts';

const START = Date.UTC(2026, 0, 1);
const FOLDER = new URL('../../rules/', import.meta.url);
const PACKS = ['core.toml', 'ci.toml', 'pulls.toml', 'work.toml'];

const readFolder = async (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.toml'))
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, 'utf8') }));

const { tests } = await loadTests({ folders: [FOLDER.pathname], readFolder });

/** A pull request has no status, so that nothing but a pipeline can begin this. */
const NEEDLESS = [`pr-stale absence.start event.kind == "ci.pipeline"`];

interface Part {
  readonly name: string;
  readonly rule: string;
  readonly pack: string;
  /** The pack without the part. */
  readonly text: string;
}

const PARTS = PACKS.flatMap((pack): readonly Part[] => {
  const text = readFileSync(new URL(pack, FOLDER), 'utf8');
  return [...text.matchAll(/^(when|clear|absence\.\w+) = '(.*)'/gm)].flatMap((match) => {
    const [line = '', what = '', condition = ''] = match;
    const rule = [...text.slice(0, match.index).matchAll(/^id = "(.*)"$/gm)].at(-1)?.[1] ?? '';
    const parts = partsOf(condition);
    if (parts.length < 2) return [];
    return parts.map((part, i) => {
      const rest = line.replace(condition, () => parts.toSpliced(i, 1).join(' && '));
      const without = `${text.slice(0, match.index)}${rest}${text.slice(match.index + line.length)}`;
      return { name: `${rule} ${what} ${part}`, rule, pack, text: without };
    });
  });
});

/** Where `&&` joins them, outside of brackets. */
function partsOf(condition: string): readonly string[] {
  const parts: string[] = [];
  for (const piece of condition.split(' && ')) {
    const before = parts.at(-1);
    if (before !== undefined && depthOf(before) > 0) parts[parts.length - 1] = `${before} && ${piece}`;
    else parts.push(piece);
  }
  return parts;
}

function depthOf(text: string): number {
  return (text.match(/[([]/g) ?? []).length - (text.match(/[)\]]/g) ?? []).length;
}

/** The names of its cases that fail. */
async function failing({ rule, pack, text }: Part): Promise<readonly string[]> {
  const packs = PACKS.map((name) => ({
    file: name,
    text: name === pack ? text : readFileSync(new URL(name, FOLDER), 'utf8'),
  }));
  const { rulebook, problems } = await loadRulebook({
    folders: ['.'],
    vars: {},
    now: START,
    readFolder: async () => packs,
  });
  expect(problems).toEqual([]);
  const files = tests.filter((file) => file.packs.includes(pack));
  return files.flatMap((file) => {
    const rules = rulebook.rules.filter(({ origin }) => file.packs.includes(basename(origin.file)));
    const byKind = new Map([...rulebook.byKind].map(([kind, all]) => [kind, all.filter((one) => rules.includes(one))]));
    const book = { ...rulebook, rules, byKind };
    const options = { rulebook: book, start: file.start, reload: () => book, recording: () => [] };
    const mine = file.cases.filter((one) => one.rule === rule);
    return mine.filter((one) => rehearse(one, options).failures.length > 0).map(({ name }) => name);
  });
}

test('conditions are taken apart, those in brackets whole', () => {
  expect(partsOf('a && (b || c && d) && e in ["x && y"]')).toEqual(['a', '(b || c && d)', 'e in ["x && y"]']);
  expect(PARTS.length).toBeGreaterThan(80);
});

test.each(PARTS.filter(({ name }) => !NEEDLESS.includes(name)))('a case fails without $name', async (part) => {
  expect(await failing(part)).not.toEqual([]);
});
