/**
 * Asks git about a clone, and changes nothing in it: no lock, no refreshed index, no fetch. Whoever can write to the clone could have put
 * programs into its configuration; the ones that these questions would run are switched off.
 */

import { join } from 'node:path';
import type { Instant } from '../../core/time.ts';
import type { FileReading } from '../../ports/files.ts';
import type { Place, ProgramRun } from '../../ports/place.ts';
import {
  filterNames,
  lastPush,
  leftPrimary,
  parseStatus,
  parseUnpushed,
  primaryOf,
  type StatusAnswer,
  type Unpushed,
} from './git-answers.ts';

export interface GitState extends StatusAnswer {
  readonly primary: string;
  readonly unpushed: Unpushed;
  readonly behind: number;
  readonly lastPush: Instant | null;
  /** Since when it is not on the primary branch; null while it is, and when that is not known. */
  readonly branchSince: Instant | null;
}

export type GitAnswer =
  | { readonly ok: true; readonly state: GitState }
  | { readonly ok: false; readonly reason: string };

const MOST_COMMITS = 500;
const REFLOG_BYTES = 64 * 1024;

const ENVIRONMENT = [
  'env',
  'LC_ALL=C',
  'GIT_OPTIONAL_LOCKS=0',
  'GIT_NO_LAZY_FETCH=1',
  'GIT_TERMINAL_PROMPT=0',
  'GIT_PAGER=cat',
];
/** A clone may belong to another user; asking it is safe as long as it runs nothing. */
const SETTINGS = ['safe.directory=*', 'core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.untrackedCache=false'];

interface Clone {
  readonly place: Place;
  readonly path: string;
  /** Its `.git`. */
  readonly git: string;
  /** `''` when only the remote knows. */
  readonly primary: string;
}

/** The state of a clone now. */
export async function askGit(clone: Clone, signal: AbortSignal): Promise<GitAnswer> {
  const filters = await run(clone, ['config', '--name-only', '--get-regexp', '^filter\\.'], signal);
  if (!filters.ran) return { ok: false, reason: filters.reason };
  const primary = clone.primary === '' ? await readPrimary(clone) : clone.primary;
  const remote = `refs/remotes/origin/${primary}`;
  const [status, ahead, behind, pushes, moves] = await Promise.all([
    run(clone, [...switchOff(filterNames(filters.stdout)), ...STATUS], signal),
    run(clone, [...AHEAD, `${remote}..refs/heads/${primary}`], signal),
    run(clone, [...BEHIND, `refs/heads/${primary}..${remote}`], signal),
    clone.place.files.tail(join(clone.git, 'logs', remote), REFLOG_BYTES),
    clone.place.files.tail(join(clone.git, 'logs/HEAD'), REFLOG_BYTES),
  ]);
  const answer = parseStatus(outputOf(status));
  if (answer === null) return { ok: false, reason: explain(status) };
  const state: GitState = {
    ...answer,
    primary,
    unpushed: parseUnpushed(outputOf(ahead)),
    behind: Number(outputOf(behind).trim()),
    lastPush: lastPush(textOf(pushes)),
    branchSince: leftPrimary(textOf(moves), primary, answer.branch),
  };
  return { ok: true, state };
}

const textOf = (reading: FileReading): string => (reading.got === 'text' ? reading.text : '');

const switchOff = (filters: readonly string[]): readonly string[] =>
  filters.flatMap((name) => settings(FILTER_OFF.map((key) => `filter.${name}.${key}`)));

/** `''` when it failed: a clone without a remote has no commits that the remote does not have. */
const outputOf = (ran: ProgramRun): string => (ran.ran && ran.code === 0 ? ran.stdout : '');

const STATUS = ['status', '--porcelain=v2', '--branch', '--untracked-files=no', '--ignore-submodules=all'];
const AHEAD = ['rev-list', '--timestamp', `--max-count=${MOST_COMMITS}`];
const BEHIND = ['rev-list', '--count', `--max-count=${MOST_COMMITS}`];
/** An empty command is no filter; a filter that is required would then be an error. */
const FILTER_OFF = ['clean=', 'smudge=', 'process=', 'required=false'];

const settings = (pairs: readonly string[]): readonly string[] => pairs.flatMap((pair) => ['-c', pair]);

function run({ place, path }: Clone, args: readonly string[], signal: AbortSignal): ReturnType<Place['run']> {
  return place.run([...ENVIRONMENT, 'git', '--no-optional-locks', '-C', path, ...settings(SETTINGS), ...args], signal);
}

async function readPrimary({ place, git }: Clone): Promise<string> {
  const reading = await place.files.read(join(git, 'refs/remotes/origin/HEAD'), 1024);
  return reading.got === 'text' ? primaryOf(reading.text) : '';
}

const NOT_FOUND = 127;

function explain(ran: ProgramRun): string {
  if (!ran.ran) return ran.reason;
  // `env` runs it, and says so in the words of its own version.
  if (ran.code === NOT_FOUND) return 'git is not installed here: install it where the reactor runs';
  const line = ran.stderr.split('\n').find((one) => one !== '') ?? 'git said nothing';
  return line.slice(0, 200);
}
