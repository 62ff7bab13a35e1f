/** What a Compose file says about the images of its services, and nothing else of it. */

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

/** What a file may have aliases stand for, all in all. */
const MOST_ALIASES = 10_000;
const MOST_SERVICES = 1_000;

/** A file; the library is loaded at the first one, most boxes run no Compose. */
export async function parseComposeFile(text: string): Promise<ComposeFile> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { merge: true, prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  // The library's own words would show a piece of the file.
  if (error !== undefined) return { read: false, flaw: `it is no YAML at line ${lineOf(text, error.pos[0])}` };
  const root = toValue(document);
  const services = isRecord(root) ? root['services'] : undefined;
  if (!isRecord(root) || (services !== undefined && services !== null && !isRecord(services))) {
    return { read: false, flaw: 'it is no Compose file' };
  }
  const names = Object.keys(services ?? {});
  if (names.length > MOST_SERVICES) return { read: false, flaw: `it has more than ${MOST_SERVICES} services` };
  const said = names.map((name) => [name, readService(services?.[name], hasComposeTags(document, name))] as const);
  return { read: true, services: new Map(said), includes: root['include'] !== undefined };
}

function toValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch {
    return null;
  }
}

function readService(service: unknown, hasTags: boolean): ServiceSaid {
  const nothing = { image: null, isBuilt: false, base: null, flaw: '' };
  if (hasTags) return { ...nothing, flaw: 'it uses !reset or !override' };
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
