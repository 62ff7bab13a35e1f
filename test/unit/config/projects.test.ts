import { describe, expect, test } from 'vitest';
import { load } from './load.ts';

const HARB = `
name = "harb"
repo = "johba/harb"
forge_url = "http://localhost:3000"
repo_root = "/home/johba/harb"
primary_branch = "master"
ops_repo = "johba/harb-ops"
ops_repo_root = "/home/johba/harb-ops"
[ci]
woodpecker_repo_id = 2
stale_minutes = 60
[services]
containers = ["ponder"]
[monitoring]
check_prs = true
[mirrors]
github = "git@github.com:johba/harb.git"
[agents.dev-llama]
base_url = "http://llama:8080"
roles = ["dev"]
[siblings.harb]
owner = "@johba"
contact = "matrix"
colour = "blue"
`;

const at = (
  files: Readonly<Record<string, string>>,
  more: { readonly env?: Readonly<Record<string, string>>; readonly toml?: string } = {},
) =>
  load({
    ...more,
    env: { FACTORY_ROOT: '/f', ...more.env },
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`/f/projects/${name}`, text])),
  });

describe('projects/*.toml', () => {
  test('is read as it is, whatever else stands in it', () => {
    const { config, problems } = at({ 'harb.toml': HARB });
    expect(problems).toEqual([]);
    expect(config.projects).toEqual([
      {
        name: 'harb',
        forge: '',
        repo: 'johba/harb',
        repoRoot: '/home/johba/harb',
        primaryBranch: 'master',
        opsRepo: 'johba/harb-ops',
        opsRepoRoot: '/home/johba/harb-ops',
        ciRepoId: 2,
      },
    ]);
    expect(config.siblings.get('harb')).toEqual({ owner: '@johba', contact: 'matrix', repo: '', note: '', room: '' });
    expect(config.origins).toMatchObject({ projects: 'projects', siblings: 'projects' });
  });

  test('several files are several projects, examples are none', () => {
    const { config } = at({ 'b.toml': '', 'a.toml': 'repo = "x/a"', 'c.toml.example': 'name = "c"' });
    expect(config.projects.map(({ name, primaryBranch }) => [name, primaryBranch])).toEqual([
      ['a', 'main'],
      ['b', 'main'],
    ]);
  });

  test('a folder that is not there is no mistake: a shallow clone has none', () => {
    const { config, problems } = at({});
    expect([config.projects, problems]).toEqual([[], []]);
  });

  test.each([
    ['text that is not TOML', 'name = ', '/f/projects/p.toml:1 is not TOML: '],
    ['a name that is no text', 'name = 5', '/f/projects/p.toml:1 name: 5 is not a text'],
    [
      'a CI number that is none',
      '[ci]\nwoodpecker_repo_id = "two"',
      'p.toml:2 ci.woodpecker_repo_id: "two" is not a whole',
    ],
    ['a sibling nobody owns', '[siblings.x]\nnote = "n"', '/f/projects/p.toml:1 siblings.x: names no owner'],
  ])('%s is a problem', (_name, text, said) => {
    const { problems } = at({ 'p.toml': text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(said);
  });

  test('reactor.toml has the last word on a sibling', () => {
    const { config } = at({ 'harb.toml': HARB }, { toml: '[siblings.harb]\nowner = "@other"\n' });
    expect(config.siblings.get('harb')?.owner).toBe('@other');
  });

  test('the environment is right about the project at hand: paths of a file are those of the host', () => {
    const env = {
      PROJECT_NAME: 'harb',
      PROJECT_REPO_ROOT: '/repos/harb',
      FORGE_REPO: 'mirror/harb',
      OPS_REPO_ROOT: '/ops',
    };
    const { config } = at({ 'harb.toml': HARB, 'other.toml': 'repo_root = "/other"' }, { env });
    expect(config.projects).toMatchObject([
      { name: 'harb', repo: 'mirror/harb', repoRoot: '/repos/harb', primaryBranch: 'master', opsRepoRoot: '/ops' },
      { name: 'other', repo: '', repoRoot: '/other', opsRepoRoot: '' },
    ]);
  });

  test('WOODPECKER_REPO_ID is that of the project at hand, and 0 stays: it says that there is no CI', () => {
    const env = { PROJECT_NAME: 'harb', WOODPECKER_REPO_ID: '0' };
    const { config } = at({ 'harb.toml': HARB, 'other.toml': '' }, { env });
    expect(config.projects.map(({ name, ciRepoId }) => [name, ciRepoId])).toEqual([
      ['harb', 0],
      ['other', null],
    ]);
  });

  test('the project at hand is found by its repository too', () => {
    const { config } = at({ 'harb.toml': HARB }, { env: { FORGE_REPO: 'johba/harb', PRIMARY_BRANCH: 'trunk' } });
    expect(config.projects).toMatchObject([{ name: 'harb', primaryBranch: 'trunk' }]);
  });

  test('a repository alone makes a project of its name', () => {
    expect(load({ env: { FORGE_REPO: 'johba/harb' } }).config.projects).toMatchObject([
      { name: 'harb', repo: 'johba/harb' },
    ]);
  });
});
