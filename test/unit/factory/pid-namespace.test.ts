import { expect, test } from 'vitest';
import { parseMounts } from '../../../src/factory/mounts.ts';
import { decidePidNamespace } from '../../../src/factory/pid-namespace.ts';

const MACHINE = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw`;
const MACHINE_TMPFS = `${MACHINE}\n30 27 0:40 / /tmp rw,nosuid shared:5 - tmpfs tmpfs rw`;
const BOUND_TMP = `${MACHINE}\n31 27 254:0 /var/lib/docker/volumes/agents/_data /tmp rw - ext4 /dev/vda rw`;
const CONTAINER = `700 650 0:99 / / rw,relatime - overlay overlay rw,lowerdir=/x
701 700 0:103 / /proc rw - proc proc rw
702 700 254:0 /var/lib/docker/containers/abc/hosts /etc/hosts rw - ext4 /dev/vda rw`;
const CONTAINER_VOLUME = `${CONTAINER}\n703 700 254:0 /var/lib/docker/volumes/agents-tmp/_data /tmp rw - ext4 /dev/vda rw`;
const CONTAINER_TMPFS = `${CONTAINER}\n703 700 0:110 / /tmp rw - tmpfs tmpfs rw`;
const HIDDEN = `${MACHINE_TMPFS}\n40 30 254:9 /shared /tmp rw - ext4 /dev/vdb rw`;

const ONMACHINE = { own: true, initial: true };
const CONTAINED = { own: true, initial: false };

test.each([
  ["the machine's own /tmp", '/tmp', MACHINE, ONMACHINE, true],
  ['a folder in it', '/tmp/factory', MACHINE, ONMACHINE, true],
  ['a tmpfs on /tmp', '/tmp', MACHINE_TMPFS, ONMACHINE, true],
  ['a volume bound over /tmp of a container with --pid=host', '/tmp', BOUND_TMP, ONMACHINE, false],
  ['a volume mounted over the tmpfs', '/tmp', HIDDEN, ONMACHINE, false],
  ['a folder elsewhere, which may be a volume', '/var/lib/docker/volumes/agents/_data', MACHINE, ONMACHINE, false],
  ['a folder that only begins like /tmp', '/tmpfiles', MACHINE, ONMACHINE, false],
  ["a container's own /tmp", '/tmp', CONTAINER, CONTAINED, true],
  ['a volume in a container', '/tmp', CONTAINER_VOLUME, CONTAINED, false],
  ['a tmpfs in a container, which may be shared', '/tmp', CONTAINER_TMPFS, CONTAINED, false],
  ["a /proc of the machine's in a container", '/tmp', CONTAINER, { own: false, initial: false }, false],
  ['a mount table without a root', '/tmp', '', ONMACHINE, false],
])('locks in %s', (...row) => {
  const [, path, table, view, same] = row;
  const decision = decidePidNamespace(path, parseMounts(table), view);
  expect(decision).toEqual({ same, reason: expect.stringMatching(/\w/) });
});

test('blanks in mount points are read', () => {
  expect(parseMounts('1 0 8:1 /a\\040b /mnt/my\\040disk rw - ext4 /dev/sda1 rw')).toEqual([
    { device: '8:1', root: '/a b', point: '/mnt/my disk', fsType: 'ext4' },
  ]);
});
