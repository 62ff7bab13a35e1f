/** Which mounts are disks of this machine, and their figures as `df` prints them. */

import type { EventData } from '../../core/catalog/catalog.ts';
import type { Mount } from '../../factory/mounts.ts';
import type { FilesystemFigures } from '../../ports/host.ts';

export type DiskFigures = Omit<EventData<'host.disk'>, 'host'>;

/** Filesystems on a disk that have no device number of their own. */
const DISKS_WITHOUT_DEVICE: ReadonlySet<string> = new Set(['btrfs', 'zfs', 'bcachefs']);

/** Images that are full by nature. */
const READ_ONLY_IMAGES: ReadonlySet<string> = new Set(['squashfs', 'iso9660', 'udf', 'erofs', 'cramfs', 'romfs']);

const MB = 1024 * 1024;

/**
 * One mount for each filesystem on a local block device. Everything else is left out by that rule (proc, tmpfs, overlay, FUSE), network filesystems
 * above all: statfs on one whose server is gone never returns. Inside a container the machine's disk shows up as the mounts of volumes
 * and of `/etc/hosts`. A mount of the whole filesystem is preferred over one of a folder in it, then the shortest mount point.
 */
export function chooseDisks(mounts: readonly Mount[]): readonly Mount[] {
  const chosen = new Map<string, Mount>();
  for (const mount of mounts) {
    if (!isDisk(mount)) continue;
    const other = chosen.get(mount.device);
    if (other === undefined || isBetter(mount, other)) chosen.set(mount.device, mount);
  }
  return [...chosen.values()];
}

function isDisk(mount: Mount): boolean {
  if (READ_ONLY_IMAGES.has(mount.fsType) || mount.fsType.startsWith('fuse')) return false;
  return !mount.device.startsWith('0:') || DISKS_WITHOUT_DEVICE.has(mount.fsType);
}

function isBetter(mount: Mount, other: Mount): boolean {
  const isWhole = mount.root === '/';
  if (isWhole !== (other.root === '/')) return isWhole;
  return mount.point.length < other.point.length;
}

/** What `df` prints: used of used and available, rounded up, so that what is reserved for root counts as neither. */
export function toDisk(mount: Mount, figures: FilesystemFigures): DiskFigures {
  const used = figures.blocks - figures.blocksFree;
  return {
    fs_id: mount.device,
    mount: mount.point,
    fs_type: mount.fsType,
    used_pct: percentUp(used, used + figures.blocksAvailable),
    free_mb: Math.floor((figures.blocksAvailable * figures.blockSize) / MB),
    total_mb: Math.floor((figures.blocks * figures.blockSize) / MB),
    inodes_used_pct: percentUp(figures.inodes - figures.inodesFree, figures.inodes),
  };
}

function percentUp(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(100, Math.ceil((part * 100) / whole));
}
