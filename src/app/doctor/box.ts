/** The box: the factory's files, change notices, memory pressure, tmux, the ops repo. */

import { dirname, join } from 'node:path';
import { parseMounts } from '../../factory/mounts.ts';
import { broken, isContained, ok, warn, type Check, type Examine, type Patient } from './check.ts';

/** The folder with phase and lock files. */
export const examineFiles: Examine = async (patient) => {
  const { factoryTmp } = patient.config;
  const name = 'phase and lock files';
  const place = await patient.probe.place(factoryTmp);
  if (place.is === 'missing') return [broken(name, `there is no ${factoryTmp}`, 'FACTORY_TMP=/tmp')];
  if (place.is !== 'folder') {
    return [
      broken(
        name,
        `${factoryTmp} is no folder: mount the folder, not a file of it`,
        `FACTORY_TMP=${dirname(factoryTmp)}`,
      ),
    ];
  }
  if (!place.readable) {
    return [broken(name, `${factoryTmp} cannot be read`, `sudo setfacl -m u:${patient.me.user}:rx ${factoryTmp}`)];
  }
  const mounted = await mountedFiles(patient, factoryTmp);
  const [first] = mounted;
  if (first !== undefined) {
    const said = `${mounted.join(', ')}: a mounted file keeps its first content for ever, mount the folder`;
    return [broken(name, said, `volumes: ["/tmp:${factoryTmp}:ro"]`)];
  }
  return [ok(name, factoryTmp), await examineNotices(patient)];
};

/** Files directly in a folder that are mount points of their own. */
async function mountedFiles({ host, probe }: Patient, folder: string): Promise<readonly string[]> {
  const table = (await host.proc('self/mountinfo')) ?? '';
  const inside = parseMounts(table).flatMap(({ point }) => (dirname(point) === folder ? [point] : []));
  const places = await Promise.all(inside.map((point) => probe.place(point)));
  return inside.filter((_, i) => places[i]?.is === 'file');
}

const FEWEST_WATCHES = 8_192;
const FEWEST_INSTANCES = 128;

async function examineNotices({ files, host, config }: Patient): Promise<Check> {
  const name = 'change notices';
  const started = await files.watch(config.factoryTmp, { hint: () => {}, lost: () => {} });
  const [watches, instances] = await Promise.all([
    numberIn(host.proc('sys/fs/inotify/max_user_watches')),
    numberIn(host.proc('sys/fs/inotify/max_user_instances')),
  ]);
  const without = 'everything is looked at every 5 s instead';
  if (!started.watching) return warn(name, `${started.reason}; ${without}`, sysctl(started.reason));
  started.close();
  if (watches !== null && watches < FEWEST_WATCHES) {
    return warn(name, `only ${watches} watches a user`, sysctl('watches'));
  }
  if (instances !== null && instances < FEWEST_INSTANCES) {
    return warn(name, `only ${instances} watchers a user, and all containers share them`, sysctl('instances'));
  }
  return ok(name, `by inotify, ${watches ?? 'unknown'} watches and ${instances ?? 'unknown'} watchers a user`);
}

/** `''` for a reason that no limit has to do with, such as NFS. */
function sysctl(reason: string): string {
  if (reason.includes('watches')) return 'sudo sysctl -w fs.inotify.max_user_watches=524288';
  return reason.includes('instances') ? 'sudo sysctl -w fs.inotify.max_user_instances=1024' : '';
}

async function numberIn(text: Promise<string | null>): Promise<number | null> {
  const value = Number((await text) ?? Number.NaN);
  return Number.isNaN(value) ? null : value;
}

/** What the kernel tells of memory. */
export const examineMemory: Examine = async ({ host }) => {
  const [memory, pressure] = await Promise.all([host.proc('meminfo'), host.proc('pressure/memory')]);
  if (memory === null) return [broken('memory', '/proc/meminfo cannot be read', '')];
  if (pressure !== null) return [ok('memory', 'figures and pressure (PSI)')];
  const said = 'the kernel gives no pressure (PSI), and rules that read it stay silent; add to its command line:';
  return [warn('memory', said, 'psi=1')];
};

/** Whether nudges can be typed. */
export const examineTmux: Examine = async ({ terminal, patience, config }) => {
  const sessions = await terminal.sessions(patience());
  const server = config.tmuxSocket === '' ? '' : ` on socket ${config.tmuxSocket}`;
  if (sessions.state === 'listed') return [ok('tmux', `${sessions.names.length} sessions${server}`)];
  const isMissing = sessions.reason.includes('not installed');
  return [
    warn(
      'tmux',
      `${sessions.reason}: nudges are skipped, all else works`,
      isMissing ? 'sudo apt-get install tmux' : '',
    ),
  ];
};

/** Where vault items, incidents and the journal go. */
export const examineOps: Examine = async (patient) => {
  const { opsRepoRoot, factoryRoot } = patient.config;
  const checks = [await examineFolder(patient, 'ops repo', opsRepoRoot)];
  if (factoryRoot === null) return checks;
  const fallback = await examineFolder(patient, 'journal fallback', join(factoryRoot, 'state/supervisor-journal'));
  // Needed only when the ops repo cannot be written.
  return [
    ...checks,
    fallback.state === 'broken' && checks[0]?.state === 'ok' ? { ...fallback, state: 'warn' } : fallback,
  ];
};

async function examineFolder({ probe, me }: Patient, name: string, path: string): Promise<Check> {
  const place = await probe.place(path);
  if (place.is === 'folder' && place.writable) return ok(name, path);
  if (place.is === 'missing' && place.writable) return ok(name, `${path}: made when the first page is written`);
  if (place.is === 'folder' || place.is === 'missing') {
    return broken(name, `${path} cannot be written to`, `sudo mkdir -p ${path} && sudo chown -R ${me.user} ${path}`);
  }
  return broken(name, `${path} is no folder`, 'OPS_REPO_ROOT=/opt/disinto-ops');
}

/** Where agents write their logs, when somebody said it. */
export const examineLogs: Examine = async ({ config, probe }) => {
  const { logDir } = config;
  if (logDir === null) return [];
  const place = await probe.place(logDir);
  if (place.is === 'folder' && place.readable) return [ok('logs', logDir)];
  const said = place.is === 'folder' ? `${logDir} cannot be read` : `there is no folder ${logDir}`;
  return [broken('logs', said, 'DISINTO_LOG_DIR=/home/agent/data/logs')];
};

/** The checkout of the factory and the projects in it. */
export const examineFactory: Examine = async (patient) => {
  const { factoryRoot, projects } = patient.config;
  if (factoryRoot === null) return [];
  const place = await patient.probe.place(factoryRoot);
  if (place.is !== 'folder') {
    const fix = (await isContained(patient))
      ? `volumes: ["/opt/disinto:${factoryRoot}:ro"]`
      : 'FACTORY_ROOT=/opt/disinto';
    return [broken('factory', `there is no folder ${factoryRoot}`, fix)];
  }
  if (projects.length > 0) {
    return [ok('factory', `${factoryRoot}: ${projects.map((project) => project.name).join(', ')}`)];
  }
  return [warn('factory', `${factoryRoot} has no projects/*.toml`, 'PROJECT_NAME=harb FORGE_REPO=johba/harb')];
};
