/** A reactor that lacks nothing, for tests of `doctor` that take one thing away. */

import { loadConfig } from '../../src/config/load.ts';
import { openForges } from '../../src/app/forge.ts';
import type { Patient } from '../../src/app/doctor/check.ts';
import type { Place, WebAnswer } from '../../src/ports/probe.ts';
import { NOW } from './command-line.ts';

export interface PatientParts extends Partial<Omit<Patient, 'config' | 'probe'>> {
  readonly env?: Readonly<Record<string, string>>;
  readonly toml?: string;
  /** Texts of other files by path: projects/*.toml. */
  readonly projects?: Readonly<Record<string, string>>;
  /** Answers of the Docker Engine by path without its query; 200 and an empty list for the others. */
  readonly docker?: Readonly<Record<string, WebAnswer>>;
  readonly web?: WebAnswer;
  /** What `listen` answers. */
  readonly listen?: string;
  /** By path; a folder that may be written to for the others. */
  readonly places?: Readonly<Record<string, Partial<Place>>>;
  /** Files below /proc by path. */
  readonly proc?: Readonly<Record<string, string | null>>;
  readonly contained?: boolean;
  /** Why the folder cannot be watched. */
  readonly unwatched?: string;
}

export const answers = (body: unknown, status = 200): WebAnswer => ({ reached: true, status, body });
export const silent = (code: string, reason = code): WebAnswer => ({ reached: false, code, reason });

const FOLDER: Place = { is: 'folder', readable: true, writable: true, gid: 0 };

const ENGINE: Readonly<Record<string, WebAnswer>> = {
  '/_ping': answers('OK'),
  '/version': answers({ Version: '28.2.2', ApiVersion: '1.50' }),
  '/events': answers(''),
};

const PROC: Readonly<Record<string, string>> = {
  meminfo: 'MemTotal: 1 kB',
  'pressure/memory': 'some avg10=0.00',
  'sys/fs/inotify/max_user_watches': '65536\n',
  'sys/fs/inotify/max_user_instances': '128\n',
  'self/mountinfo': '22 1 0:20 / /proc rw - proc proc rw\n',
};

const WORKING_CI: NonNullable<Patient['ci']> = {
  version: async () => ({ got: 'value', value: '3.17.0' }),
  agents: async () => ({ got: 'value', value: [] }),
  repoByName: async (repo) => ({ got: 'value', value: { id: 1, repo, defaultBranch: 'main' } }),
  repoById: async (id) => ({ got: 'value', value: { id, repo: 'johba/harb', defaultBranch: 'main' } }),
};

/** A patient whose every part works, but for what is given. */
export function makePatient(parts: PatientParts = {}): Patient {
  const { env = {}, toml, projects = {}, docker, web, listen, places, proc, contained, unwatched, ...rest } = parts;
  const { config, problems } = configOf(env, {
    ...(toml === undefined ? {} : { '/box/reactor.toml': toml }),
    ...projects,
  });
  const seen: Readonly<Record<string, string | null>> = { ...PROC, ...proc };
  return {
    config,
    configProblems: problems,
    env,
    probe: {
      docker: async (_, path) => docker?.[path.replace(/\?.*/, '')] ?? ENGINE[path.replace(/\?.*/, '')] ?? answers([]),
      web: async () => web ?? answers({ version: '15.0.1' }),
      listen: async () => listen ?? '',
      place: async (path) => ({ ...FOLDER, ...places?.[path] }),
    },
    host: {
      proc: async (path) => seen[path] ?? null,
      pidView: async () => ({ own: true, initial: contained !== true }),
    },
    files: {
      watch: async () =>
        unwatched === undefined ? { watching: true, close: () => undefined } : { watching: false, reason: unwatched },
    },
    terminal: { sessions: async () => ({ state: 'listed', names: ['dev-harb-1'] }) },
    chat: null,
    forges: openForges(config).forges.map(({ repos }) => ({ repos, forge: { fullName: async (repo) => repo } })),
    ci: config.ci === null ? null : WORKING_CI,
    me: { user: 'op', node: '24.21.0' },
    rules: async () => ({ rules: 20, problems: [], notices: [] }),
    daemon: async () => ({ state: 'down', reasons: ['refused'], url: 'http://127.0.0.1:8787' }),
    remembered: async () => ({ state: 'none' }),
    now: () => NOW,
    patience: () => AbortSignal.timeout(5_000),
    ...rest,
  };
}

function configOf(env: Readonly<Record<string, string>>, texts: Readonly<Record<string, string>>) {
  const namesIn = (folder: string): readonly string[] =>
    Object.keys(texts).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : []));
  return loadConfig({
    env,
    cwd: '/box',
    hostname: 'box',
    files: { read: (path) => texts[path] ?? null, list: namesIn },
  });
}
