import { expect, test } from 'vitest';
import type { EventData, EventKind } from '../../../src/core/catalog/catalog.ts';
import { toEvent, type AnyEvent } from '../../../src/core/event.ts';
import { createAgents } from '../../../src/factory/agents.ts';

function event<K extends EventKind>(kind: K, data: Partial<EventData<K>>, host = 'box'): AnyEvent {
  return toEvent(kind, { id: '1', source: 'x', subject: JSON.stringify(data), time: 0, host }, data);
}

test('a lock is known by its name in its place, on its box, until it is gone', () => {
  const agents = createAgents();
  const lock = { place: '', name: 'dev-agent-harb.lock', exists: true, owner: 'dead', pid: 5, evidence: 'gone' };
  agents.apply(event('lock.file', lock));
  expect(agents.of('box').lock('', 'dev-agent-harb.lock')).toEqual({ owner: 'dead', pid: 5, evidence: 'gone' });
  expect(agents.of('box').lock('agents', 'dev-agent-harb.lock')).toBeNull();
  expect(agents.of('other').lock('', 'dev-agent-harb.lock')).toBeNull();
  agents.apply(event('lock.file', { ...lock, exists: false }));
  expect(agents.of('box').lock('', 'dev-agent-harb.lock')).toBeNull();
});

test('a phase is known with its time', () => {
  const agents = createAgents();
  const phase = {
    place: '',
    session: 'dev-harb-42',
    exists: true,
    phase: 'escalate',
    phase_since: '2026-01-01T00:00:00.000Z',
  };
  agents.apply(event('session.phase', phase));
  expect(agents.of('box').phase('', 'dev-harb-42')).toEqual({ phase: 'escalate', since: Date.UTC(2026, 0, 1) });
  expect(agents.of('box').phase('', 'dev-harb-4')).toBeNull();
  agents.apply(event('session.phase', { ...phase, phase_since: '' }));
  expect(agents.of('box').phase('', 'dev-harb-42')).toBeNull();
});

test('only a one-shot agent is the process of a session', () => {
  const agents = createAgents();
  const one = { pid: 9, exists: true, session: 'dev-harb-42' };
  agents.apply(event('host.process', { ...one, class: 'agent_interactive' }));
  expect(agents.of('box').process('dev-harb-42')).toBe(0);
  agents.apply(event('host.process', { ...one, class: 'agent_oneshot' }));
  expect(agents.of('box').process('dev-harb-42')).toBe(9);
  expect(agents.of('box').process('')).toBe(0);
  agents.apply(event('host.process', { ...one, class: 'agent_oneshot', exists: false }));
  expect(agents.of('box').process('dev-harb-42')).toBe(0);
});

test('a session stands in a folder and in those above it, not in one whose name begins like it', () => {
  const agents = createAgents();
  agents.apply(
    event('session.terminal', { place: '', exists: true, session: 'dev-harb-42', folder: '/tmp/harb-worktree-42/src' }),
  );
  expect(agents.of('box').sessionIn('', '/tmp/harb-worktree-42')).toBe('dev-harb-42');
  expect(agents.of('box').sessionIn('', '/tmp/harb-worktree-4')).toBe('');
  expect(agents.of('box').sessionIn('agents', '/tmp/harb-worktree-42')).toBe('');
});

test('a container of the factory is known by the first digits of its id', () => {
  const agents = createAgents();
  const container = { id: 'a1b2c3d4e5f6'.padEnd(64, '0'), managed: true, exists: true };
  agents.apply(event('docker.container', container));
  expect(agents.of('box').isManaged('a1b2c3d4e5f6')).toBe(true);
  expect(agents.of('box').isManaged('')).toBe(false);
  agents.apply(event('docker.container', { ...container, id: 'ffffffffffff', managed: false }));
  expect(agents.of('box').isManaged('ffffffffffff')).toBe(false);
});
