import { expect, test } from 'vitest';
import { toContainer } from '../../../src/adapters/docker-answers.ts';

test('what is mounted from the box is known by both its paths; volumes and memory are not on the box', () => {
  const Mounts = [
    { Type: 'bind', Source: '/srv/harb', Destination: '/stacks/harb' },
    { Type: 'volume', Source: '/var/lib/docker/volumes/state/_data', Destination: '/state' },
    { Type: 'tmpfs', Source: '', Destination: '/tmp' },
  ];
  const container = toContainer({ Id: 'a', Name: '/app', Image: 'sha256:aaa', Mounts }, 0);
  expect(container.binds).toEqual([{ source: '/srv/harb', target: '/stacks/harb' }]);
  expect(container.imageId).toBe('sha256:aaa');
  expect(toContainer({ Id: 'a', Name: '/app', Mounts: null }, 0)).toMatchObject({ binds: [], imageId: '' });
});
