import { describe, expect, test } from 'vitest';
import type { AnyEvent } from '../../../../src/core/event.ts';
import type { Facts } from '../../../../src/factory/preflight/facts.ts';
import { preflightText } from '../../../../src/factory/preflight/preflight.ts';
import { recipesSee } from '../../../support/factory-tools.ts';
import { ALL_SEEN, factsOf, known, minutesAgo, sight } from '../../../support/preflight-facts.ts';

const seen = (events: readonly AnyEvent[], more: Partial<Facts> = {}) =>
  recipesSee(preflightText(factsOf([...ALL_SEEN, ...events], more)));

const pipeline = (number: number, status: string, minutes: number) =>
  known('ci.pipeline', {
    repo: 'johba/harb',
    number,
    status,
    created_at: minutesAgo(minutes),
    queued_at: minutesAgo(minutes),
    started_at: status === 'running' ? minutesAgo(minutes) : '',
  });

const lock = (name: string, owner: string) =>
  known('lock.file', { name, path: `/tmp/${name}`, owner, evidence: `${owner}, not dead`, locked_at: minutesAgo(1) });

const worktree = (name: string, minutes: number, more: object = {}) =>
  known('worktree', { name, path: `/tmp/${name}`, active_at: minutesAgo(minutes), process: 'no', ...more });

describe('the recipes of the factory', () => {
  test('read memory, swap and the disk on / whole, and the limit is not reached by rounding', () => {
    const events = [
      known('host.memory', { available_mb: 499.9, total_mb: 16_000, swap_used_mb: 3072.9 }),
      known('host.disk', { fs_id: '1', mount: '/data', used_pct: 99, free_mb: 1, total_mb: 100 }),
      known('host.disk', { fs_id: '2', mount: '/', used_pct: 80, free_mb: 20, total_mb: 100 }),
    ];
    expect(seen(events)).toMatchObject({ ram_available_mb: 499, swap_mb: 3072, disk_pct: 80 });
  });

  test('find what is stuck and pending, which they never could before', () => {
    const events = [pipeline(1, 'running', 21), pipeline(2, 'running', 19), pipeline(3, 'pending', 31)];
    expect(seen(events)).toMatchObject({ stuck: 1, pending: 1 });
  });

  test('find nothing stuck and nothing pending when nothing is', () => {
    const events = [pipeline(1, 'running', 20), pipeline(2, 'pending', 30), pipeline(3, 'blocked', 600)];
    expect(seen(events)).toMatchObject({ stuck: null, pending: null });
  });

  test('find the project that is stuck behind one that is not', () => {
    const projects = [
      { name: 'quiet', repo: 'johba/quiet', hasCi: true },
      { name: 'harb', repo: 'johba/harb', hasCi: true },
    ];
    expect(seen([pipeline(1, 'running', 60)], { projects })).toMatchObject({ stuck: 1 });
  });

  test('count only locks whose owner is dead', () => {
    const locks = [lock('a-run.lock', 'alive'), lock('b-run.lock', 'unknown'), lock('c-run.lock', 'dead')];
    expect(seen(locks).dead_locks).toBe(1);
  });

  test.each([
    ['a rebase of an hour', { rebase_since: minutesAgo(60) }, 'broken'],
    ['a rebase that was just begun', { rebase_since: minutesAgo(20) }, ''],
    ['a rebase that a run is at work on', { rebase_since: minutesAgo(60), guarded: true }, ''],
    ['a rebase of nobody knows when', { rebase_since: '' }, ''],
    ['no rebase', { rebase_since: minutesAgo(60), rebase_in_progress: false }, ''],
  ])('see %s', (_, data, word) => {
    const repo = known('git.repo', { path: '/repos/harb', rebase_in_progress: true, ...data });
    expect(seen([repo]).git_rebase).toBe(word);
  });

  test('call only a worktree old that nothing speaks for', () => {
    const kept = [
      worktree('harb-worktree-1', 9_000, { preserved: true }),
      worktree('harb-worktree-2', 9_000, { process: 'yes' }),
      worktree('harb-worktree-3', 9_000, { process: 'unknown' }),
      worktree('harb-worktree-4', 9_000, { session: 'dev-harb-4' }),
    ];
    expect(seen([...kept, worktree('harb-worktree-5', 121)]).oldest_worktree_min).toBe(121);
    expect(seen(kept).oldest_worktree_min).toBe(0);
  });

  test.each([
    ['healthy', 'healthy'],
    ['unhealthy', 'UNHEALTHY'],
    ['unknown', 'unknown'],
  ])('read that an agent is %s', (health, word) => {
    expect(seen([known('ci.agent', { name: 'a', health })]).wp_agent_health).toBe(word);
  });

  test('take a healthy container for healthy, and an agent that another has replaced for none', () => {
    const agents = [
      known('ci.agent', { name: 'a', health: 'healthy', container_state: 'running', container_health: 'healthy' }),
      known('ci.agent', { name: 'b', health: 'unhealthy', superseded: true }),
    ];
    expect(seen(agents).wp_agent_health).toBe('healthy');
  });

  test('count blocked issues, open pull requests and escalations', () => {
    const events = [
      known('forge.issue', { repo: 'johba/harb', number: 62, state: 'open', labels: ['blocked'] }),
      known('forge.issue', { repo: 'johba/harb', number: 623, state: 'closed', labels: ['blocked'] }),
      known('forge.pull', { repo: 'johba/harb', number: 7, state: 'open', title: '#8 [x] — updated' }),
      known('forge.pull', { repo: 'johba/harb', number: 8, state: 'closed' }),
      known('session.phase', { session: 'dev-harb-1', path: '/tmp/dev-session-harb-1.phase', phase: 'escalate' }),
    ];
    expect(seen(events)).toMatchObject({ blocked_issues: 1, open_prs: 1, escalated: 1 });
  });

  test('are not told by a log what the box is like', () => {
    const log = known('agent.log', { path: '/l/dev/dev-agent.log', agent: 'dev', written_at: minutesAgo(1) });
    const lines = ['## System Resources', 'RAM: 1MB', '## CI Pipelines (harb)', '  Stuck (9): 1', '# x'];
    const tails = new Map([['/l/dev/dev-agent.log', { read: true, lines } as const]]);
    expect(seen([log], { tails })).toMatchObject({ ram_available_mb: null, stuck: null });
  });

  test('are told nothing by a source that cannot see', () => {
    const blind = ['host', 'files', 'ci', 'forge', 'work', 'sessions', 'docker'].map((name) =>
      sight(name, 'unavailable', 'it cannot be reached'),
    );
    const events = [
      known('host.memory', { available_mb: 1, total_mb: 2 }),
      known('host.disk', { mount: '/', used_pct: 99, total_mb: 5 }),
      pipeline(1, 'running', 60),
      lock('c-run.lock', 'dead'),
      worktree('harb-worktree-5', 500),
      known('ci.agent', { name: 'a', health: 'unhealthy' }),
      known('forge.issue', { repo: 'johba/harb', number: 62, state: 'open', labels: ['blocked'] }),
    ];
    expect(recipesSee(preflightText(factsOf([...blind, ...events])))).toEqual({
      ram_available_mb: null,
      swap_mb: null,
      disk_pct: null,
      wp_agent_health: '',
      stuck: null,
      pending: null,
      git_rebase: '',
      dead_locks: 0,
      open_prs: 0,
      oldest_worktree_min: 0,
      blocked_issues: 0,
      escalated: 0,
    });
  });
});
