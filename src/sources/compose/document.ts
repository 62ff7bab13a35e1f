/** What a Compose file says about the images of its services, and nothing else of it. */

import type * as Yaml from 'yaml';
import type { Document, Node } from 'yaml';

/** What one service says in one file. */
export interface ServiceSaid {
  /** As it is written, variables included; null when it says none. */
  readonly image: string | null;
  readonly isBuilt: boolean;
  /** Another service it takes over, `isElsewhere`: of another file. */
  readonly base: { readonly service: string; readonly isElsewhere: boolean } | null;
  /** Why nobody can tell from here what its image is, `''` when one can. */
  readonly flaw: string;
}

export type ComposeFile =
  | {
      readonly read: true;
      readonly services: ReadonlyMap<string, ServiceSaid>;
      /** It takes in further files. */
      readonly includes: boolean;
    }
  /** `flaw` never has text of the file in it. */
  | { readonly read: false; readonly flaw: string };

/** Each is looked for in the whole file. */
const MOST_ALIASES = 500;
const ALIAS = /[\s,:[{-]\*[^\s*]/g;
/** What they may stand for, all in all. */
const MOST_EXPANDED = 10_000;
const MOST_SERVICES = 1_000;

/** A file; the library is loaded at the first one, most boxes run no Compose. */
export async function parseComposeFile(text: string): Promise<ComposeFile> {
  const aliases = text.match(ALIAS)?.length ?? 0;
  if (aliases > MOST_ALIASES) return unread(`it has more than ${MOST_ALIASES} aliases`);
  const { parseDocument, visit, isScalar } = await import('yaml');
  // Whether keys repeat is looked at where it matters: the library would compare each with each, for seconds.
  const document = parseDocument(text, { merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  // The library's own words would show a piece of the file.
  if (error !== undefined) return unread(`it is no YAML at line ${lineOf(text, error.pos[0])}`);
  return isPlain(document, visit, isScalar) ? readDocument(document) : unread('it is no Compose file');
}

/** True when all keys are plain ones. Of tables as keys the library would make text, and of tables in them again, for minutes. */
function isPlain(document: Document, visit: typeof Yaml.visit, isScalar: typeof Yaml.isScalar): boolean {
  let plain = true;
  try {
    visit(document, {
      Pair(_, { key }) {
        plain &&= isScalar(key);
        return plain ? undefined : visit.BREAK;
      },
    });
  } catch {
    return false;
  }
  return plain;
}

function readDocument(document: Document): ComposeFile {
  const root = toValue(document);
  const services = isRecord(root) ? (root['services'] ?? {}) : null;
  if (!isRecord(root) || !isRecord(services)) return unread('it is no Compose file');
  if (hasRepeats(document, []) || hasRepeats(document, ['services'])) return unread(REPEATS);
  const entries = Object.entries(services);
  if (entries.length > MOST_SERVICES) return unread(`it has more than ${MOST_SERVICES} services`);
  const said = entries.map(([name, service]) => [name, readService(service, whyStrange(document, name))] as const);
  return { read: true, services: new Map(said), includes: root['include'] !== undefined };
}

const unread = (flaw: string): ComposeFile => ({ read: false, flaw });

function toValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_EXPANDED });
  } catch {
    return null;
  }
}

function readService(service: unknown, strange: string): ServiceSaid {
  const nothing = { image: null, isBuilt: false, base: null, flaw: '' };
  if (strange !== '') return { ...nothing, flaw: strange };
  if (service === null) return nothing;
  if (!isRecord(service)) return { ...nothing, flaw: 'it is no table' };
  const { image = null, build = null } = service;
  if (image !== null && typeof image !== 'string') return { ...nothing, flaw: 'its image is no text' };
  return { ...nothing, image, isBuilt: build !== null, base: readBase(service['extends']) };
}

function readBase(said: unknown): ServiceSaid['base'] {
  if (typeof said === 'string') return { service: said, isElsewhere: false };
  if (!isRecord(said)) return null;
  const { service, file } = said;
  const isElsewhere = file !== undefined || typeof service !== 'string';
  return { service: typeof service === 'string' ? service : '', isElsewhere };
}

function whyStrange(document: Document, service: string): string {
  if (hasRepeats(document, ['services', service])) return REPEATS;
  return hasComposeTags(document, service) ? 'it uses !reset or !override' : '';
}

const REPEATS = 'it says something twice';

/** Compose refuses that. */
function hasRepeats(document: Document, path: readonly string[]): boolean {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (typeof node !== 'object' || node === null || !('items' in node) || !Array.isArray(node.items)) return false;
  const keys = (node.items as readonly { readonly key?: unknown }[]).map(({ key }) => String(key));
  const said = keys.filter((key) => key !== '<<');
  return new Set(said).size < said.length;
}

/** Compose's own tags change how files are laid over each other. Elsewhere in a service they have nothing to do with its image. */
function hasComposeTags(document: Document, service: string): boolean {
  const paths = [['services'], ['services', service], ...KEYS.map((key) => ['services', service, key])];
  return paths.some((path) => {
    const node = document.getIn(path, true) as Node | null | undefined;
    return TAGS.has(node?.tag ?? '');
  });
}

const KEYS = ['image', 'build', 'extends'];
const TAGS: ReadonlySet<string> = new Set(['!reset', '!override']);

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
