import { expect, test } from 'vitest';
import { createAgentBoxes } from '../../../src/factory/ci-agents.ts';
import { toEvent } from '../../../src/core/event.ts';
import { boxEvent } from '../sources/ci/world.ts';

test.each([
  ['the factory', { name: 'disinto-woodpecker-agent', service: 'x', image: 'local' }, true],
  ['a service of Compose', { name: 'x-1', service: 'woodpecker-agent', image: 'local' }, true],
  ['a second service', { name: 'x-1', service: 'woodpecker-agent-2', image: 'local' }, true],
  ['the image', { name: 'x', service: 'x', image: 'docker.io/woodpeckerci/woodpecker-agent:v3' }, true],
  ['the image by digest', { name: 'x', service: 'x', image: 'woodpeckerci/woodpecker-agent@sha256:1' }, true],
  ['the server', { name: 'disinto-woodpecker', service: 'woodpecker', image: 'woodpeckerci/woodpecker-server' }, false],
  ['an image that only sounds like it', { name: 'x', service: 'x', image: 'me/not-woodpecker-agent:1' }, false],
  ['a name that only begins like it', { name: 'disinto-woodpecker-agents', service: 'x', image: 'x' }, false],
])('%s tells an agent: %j', (_, over, wanted) => {
  const boxes = createAgentBoxes();
  expect(boxes.apply(boxEvent(over))).toBe(wanted);
  expect(boxes.all()).toHaveLength(wanted ? 1 : 0);
});

test('a container that was made afresh takes the place of the old one, whose end comes late', () => {
  const boxes = createAgentBoxes();
  boxes.apply(boxEvent({ id: 'old' }));
  boxes.apply(boxEvent({ id: 'new' }));
  boxes.apply(boxEvent({ id: 'old', exists: false }));
  expect(boxes.all().map(({ id }) => id)).toEqual(['new']);
  boxes.apply(boxEvent({ id: 'new', exists: false }));
  expect(boxes.all()).toEqual([]);
});

test('an engine that is away leaves its own as they were, and not seen', () => {
  const boxes = createAgentBoxes();
  boxes.apply(boxEvent());
  boxes.apply(boxEvent({}, 'box-2'));
  const head = { id: 'd', source: 'docker://box', subject: 'box', time: 0, host: 'box' };
  expect(boxes.apply(toEvent('docker.daemon', head, { action: 'connected' }))).toBe(false);
  expect(boxes.apply(toEvent('docker.daemon', head, { action: 'disconnected' }))).toBe(true);
  expect(boxes.all().map(({ host, state, seen }) => [host, state, seen])).toEqual([
    ['box', 'running', false],
    ['box-2', 'running', true],
  ]);
  boxes.apply(boxEvent());
  expect(boxes.all().every(({ seen }) => seen)).toBe(true);
});
