/** What is the reactor's own: Node, configuration, rules, state, the running daemon. */

import { formatDuration } from '../../core/duration.ts';
import { formatProblem, type Problem } from '../../core/problem.ts';
import { strangeNames } from '../../config/unknown.ts';
import { statePath } from '../configure.ts';
import { broken, ok, warn, type Check, type Examine, type Patient, type Remembered } from './check.ts';

/** `engines` of package.json. */
const OLDEST_NODE = [24, 15] as const;
/** Mistakes shown of one kind; the first ones are mended first anyway. */
const SHOWN = 20;

/** The Node that runs this. */
export const examineNode: Examine = async ({ me }) => {
  const [major = 0, minor = 0] = me.node.split('.').map(Number);
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (isNew) return [ok('node', me.node)];
  return [broken('node', `${me.node} is older than ${OLDEST_NODE.join('.')}`, 'npm ci && npm start')];
};

/** Every mistake in reactor.toml, the environment and projects/*.toml. */
export const examineConfig: Examine = async ({ config, configProblems, env }) => {
  const { strange, known } = strangeNames(env);
  const ignored = strange.map((name) =>
    warn('configuration', `${name} is set, and is no setting: it changes nothing. There are ${known.join(', ')}`, ''),
  );
  if (configProblems.length > 0) return [...fromProblems('configuration', configProblems), ...ignored];
  const set = Object.values(config.origins).filter((origin) => origin !== 'default').length;
  const said = set === 0 ? 'nothing is set, the defaults are used' : `${set} settings, nothing wrong`;
  return [ok('configuration', said), ...ignored];
};

/** Every mistake in the rules. */
export const examineRules: Examine = async (patient) => {
  const { rules, problems, notices } = await patient.rules();
  const noticed = notices.map((notice) => warn('rules', formatProblem({ ...notice, hint: '' }), notice.hint));
  if (problems.length > 0) return [...fromProblems('rules', problems), ...noticed];
  return [ok('rules', `${rules} rules in ${patient.config.rules.folders.join(', ')}`), ...noticed];
};

function fromProblems(name: string, problems: readonly Problem[]): readonly Check[] {
  const shown = problems.slice(0, SHOWN).map((one) => broken(name, formatProblem({ ...one, hint: '' }), one.hint));
  const more = problems.length - shown.length;
  return more > 0 ? [...shown, broken(name, `and ${more} more mistakes`, '')] : shown;
}

/** The state folder and the file in it. */
export const examineState: Examine = async (patient) => {
  const { home } = patient.config;
  const [place, remembered] = await Promise.all([patient.probe.place(home), patient.remembered()]);
  const isUsable = place.is === 'folder' || place.is === 'missing';
  if (!isUsable) return [broken('state', `${home} is no folder`, 'REACTOR_HOME=.reactor')];
  if (!place.writable) {
    return [
      broken(
        'state',
        `${home} cannot be written to`,
        `sudo mkdir -p ${home} && sudo chown -R ${patient.me.user} ${home}`,
      ),
    ];
  }
  if (remembered.state === 'unreadable') return [broken('state', remembered.reason, '')];
  if (remembered.state === 'none') return [ok('state', `${home}: made at the first start`)];
  const age = remembered.newest === null ? '' : `, the newest ${formatDuration(patient.now() - remembered.newest)} old`;
  return [ok('state', `${statePath(patient.config)}: ${remembered.events} events${age}`)];
};

/** Whether a reactor runs, and whether the address is its own. */
export const examineDaemon: Examine = async (patient) => {
  const [daemon, remembered] = await Promise.all([patient.daemon(), patient.remembered()]);
  const writer = remembered.state === 'read' && remembered.writer !== '' ? ` (${remembered.writer})` : '';
  switch (daemon.state) {
    case 'ready':
      return [ok('daemon', `ready at ${daemon.url}${writer}`)];
    case 'starting':
      return [warn('daemon', `runs at ${daemon.url} and is not ready: ${daemon.reasons.join('; ')}`, '')];
    case 'stranger':
      return [broken('daemon', daemon.reasons.join('; '), 'REACTOR_LISTEN=127.0.0.1:8788')];
    case 'down':
      return isInUse(remembered)
        ? [
            broken(
              'daemon',
              `another reactor${writer} has ${patient.config.home}, and none answers at ${daemon.url}`,
              IN_USE,
            ),
          ]
        : [await examineAddress(patient)];
  }
};

/** Two reactors need two folders; one reactor is asked where it listens. */
const IN_USE = 'REACTOR_HOME=.reactor-2';

const isInUse = (remembered: Remembered): boolean => remembered.state === 'read' && remembered.inUse;

async function examineAddress({ probe, config: { listen } }: Patient): Promise<Check> {
  const address = `${listen.host}:${listen.port}`;
  const code = await probe.listen(listen);
  if (code === '') return ok('daemon', `not running; ${address} is free: reactor run`);
  const said = CANNOT_LISTEN[code] ?? `cannot be listened on (${code})`;
  return broken('daemon', `not running, and ${address} ${said}`, mend(code, listen.host));
}

const CANNOT_LISTEN: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program',
  EADDRNOTAVAIL: 'is no address of this box',
  EACCES: 'may not be listened on: ports below 1024 are for root',
  ENOTFOUND: 'has a name that nobody knows',
};

function mend(code: string, host: string): string {
  const isPort = code === 'EADDRINUSE' || code === 'EACCES';
  return `REACTOR_LISTEN=${isPort ? host : '127.0.0.1'}:8788`;
}
