/** Environment, `reactor.toml` and `projects/*.toml`, made into one Config, and everything that is wrong with them. */

import { join, resolve } from 'node:path';
import type { Problem } from '../core/problem.ts';
import { toCi, toDocker, toForge, toMatrix, withCurrent } from './assemble.ts';
import { openChecker } from './checker.ts';
import type { Config, Origin } from './config.ts';
import { contradictions } from './contradictions.ts';
import { allForges, settle } from './forges.ts';
import { readText, type ConfigFiles, type Environment } from './lookup.ts';
import { readProjects, type Projects } from './projects.ts';
import { openReader, type Reader } from './reader.ts';
import { OPEN_TABLES, SETTINGS } from './settings.ts';
import { readSiblings } from './siblings.ts';
import { readDocker, readRooms, readVars } from './tables.ts';
import { readForges } from './told-forges.ts';
import { emptyToml, parseToml, type TomlDocument } from './toml.ts';
import { checkKeys } from './unknown.ts';

export interface LoadOptions {
  readonly env: Environment;
  /** Folder that relative paths of the environment start from. */
  readonly cwd: string;
  /** Name of this box, used when nobody gives it another. */
  readonly hostname: string;
  readonly files: ConfigFiles;
}

export interface Loaded {
  /** To be used when there are no problems; whatever was wrong is as if it had not been set. */
  readonly config: Config;
  readonly problems: readonly Problem[];
}

/** The rule packs that come with the reactor. */
const SHIPPED_RULES: string = join(import.meta.dirname, '../../rules');

/** Reads everything that can be set. Never throws, and no problem holds a secret. */
export function loadConfig(options: LoadOptions): Loaded {
  const opened = openDocument(options);
  const document = opened.document;
  const reader = openReader({ ...options, document });
  const check = openChecker(document);
  checkKeys(check, document.root);

  const base = readBase(reader, options);
  const factory = base.factoryRoot === null ? NO_PROJECTS : readProjects(options.files, base.factoryRoot);
  const forge = toForge(reader);
  const declared = readForges(check, document, { files: options.files, main: forge });
  const forges = { main: forge, aliases: reader.takeOr(SETTINGS.forgeAliases, []), declared };
  const written = withCurrent(factory.projects, reader, forges);
  const config = {
    ...base,
    siblings: new Map([...factory.siblings, ...readSiblings(check, true)]),
    projects: written.map((project) => settle(project, forges)),
    docker: toDocker(reader, readDocker(check, document, base.host), base.host),
    matrix: toMatrix(reader, readRooms(check, document)),
    forge,
    forges: allForges(forges, written),
    ci: toCi(reader),
    rules: { folders: [SHIPPED_RULES, ...reader.takeOr(SETTINGS.ruleFolders, [])], vars: readVars(check) },
    origins: originsOf(reader, document, factory),
  };
  const problems = [...opened.problems, ...reader.problems, ...check.problems, ...factory.problems];
  return { config, problems: [...problems, ...(problems.length === 0 ? contradictions(config) : [])] };
}

const DEFAULT_FILE = 'reactor.toml';
const NO_PROJECTS: Projects = { projects: [], siblings: new Map(), problems: [] };

/** The document, empty when there is none. A file that somebody asked for by name has to be there. */
function openDocument({ env, cwd, files }: LoadOptions): {
  readonly document: TomlDocument;
  readonly problems: readonly Problem[];
} {
  const asked = env['REACTOR_CONFIG'] ?? '';
  const file = resolve(cwd, asked === '' ? DEFAULT_FILE : asked);
  const read = readText(files, file);
  if ('text' in read) {
    const document = parseToml(file, read.text);
    return 'root' in document ? { document, problems: [] } : { document: emptyToml(file), problems: [document] };
  }
  const isFine = read.isMissing && asked === '';
  const hint = 'the path of a file that can be read, or unset REACTOR_CONFIG';
  const problem = { file: 'environment', line: 0, key: 'REACTOR_CONFIG', message: read.failure, hint };
  return { document: emptyToml(file), problems: isFine ? [] : [problem] };
}

/** Settings that stand alone, with their defaults. */
function readBase(reader: Reader, { cwd, hostname }: LoadOptions) {
  const home = reader.takeOr(SETTINGS.home, join(cwd, '.reactor'));
  return {
    home,
    host: reader.takeOr(SETTINGS.host, hostname),
    listen: reader.takeOr(SETTINGS.listen, { host: '127.0.0.1', port: 8787 }),
    webhookSecrets: reader.takeOr(SETTINGS.webhookSecrets, []),
    apiToken: reader.take(SETTINGS.apiToken),
    ciWebhookSecrets: reader.takeOr(SETTINGS.ciWebhookSecrets, []),
    factoryTmp: reader.takeOr(SETTINGS.factoryTmp, '/tmp'),
    factoryRoot: reader.take(SETTINGS.factoryRoot),
    pidNamespace: reader.take(SETTINGS.pidNamespace),
    agentsContainer: reader.take(SETTINGS.agentsContainer),
    logDir: reader.take(SETTINGS.logDir),
    opsRepoRoot: reader.takeOr(SETTINGS.opsRepoRoot, join(home, 'ops')),
    ownStacks: reader.takeOr(SETTINGS.ownStacks, ['disinto']),
    tmuxSocket: reader.takeOr(SETTINGS.tmuxSocket, ''),
    nudge: { quiet: reader.take(SETTINGS.nudgeQuiet), unattended: reader.take(SETTINGS.nudgeUnattended) },
    retentionDays: reader.takeOr(SETTINGS.retentionDays, 7),
    logLevel: reader.takeOr(SETTINGS.logLevel, 'info'),
  };
}

function originsOf(reader: Reader, document: TomlDocument, factory: Projects): Readonly<Record<string, Origin>> {
  const defaults = Object.values(SETTINGS).map(({ key }) => [key, 'default'] as const);
  const tables = OPEN_TABLES.filter((key) => key in document.root).map((key) => [key, 'reactor.toml'] as const);
  const projects = factory.projects.length > 0 ? { projects: 'projects' as const } : {};
  const siblings = factory.siblings.size > 0 ? { siblings: 'projects' as const } : {};
  return {
    ...Object.fromEntries(defaults),
    ...projects,
    ...siblings,
    ...Object.fromEntries(tables),
    ...reader.origins,
  };
}
