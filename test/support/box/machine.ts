/** A machine of the reactor's own: its memory is what a file says, and it has a small disk that can be filled. Needs root. */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

export interface Machine {
  /** What a shell has to do in a mount namespace of the reactor's own. */
  readonly mounts: string;
  /** Memory that can be had and swap in use, in MB. */
  memory(available: number, swapUsed: number): void;
  /** Fills the disk of the reactor with this process id so far, in percent; its device number as `major:minor`. */
  fill(pid: number, percent: number): string;
}

const TOTAL_MB = 16_000;
const SWAP_MB = 8_000;
const DISK_BYTES = 24 * 1024 * 1024;

/** What is missing for a machine of one's own, in words, or null. Throws instead on CI, where nothing may be missing. */
export function missingForMachine(): string | null {
  const can = spawnSync('unshare', ['-m', 'true']).status === 0 && spawnSync('mkfs.ext4', ['-V']).status === 0;
  if (can) return null;
  const why = 'a machine of its own needs root, unshare and mkfs.ext4';
  if (process.env['CI'] !== undefined) throw new Error(why);
  process.stderr.write(`\n  SKIPPED: ${why}\n\n`);
  return why;
}

/** A machine with much memory and an empty disk, whose files are in a folder. */
export function makeMachine(folder: string): Machine {
  const [meminfo, image, disk] = [join(folder, 'meminfo'), join(folder, 'disk.img'), join(folder, 'disk')];
  mkdirSync(disk, { recursive: true });
  writeFileSync(meminfo, memoryText(12_000, 0));
  writeFileSync(image, '');
  truncateSync(image, DISK_BYTES);
  execFileSync('mkfs.ext4', ['-q', image]);
  return {
    mounts: `mount --bind '${meminfo}' /proc/meminfo\nmount -o loop '${image}' '${disk}'`,
    memory(available, swapUsed) {
      // In place: what is mounted is this very file, and it must never be seen half empty.
      const file = openSync(meminfo, 'r+');
      writeSync(file, memoryText(available, swapUsed), 0);
      closeSync(file);
    },
    fill(pid, percent) {
      // The mount is in the namespace of the reactor alone.
      const inside = `/proc/${pid}/root${disk}`;
      const { blocks, bavail, bsize } = statfsSync(inside);
      const wanted = Math.floor((blocks * percent) / 100) - (blocks - bavail);
      writeFileSync(join(inside, 'full'), Buffer.alloc(Math.max(0, wanted) * bsize, 1));
      const { dev } = statSync(inside);
      return `${(dev >> 8) & 0xfff}:${dev & 0xff}`;
    },
  };
}

/** `/proc/meminfo` of the machine, its figures replaced; always as long. */
function memoryText(available: number, swapUsed: number): string {
  const figures: Readonly<Record<string, number>> = {
    MemTotal: TOTAL_MB,
    MemFree: available,
    MemAvailable: available,
    SwapTotal: SWAP_MB,
    SwapFree: SWAP_MB - swapUsed,
  };
  return REAL.replaceAll(/^(\w+):\s+\d+ kB$/gm, (line, name: string) => {
    const mb = figures[name];
    return mb === undefined ? line : `${name}:${String(mb * 1024).padStart(20)} kB`;
  });
}

const REAL = readFileSync('/proc/meminfo', 'utf8');
