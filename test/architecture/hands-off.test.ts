import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The text of every file below a folder, by its path. */
const textsBelow = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|toml)$/.test(name))
      .map((name) => [`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')]),
  );

const source = textsBelow('src');
const filesWith = (pattern: RegExp): readonly string[] =>
  [...source].filter(([, text]) => pattern.test(text)).map(([path]) => path);

const WRITES =
  /\b(?:writeFile|appendFile|copyFile|cp|rename|rm|rmdir|unlink|mkdir|mkdtemp|symlink|link|truncate|ftruncate|chmod|chown|utimes|createWriteStream)(?:Sync)?\b[^'"]*\} from 'node:fs/;

describe('nothing of the factory is touched', () => {
  test('files are written by the ops repo and the state alone', () => {
    const writers = [...source].filter(([, text]) => text.split('\n').some((line) => WRITES.test(line)));
    expect(writers.map(([path]) => path).filter((path) => !path.startsWith('src/store/'))).toEqual([
      'src/adapters/ops-repo.ts',
    ]);
  });

  test('no process is sent a signal: it is only asked whether it is there', () => {
    const calls = [...source.values()].flatMap((text) => [...text.matchAll(/process\.kill\(([^)]*)\)/g)]);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter((call) => !call[1]?.endsWith(', 0'))).toEqual([]);
    expect(filesWith(/'(?:pkill|killall|systemctl|sudo|fuser)'|(?:\[|exec\(|run\()'kill'/)).toEqual([]);
  });

  test('git is asked by one file, with questions only', () => {
    expect(filesWith(/'git',/)).toEqual(['src/sources/work/git.ts']);
    const text = source.get('src/sources/work/git.ts') ?? '';
    const asked = [...text.matchAll(/(?:= |, )\[(?:\.\.\.[^,\]]*, )?'([a-z-]+)', '/g)].map((match) => match[1] ?? '');
    expect(new Set(asked)).toEqual(new Set(['config', 'status', 'rev-list']));
    expect(text).toContain("'GIT_OPTIONAL_LOCKS=0'");
    const verbs =
      /'(?:checkout|switch|rebase|reset|fetch|pull|push|merge|commit|clean|stash|gc|prune|worktree|restore)'/;
    expect(verbs.exec(text)).toBeNull();
  });
});

/** Those that the factory makes: at its start, or when it needs one. `ci_exhausted` and its like are in no forge. */
const LABELS: readonly string[] = [
  'backlog in-progress blocked tech-debt underspecified vision action bug-report needs-triage reproduced cannot-reproduce',
  'in-triage rejected priority awaiting-live-verification',
  'prediction/unreviewed prediction/dismissed prediction/actioned',
].flatMap((line) => line.split(' '));

test('nothing waits for a label that no forge has', () => {
  const picture = [...source].filter(([path]) => path.startsWith('src/factory/')).map(([, text]) => text);
  const wanted = picture.flatMap((text) => [
    ...text.matchAll(/labels\.includes\('([^']+)'\)/g),
    ...text.matchAll(/\bcount\('([a-z-]+)'\)/g),
  ]);
  const names = [...new Set(wanted.map((match) => match[1] ?? ''))];
  expect(names.toSorted()).toEqual(['backlog', 'blocked', 'in-progress']);
  expect(names.filter((name) => !LABELS.includes(name))).toEqual([]);
  const rules = [...textsBelow('rules')].filter(([path, text]) => !path.includes('/tests/') && /\blabels\b/.test(text));
  expect(rules.map(([path]) => path)).toEqual([]);
});
