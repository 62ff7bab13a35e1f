/** References to images: which two are the same. What is no reference is never shown, for it may be anything, a password included. */

/** A name on a registry, or the id of an image. */
export type Reference =
  | { readonly is: 'name'; readonly name: string; readonly tag: string; readonly digest: string }
  | { readonly is: 'id'; readonly id: string };

const MOST = 512;
const HOST = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)';
const PART = '[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*';
const NAME = new RegExp(
  `^(?:(?<domain>${HOST}(?:\\.${HOST})*(?::\\d+)?)/)?(?<path>${PART}(?:/${PART})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[0-9a-f]{32,}))?$`,
);
const ID = /^(?:sha256:)?(?<hex>[0-9a-f]{64})$/;

/** A reference; null when the text is none: also when it has a user, a password or a scheme in it. */
export function parseReference(text: string): Reference | null {
  if (text.length > MOST) return null;
  const hex = ID.exec(text)?.groups?.['hex'];
  if (hex !== undefined) return { is: 'id', id: `sha256:${hex}` };
  const groups = NAME.exec(text)?.groups;
  return groups === undefined ? null : toName(groups);
}

function toName({ domain = '', path = '', tag = '', digest = '' }: Readonly<Record<string, string>>): Reference {
  return { is: 'name', name: fullName(domain, path), tag, digest };
}

/** True when both name the same image: `nginx` is `docker.io/library/nginx:latest`, and beside a digest a tag says nothing. */
export function isSameReference(a: Reference, b: Reference): boolean {
  return keyOf(a) === keyOf(b);
}

/** What an engine is asked for. */
export function keyOf(reference: Reference): string {
  if (reference.is === 'id') return reference.id;
  const { name, tag, digest } = reference;
  return digest === '' ? `${name}:${tag === '' ? 'latest' : tag}` : `${name}@${digest}`;
}

/** The ways in which one image may be written. */
export function spellingsOf(reference: Reference): readonly string[] {
  if (reference.is === 'id') return [reference.id];
  const { name, tag, digest } = reference;
  const [short, ...hubs] = HUBS.map((hub) => name.replace(ON_HUB, hub));
  const endings = digest === '' ? endingsOf(tag) : [`@${digest}`];
  return [...new Set([name, short, ...hubs])].flatMap((one) => endings.map((ending) => one + ending));
}

const endingsOf = (tag: string): readonly string[] => (tag === '' || tag === 'latest' ? [':latest', ''] : [`:${tag}`]);

const ON_HUB = /^docker\.io\/(?:library\/)?/;
const HUBS = ['', 'docker.io/', 'index.docker.io/', 'docker.io/library/', 'index.docker.io/library/', 'library/'];

const HUB = 'docker.io';

/** The first part is a registry when it looks like a host; without one it is Docker's, and there a name without a folder is in `library`. */
function fullName(domain: string, path: string): string {
  const isHost = /[.:A-Z]/.test(domain) || domain === 'localhost';
  const registry = isHost ? domain.replace(/^index\.docker\.io$/, HUB) : HUB;
  const rest = isHost || domain === '' ? path : `${domain}/${path}`;
  return registry === HUB && !rest.includes('/') ? `${HUB}/library/${rest}` : `${registry}/${rest}`;
}
