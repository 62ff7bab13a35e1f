/** What the reactor needs and whether it has it: looks at everything once, changes nothing, and says what mends it. */

import { userInfo } from 'node:os';
import { diskFiles } from '../adapters/files.ts';
import { openHost } from '../adapters/host.ts';
import { matrixChat } from '../adapters/matrix.ts';
import { worldProbe } from '../adapters/probe.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/lookup.ts';
import { EVENT_KINDS } from '../core/catalog/catalog.ts';
import { messageOf } from '../core/errors.ts';
import type { Problem } from '../core/problem.ts';
import type { Instant } from '../core/time.ts';
import type { Store } from '../ports/store.ts';
import { lockForWriting } from '../store/lock.ts';
import { StoreError } from '../store/store-error.ts';
import { openStore } from '../store/store.ts';
import { openAgents, openTerminal } from './agents.ts';
import { openCi } from './ci.ts';
import { findDaemon } from './client.ts';
import { statePath } from './configure.ts';
import { examineFactory, examineFiles, examineLogs, examineMemory, examineOps, examineTmux } from './doctor/box.ts';
import { examineCi } from './doctor/ci.ts';
import { broken, PATIENCE, type Check, type Examine, type Patient, type Remembered } from './doctor/check.ts';
import { examineCompose } from './doctor/compose.ts';
import { examineDocker } from './doctor/docker.ts';
import { examineChat, examineForge, examineIntake } from './doctor/faces.ts';
import { examineConfig, examineDaemon, examineNode, examineRules, examineState } from './doctor/own.ts';
import { examineRepositories } from './doctor/repositories.ts';
import { openForges } from './forge.ts';
import { readRules } from './rules.ts';

/** In the order in which they are said. */
const EXAMINATIONS: readonly (readonly [name: string, examine: Examine])[] = [
  ['node', examineNode],
  ['configuration', examineConfig],
  ['rules', examineRules],
  ['state', examineState],
  ['daemon', examineDaemon],
  ['webhooks', examineIntake],
  ['docker', examineDocker],
  ['compose files', examineCompose],
  ['phase and lock files', examineFiles],
  ['memory', examineMemory],
  ['tmux', examineTmux],
  ['ops repo', examineOps],
  ['factory', examineFactory],
  ['logs', examineLogs],
  ['matrix', examineChat],
  ['forge', examineForge],
  ['repositories', examineRepositories],
  ['ci', examineCi],
];

/** A disk that hangs honours no signal; this is how long it is waited for. */
const LONGEST = PATIENCE + 3_000;

/** All checks, asked side by side. Never rejects: what throws or hangs is itself a finding. */
export async function examineAll(patient: Patient): Promise<readonly Check[]> {
  const checks = await Promise.all(EXAMINATIONS.map(([name, examine]) => bounded(name, examine, patient)));
  return checks.flat();
}

/** 0 when nothing needed is broken, 1 when something is, 2 when configuration or rules are wrong. */
export function verdictOf(checks: readonly Check[]): 0 | 1 | 2 {
  const names = checks.filter(({ state }) => state === 'broken').map(({ name }) => name);
  if (names.includes('configuration') || names.includes('rules')) return 2;
  return names.length === 0 ? 0 : 1;
}

/** What there is to run with, and the environment that it was read from. */
export interface Configured {
  readonly config: Config;
  readonly problems: readonly Problem[];
  readonly env: Environment;
}

/** The reactor of a configuration and its surroundings as they are. */
export function openPatient(configured: Configured, now: () => Instant): Patient {
  const { config, env } = configured;
  const host = openHost();
  const remembered = once(() => Promise.resolve(remember(config, now)));
  return {
    config,
    configProblems: configured.problems,
    env,
    probe: worldProbe,
    host,
    files: diskFiles,
    terminal: openTerminal(config, openAgents(config, host)),
    chat: config.matrix === null ? null : matrixChat({ ...config.matrix, timeout: PATIENCE }),
    forges: openForges(config).forges,
    ci: openCi(config)?.ci ?? null,
    me: { user: userName(), node: process.versions.node },
    rules: async () => {
      const { rulebook, problems, notices } = await readRules(config, now());
      return { rules: rulebook.rules.length, problems, notices };
    },
    daemon: once(() => findDaemon(config)),
    remembered,
    now,
    patience: () => AbortSignal.timeout(PATIENCE),
  };
}

/** In a container a user often has a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'you');
  }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => (answer ??= ask());
}

async function bounded(name: string, examine: Examine, patient: Patient): Promise<readonly Check[]> {
  const late = Promise.withResolvers<readonly Check[]>();
  const timer = setTimeout(() => late.resolve([broken(name, 'no answer in time', '')]), LONGEST);
  try {
    return await Promise.race([examine(patient), late.promise]);
  } catch (error) {
    return [broken(name, `could not be looked at: ${messageOf(error)}`, '')];
  } finally {
    clearTimeout(timer);
  }
}

function remember(config: Config, now: () => Instant): Remembered {
  const path = statePath(config);
  let store: Store;
  try {
    store = openStore({ path, now, readOnly: true });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.code === 'STORE_MISSING' ? { state: 'none' } : { state: 'unreadable', reason: error.message };
  }
  try {
    const [newest] = store.log.recent({ limit: 1 });
    return {
      state: 'read',
      events: store.log.count(),
      newest: newest?.received ?? null,
      forge: lastOfForge(store),
      writer: store.meta.get('writer') ?? '',
      inUse: isInUse(path),
    };
  } finally {
    void store.close();
  }
}

function lastOfForge(store: Store): Instant | null {
  const kinds = EVENT_KINDS.filter((kind) => kind.startsWith('forge.'));
  const times = kinds.flatMap((kind) => store.log.recent({ kind, limit: 1 }).map((event) => event.received));
  return times.length === 0 ? null : Math.max(...times);
}

/** A writer holds the lock for as long as it lives. */
function isInUse(path: string): boolean {
  try {
    lockForWriting(path, () => '').release();
    return false;
  } catch (error) {
    return error instanceof StoreError && error.code === 'STORE_IN_USE';
  }
}
