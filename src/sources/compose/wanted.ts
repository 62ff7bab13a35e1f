/** The image that the files of a stack name for a service, laid over each other as Compose does: later files win. Pure. */

import type { ComposeFile, ServiceSaid } from './document.ts';

/** A file, or why it cannot be known what is in it. */
export type NamedFile = { readonly path: string } & ComposeFile;

export type Wanted =
  | { readonly is: 'image'; readonly text: string; readonly file: string }
  /** None is named: Compose calls what it builds `<project>-<service>`. */
  | { readonly is: 'built' }
  | { readonly is: 'unknown'; readonly reason: string };

const DEEPEST = 8;

/** What all files together want for a service. */
export function wantedImage(files: readonly NamedFile[], service: string): Wanted {
  let wanted: Said | null = null;
  for (const file of files) {
    if (!file.read) return unknown(`${file.path}: ${file.flaw}`);
    wanted = over(wanted, imageIn(file, service, 0));
  }
  if (wanted !== null && wanted.is !== 'silent') return wanted;
  const paths = files.map(({ path }) => path).join(', ');
  if (files.some((file) => file.read && file.includes)) return unknown(`${paths} include other files`);
  return unknown(`${paths}: ${wanted === null ? 'no service' : 'neither image nor build of'} ${service}`);
}

/** `silent`: it is there, and says nothing of an image. */
type Said = Wanted | { readonly is: 'silent' };

function over(below: Said | null, above: Said | null): Said | null {
  if (below === null || above === null) return above ?? below;
  const isSilent = above.is === 'silent' || (above.is === 'built' && below.is !== 'silent');
  return isSilent ? below : above;
}

function imageIn(file: NamedFile & { readonly read: true }, service: string, depth: number): Said | null {
  const said = file.services.get(service);
  if (said === undefined) return null;
  if (said.flaw !== '') return unknown(`${file.path}: service ${service}: ${said.flaw}`);
  const own = ownImage(said, file.path);
  if (said.base === null || own.is === 'image') return own;
  if (said.base.isElsewhere || depth >= DEEPEST) {
    return unknown(`${file.path}: the image of ${service} comes from another file by extends`);
  }
  return over(imageIn(file, said.base.service, depth + 1), own);
}

function ownImage({ image, isBuilt }: ServiceSaid, file: string): Said {
  if (image !== null) return { is: 'image', text: image, file };
  return { is: isBuilt ? 'built' : 'silent' };
}

const unknown = (reason: string): Extract<Wanted, { is: 'unknown' }> => ({ is: 'unknown', reason });
