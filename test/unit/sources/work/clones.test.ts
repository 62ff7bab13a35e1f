import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND, toIso } from '../../../../src/core/time.ts';
import { printed } from '../../../support/fake-place.ts';
import { openWork, type WorkWorld } from './world.ts';

describe('a clone', () => {
  const repo = { path: '/repo', what: 'project', project: 'harb', repo: 'johba/harb', primary: 'main' } as const;

  function putRepo({ place, clock }: WorkWorld): { head: string; ahead: string } {
    const git = { head: 'main', ahead: '' };
    place.put('/repo/.git/HEAD', 'ref: refs/heads/main\n', clock.now());
    place.put('/repo/.git/logs/refs/remotes/origin/main', `x y A <a> 1767225600 +0000\tupdate by push\n`, 0);
    place.answers.push(
      { words: ['git', 'config'], run: printed('filter.evil.clean\n') },
      { words: ['git', 'status'], run: () => printed(`# branch.oid 1\n# branch.head ${git.head}\n1 .M a\n`) },
      { words: ['git', 'rev-list', '--timestamp'], run: () => printed(git.ahead) },
      { words: ['git', 'rev-list', '--count'], run: printed('2\n') },
    );
    return git;
  }

  test('is said once with what git says of it', async () => {
    const world = openWork();
    putRepo(world).ahead = `1767222000 ${'a'.repeat(40)}\n`;
    await using source = await world.start({ repos: [repo] });
    expect(source.said('git.repo')).toEqual([
      {
        host: 'box',
        place: '',
        path: '/repo',
        exists: true,
        what: 'project',
        project: 'harb',
        repo: 'johba/harb',
        branch: 'main',
        primary: 'main',
        on_primary: true,
        branch_since: '',
        detached: false,
        rebase_in_progress: false,
        rebase_since: '',
        merge_in_progress: false,
        dirty: true,
        changed: 1,
        ahead: 1,
        behind: 2,
        unpushed_since: '2025-12-31T23:00:00.000Z',
        last_push_at: '2026-01-01T00:00:00.000Z',
        guarded: false,
      },
    ]);
    await world.clock.advance(MINUTE);
    expect(source.said('git.repo')).toEqual([]);
  });

  test('is asked without locks, and with every program that its configuration names switched off', async () => {
    const world = openWork();
    putRepo(world);
    await using _ = await world.start({ repos: [repo] });
    const asked = world.place.ran.filter((line) => line.includes(' git '));
    expect(asked.length).toBeGreaterThan(3);
    for (const line of asked) {
      expect(line).toContain('GIT_OPTIONAL_LOCKS=0');
      expect(line).toContain('core.fsmonitor=false');
      expect(line).toContain('core.hooksPath=/dev/null');
    }
    expect(asked.find((line) => line.includes(' status '))).toContain('filter.evil.clean= ');
  });

  test('on another branch is found as soon as .git has moved, and is asked about no more often than that', async () => {
    const world = openWork();
    const git = putRepo(world);
    await using source = await world.start({ repos: [repo] });
    source.said('git.repo');
    const asked = () => world.place.ran.filter((line) => line.includes(' status ')).length;
    await world.clock.advance(20 * SECOND);
    expect(asked()).toBe(1);
    git.head = 'fix/issue-42';
    world.place.put('/repo/.git/HEAD', 'ref: refs/heads/fix/issue-42\n', world.clock.now());
    await world.clock.advance(2 * SECOND);
    expect(source.said('git.repo')).toMatchObject([{ branch: 'fix/issue-42', on_primary: false, detached: false }]);
  });

  test('with a rebase that was left says since when, and is no merge', async () => {
    const world = openWork();
    putRepo(world).head = '(detached)';
    world.place.folder('/repo/.git/rebase-merge', world.clock.now() - HOUR);
    world.place.put('/repo/.git/CHERRY_PICK_HEAD', '', 0);
    await using source = await world.start({ repos: [repo] });
    expect(source.said('git.repo')).toMatchObject([
      {
        rebase_in_progress: true,
        rebase_since: toIso(world.clock.now() - HOUR),
        merge_in_progress: false,
        detached: true,
        branch: '',
      },
    ]);
  });

  test('in which an evolution run works is guarded while that lives', async () => {
    const world = openWork();
    putRepo(world);
    world.place.put('/tmp/evolution.pid', '77\n', 0);
    world.place.processes.set(77, { seen: 'running', startedAt: 0, command: 'evolve' });
    await using source = await world.start({ repos: [repo] });
    expect(source.said('git.repo')).toMatchObject([{ guarded: true }]);
    world.place.processes.delete(77);
    await world.clock.advance(2 * SECOND);
    expect(source.said('git.repo')).toMatchObject([{ guarded: false }]);
  });

  test('is guarded by a run that hides, too: nobody can say that it does not live', async () => {
    const world = openWork();
    putRepo(world);
    world.place.put('/tmp/evolution.pid', '77\n', 0);
    world.place.processes.set(77, { seen: 'hidden', reason: 'not allowed to read it' });
    await using source = await world.start({ repos: [repo] });
    expect(source.said('git.repo')).toMatchObject([{ guarded: true }]);
  });

  test('that is back on its branch was not left at any time', async () => {
    const world = openWork();
    putRepo(world);
    const entry = 'x y A <a> 1767222000 +0000\tcheckout: moving from fix/issue-42 to main\n';
    world.place.put('/repo/.git/logs/HEAD', entry, 0);
    await using source = await world.start({ repos: [repo] });
    expect(source.said('git.repo')).toMatchObject([{ on_primary: true, branch_since: '' }]);
  });

  test('on another branch says since when, but not before the run ended that worked in it on purpose', async () => {
    const world = openWork();
    const left = world.clock.now() - HOUR;
    putRepo(world).head = 'fix/issue-42';
    const entry = `x y A <a> ${left / SECOND} +0000\tcheckout: moving from main to fix/issue-42\n`;
    world.place.put('/repo/.git/logs/HEAD', entry, 0);
    await using source = await world.start({ repos: [repo] });
    expect(source.said('git.repo')).toMatchObject([{ on_primary: false, branch_since: toIso(left) }]);
    world.place.put('/tmp/evolution.pid', '77\n', 0);
    world.place.processes.set(77, { seen: 'running', startedAt: 0, command: 'evolve' });
    await world.clock.advance(10 * SECOND);
    const end = world.clock.now();
    world.place.processes.delete(77);
    await world.clock.advance(2 * SECOND);
    expect(source.said('git.repo').at(-1)).toMatchObject({ guarded: false, branch_since: toIso(end) });
  });

  test('that git refuses is left as it was known, and git’s reason is told', async () => {
    const world = openWork();
    putRepo(world);
    await using source = await world.start({ repos: [repo] });
    source.said('git.repo');
    world.place.answers.splice(1, 1, {
      words: ['git', 'status'],
      run: { ran: true, code: 128, stdout: '', stderr: 'fatal: detected dubious ownership in repository\nmore' },
    });
    await world.clock.advance(31 * SECOND);
    expect(source.said('git.repo')).toEqual([]);
    expect(source.reports.at(-1)).toEqual(['degraded', '/repo: fatal: detected dubious ownership in repository']);
  });

  test('where there is no git is not known, and what to do is told', async () => {
    const world = openWork();
    putRepo(world);
    for (const answer of world.place.answers.splice(0)) {
      world.place.answers.push({ ...answer, run: { ran: true, code: 127, stdout: '', stderr: 'env: git: not found' } });
    }
    await using source = await world.start({ repos: [repo] });
    expect(source.said('git.repo')).toEqual([]);
    expect(source.reports).toEqual([
      ['degraded', '/repo: git is not installed here: install it where the reactor runs'],
    ]);
  });

  test('among the clones of a container is known by its name', async () => {
    const world = openWork('disinto-agents');
    putRepo(world);
    for (const name of ['harb', 'harb-ops', '_factory']) world.place.put(`/clones/${name}/.git/HEAD`, '', 0);
    world.place.put('/clones/harb-ops/.git/refs/remotes/origin/HEAD', 'ref: refs/remotes/origin/trunk\n', 0);
    world.place.folder('/clones/no-clone');
    await using source = await world.start({ cloneFolders: ['/clones'] });
    expect(source.said('git.repo')).toMatchObject([
      { path: 'disinto-agents:/clones/harb', what: 'project', project: 'harb', repo: 'johba/harb', primary: 'main' },
      { path: 'disinto-agents:/clones/harb-ops', what: 'ops', project: 'harb', primary: 'trunk', on_primary: false },
      { path: 'disinto-agents:/clones/_factory', what: 'factory', project: '', primary: '', on_primary: true },
    ]);
  });
});
