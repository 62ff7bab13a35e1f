import { expect, test } from 'vitest';
import { parseMounts } from '../../../../src/factory/mounts.ts';
import { chooseDisks, toDisk } from '../../../../src/sources/host/disks.ts';

const MACHINE = `22 27 0:21 / /proc rw - proc proc rw
23 27 0:22 / /sys rw - sysfs sysfs rw
24 27 0:6 / /dev rw - devtmpfs devtmpfs rw
25 24 0:23 / /dev/shm rw - tmpfs tmpfs rw
27 1 254:0 / / rw shared:1 - ext4 /dev/vda rw
28 27 254:0 /var/lib/docker /srv/docker rw shared:1 - ext4 /dev/vda rw
29 27 8:17 / /data rw - xfs /dev/sdb1 rw
30 27 7:3 / /snap/core/1 ro - squashfs /dev/loop3 ro
31 27 11:0 / /media/cd ro - iso9660 /dev/sr0 ro
32 27 0:55 / /home rw - btrfs /dev/sdc rw
33 27 0:56 / /tank rw - zfs tank rw
34 27 0:60 / /mnt/nas rw - nfs4 nas:/x rw
35 27 0:61 / /mnt/ssh rw - fuse.sshfs box:/ rw
36 27 8:33 / /mnt/usb rw - fuseblk /dev/sdd1 rw
37 27 0:62 / /var/lib/docker/overlay2/a/merged rw - overlay overlay rw
38 27 8:17 /sub /d rw - xfs /dev/sdb1 rw`;

const CONTAINER = `700 650 0:99 / / rw - overlay overlay rw
702 700 254:0 /var/lib/docker/containers/abc/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda rw
703 700 254:0 /var/lib/docker/containers/abc/hosts /etc/hosts rw - ext4 /dev/vda rw
704 700 254:0 /var/lib/docker/volumes/state/_data /state rw - ext4 /dev/vda rw`;

test('each filesystem on a local disk is looked at once, at its own mount', () => {
  expect(chooseDisks(parseMounts(MACHINE)).map((mount) => `${mount.device} ${mount.point}`)).toEqual([
    '254:0 /',
    '8:17 /data',
    '0:55 /home',
    '0:56 /tank',
  ]);
});

test("inside a container the machine's disk is seen through what is mounted from it", () => {
  expect(chooseDisks(parseMounts(CONTAINER)).map((mount) => `${mount.device} ${mount.point}`)).toEqual([
    '254:0 /state',
  ]);
});

const mount = { device: '254:0', root: '/', point: '/', fsType: 'ext4' };
const figures = { blockSize: 4096, blocks: 1000, blocksFree: 250, blocksAvailable: 200, inodes: 300, inodesFree: 293 };

test('used is what df prints: of what is not reserved, rounded up', () => {
  expect(toDisk(mount, figures)).toMatchObject({ used_pct: Math.ceil((750 * 100) / 950), inodes_used_pct: 3 });
});

test.each([
  [{ ...figures, blocksFree: 0, blocksAvailable: 0 }, 100],
  [{ ...figures, blocksFree: 1000, blocksAvailable: 950 }, 0],
  [{ ...figures, blocksFree: 999, blocksAvailable: 999 }, 1],
  [{ ...figures, blocks: 0, blocksFree: 0, blocksAvailable: 0 }, 0],
])('%j is %d %% full', (odd, used) => {
  expect(toDisk(mount, odd).used_pct).toBe(used);
});

test('a filesystem without inodes has none in use', () => {
  expect(toDisk(mount, { ...figures, inodes: 0, inodesFree: 0 }).inodes_used_pct).toBe(0);
});
