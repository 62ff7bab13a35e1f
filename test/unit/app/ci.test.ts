import { expect, test } from 'vitest';
import { ciRepos } from '../../../src/app/ci.ts';
import type { WantedRepo } from '../../../src/ports/ci.ts';
import { load } from '../config/load.ts';

type Env = Readonly<Record<string, string>>;

const PROJECTS = {
  '/f/projects/harb.toml': 'repo = "johba/harb"\n[ci]\nwoodpecker_repo_id = 2\n',
  '/f/projects/versi.toml': 'repo = "johba/versi"\n',
  '/f/projects/site.toml': 'repo = "johba/site"\n[ci]\nwoodpecker_repo_id = 0\n',
  '/f/projects/nowhere.toml': '',
  '/else/projects/a.toml': 'repo = "johba/harb"\nforge_url = "http://localhost:3000"\n',
  '/else/projects/b.toml': 'repo = "johba/harb"\nforge_url = "https://codeberg.org"\n[ci]\nwoodpecker_repo_id = 7\n',
  '/else/projects/c.toml': 'repo = "johba/site"\nforge_url = "https://codeberg.org"\n',
  '/twice/projects/a.toml': 'repo = "johba/harb"\n[ci]\nwoodpecker_repo_id = 2\n',
  '/twice/projects/b.toml': 'repo = "johba/harb"\n',
};

const CI = { WOODPECKER_SERVER: 'http://ci' };

const rows: readonly (readonly [string, Env, readonly WantedRepo[]])[] = [
  ['nothing is known', CI, []],
  ['a repository alone is looked up by name', { ...CI, FORGE_REPO: 'johba/harb' }, [{ repo: 'johba/harb', id: null }]],
  ['a number alone will do', { ...CI, WOODPECKER_REPO_ID: '5' }, [{ repo: '', id: 5 }]],
  ['no CI is no repository', { ...CI, FORGE_REPO: 'johba/harb', WOODPECKER_REPO_ID: '0' }, []],
  [
    'every project is watched, but for those without CI',
    { ...CI, FACTORY_ROOT: '/f' },
    [
      { repo: 'johba/harb', id: 2 },
      { repo: 'johba/versi', id: null },
    ],
  ],
  [
    'of another forge that is watched whose number was said: a name would be that of a stranger',
    { ...CI, FORGE_URL: 'http://forgejo:3000', FACTORY_ROOT: '/else' },
    [
      { repo: 'johba/harb', id: null },
      { repo: 'codeberg.org/johba/harb', id: 7 },
    ],
  ],
  ['two projects of one repository watch it once', { ...CI, FACTORY_ROOT: '/twice' }, [{ repo: 'johba/harb', id: 2 }]],
];

test.each(rows)('%s', (_, env, wanted) => {
  const { config } = load({ env, files: PROJECTS });
  expect(ciRepos(config)).toEqual(wanted);
});
