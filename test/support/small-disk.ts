/** A small disk of its own, which can be filled to the brim. */

import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, rmdirSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Takes all that is left, to the last byte. */
  fill(): void;
  /** Gives back all that was taken. */
  free(): void;
  /** Bytes that are left. */
  left(): number;
}

/** Mounts a disk of so many MB; null where that is not allowed, which is said aloud, and an error in CI. */
export function mountSmallDisk(mb: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'reactor-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mb}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch (error) {
    rmdirSync(path);
    if (process.env['CI'] !== undefined) throw error;
    process.stderr.write('SKIPPED: a full disk needs the right to mount a tmpfs\n');
    return null;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => append(filler),
    free: () => rmSync(filler, { force: true }),
    left: () => {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    },
    [Symbol.dispose]: () => {
      execFileSync('umount', ['-l', path]);
      rmdirSync(path);
    },
  };
}

function append(filler: string): void {
  const file = openSync(filler, 'a');
  try {
    for (const size of [1 << 20, 1 << 12]) writeWhileItGoes(file, Buffer.alloc(size, 'x'));
  } finally {
    closeSync(file);
  }
}

function writeWhileItGoes(file: number, bytes: Buffer): void {
  for (;;) {
    try {
      if (writeSync(file, bytes) < bytes.length) return;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
      throw error;
    }
  }
}
