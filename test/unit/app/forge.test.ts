import { expect, test } from 'vitest';
import { openForges } from '../../../src/app/forge.ts';
import { load } from '../config/load.ts';

type Env = Readonly<Record<string, string>>;

const MAIN = { FORGE_URL: 'http://forgejo:3000', FORGE_TOKEN: 't' };
const CODEBERG = '[[forges]]\nurl = "https://codeberg.org"\ntoken = "c"\n';
const PROJECTS = {
  '/f/projects/gadget.toml':
    'repo = "johba/gadget"\nops_repo = "johba/gadget-ops"\nforge_url = "https://codeberg.org"\n',
  '/f/projects/harb.toml': 'repo = "johba/harb"\nops_repo = "johba/harb-ops"\nops_repo_root = "/ops/harb"\n',
  '/f/projects/versi.toml': 'repo = "johba/versi"\nops_repo = "johba/versi-ops"\nops_repo_root = "/ops/versi"\n',
  '/one/projects/harb.toml': 'repo = "johba/harb"\nops_repo = "johba/harb-ops"\n',
};

function opened(env: Env, toml = '') {
  const { forges, opsRepos } = openForges(load({ env, toml, files: PROJECTS }).config);
  return {
    forges: forges.map(({ name, forge, repos }) => [name, forge.host, ...repos]),
    ops: opsRepos.map(({ repo, project, isMain, forge }) => `${repo} ${project}${isMain ? ' main' : ''} ${forge.host}`),
  };
}

test.each<readonly [string, Env, string, readonly (readonly string[])[]]>([
  ['nothing that is not set', {}, CODEBERG, []],
  ['nothing without a token', { FORGE_URL: 'http://forgejo:3000', FORGE_REPO: 'johba/harb' }, '', []],
  ['nothing without a repository', MAIN, CODEBERG, []],
  ['the repository at hand', { ...MAIN, FORGE_REPO: 'johba/harb' }, '', [['', 'forgejo:3000', 'johba/harb']]],
  [
    'of each forge what is there',
    { ...MAIN, FACTORY_ROOT: '/f' },
    CODEBERG,
    [
      ['', 'forgejo:3000', 'johba/harb', 'johba/versi'],
      ['codeberg.org', 'codeberg.org', 'codeberg.org/johba/gadget'],
    ],
  ],
  [
    'nothing at a forge of which no token is set',
    { ...MAIN, FACTORY_ROOT: '/f' },
    '',
    [['', 'forgejo:3000', 'johba/harb', 'johba/versi']],
  ],
])('asks for %s', (_, env, toml, wanted) => {
  expect(opened(env, toml).forges).toEqual(wanted);
});

test.each<readonly [string, Env, readonly string[]]>([
  ['FORGE_OPS_REPO', { FORGE_OPS_REPO: 'johba/versi-ops' }, ['versi']],
  ['the one in OPS_REPO_ROOT', { OPS_REPO_ROOT: '/ops/harb' }, ['harb']],
  ['the only one there is', { FACTORY_ROOT: '/one' }, ['harb']],
  ['none of several that look alike', {}, []],
])('the main ops repository is %s', (_, env, wanted) => {
  const { ops } = opened({ ...MAIN, FACTORY_ROOT: '/f', ...env }, CODEBERG);
  expect(ops.filter((line) => line.includes(' main ')).map((line) => line.split(' ')[1])).toEqual(wanted);
});

test('ops repositories are asked for where their projects are, and not without a token', () => {
  const env = { ...MAIN, FACTORY_ROOT: '/f' };
  const there = 'codeberg.org/johba/gadget-ops gadget codeberg.org';
  expect(opened(env, CODEBERG).ops).toContain(there);
  expect(opened(env).ops).toEqual(['johba/harb-ops harb forgejo:3000', 'johba/versi-ops versi forgejo:3000']);
  expect(opened({ ...MAIN, FORGE_OPS_REPO: 'johba/harb-ops' }).ops).toEqual(['johba/harb-ops  main forgejo:3000']);
});
