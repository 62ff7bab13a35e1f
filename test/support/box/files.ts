/** Files and clones of a box, as old as a test wants them. */

import { execFileSync } from 'node:child_process';
import { lutimesSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DAY, SECOND, toIso, type Instant } from '../../../src/core/time.ts';

/** Writes a file, and the folders it needs, as if it had been written at a time. */
export function write(path: string, text: string, at: Instant = Date.now()): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  touch(path, at);
}

function touch(path: string, at: Instant): void {
  lutimesSync(path, at / SECOND, at / SECOND);
}

/** Everything in a folder, and the folder itself, was written at a time. */
export function touchAll(folder: string, at: Instant): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) touch(join(folder, name), at);
  touch(folder, at);
}

/** Runs git as somebody, at a time. */
export function git(folder: string, at: Instant, ...args: readonly string[]): void {
  const person = { NAME: 'dev-bot', EMAIL: 'dev-bot@example.org', DATE: toIso(at) };
  const people = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
    Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
  );
  const env = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', ...Object.fromEntries(people) };
  execFileSync('git', ['-C', folder, ...args], { env, stdio: 'pipe' });
}

/** A clone of an origin of its own, nine days old, with one commit that is pushed. */
export function cloneAt(path: string): void {
  const origin = `${path}.git`;
  const at = Date.now() - 9 * DAY;
  mkdirSync(path, { recursive: true });
  git(path, at, 'init', '-q', '--bare', '-b', 'main', origin);
  git(path, at, 'init', '-q', '-b', 'main');
  commit(path, 'README.md', 'one\n', at);
  git(path, at, 'remote', 'add', 'origin', origin);
  git(path, at, 'push', '-q', '-u', 'origin', 'main');
  git(path, at, 'remote', 'set-head', 'origin', 'main');
}

/** Commits a file at a time. */
export function commit(path: string, file: string, text: string, at: Instant): void {
  write(join(path, file), text);
  git(path, at, 'add', '.');
  git(path, at, 'commit', '-q', '-m', `Write ${file}`);
}
