/** The Compose files of what runs on this box: without them nobody can tell whether a container runs the image that they name. */

import { dirname } from 'node:path';
import type { DockerHost } from '../../config/config.ts';
import { foldersOf, parseComposeLabels, pathHere } from '../../factory/compose-labels.ts';
import { ownContainer } from '../../factory/mounts.ts';
import type { Place } from '../../ports/probe.ts';
import { ok, warn, type Check, type Examine, type Patient } from './check.ts';

interface Listed {
  readonly Id?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Mounts?:
    | readonly { readonly Type?: string; readonly Source?: string; readonly Destination?: string }[]
    | null;
}

/** A Compose file, by its path on the box. */
interface File {
  readonly path: string;
  /** Null: it is not mounted. */
  readonly place: Place | null;
  /** Its folder can be looked into. */
  readonly isFolderOpen: boolean;
}

const NAME = 'compose files';

/** Whether they can be read here, and the line that makes them readable. */
export const examineCompose: Examine = async (patient) => {
  const own = patient.config.docker.find(({ host }) => host === patient.config.host);
  const listed = own === undefined ? [] : await listContainers(patient, own);
  const services = listed.flatMap(({ Labels }) => parseComposeLabels(Labels ?? {}) ?? []);
  const paths = [...new Set(services.flatMap(({ files }) => files))].toSorted();
  if (paths.length === 0) return [];
  const binds = await bindsOf(patient, listed);
  const files = await Promise.all(paths.map((path) => findFile(patient, path, pathHere(path, binds))));
  const flaws = [...unmounted(files), ...unreadable(files, patient), ...missing(files)];
  const stacks = [...new Set(services.map(({ stack }) => stack))].toSorted().join(', ');
  return flaws.length > 0 ? flaws : [ok(NAME, `${paths.length} of ${stacks}, all readable`)];
};

async function findFile({ probe }: Patient, path: string, here: string | null): Promise<File> {
  if (here === null) return { path, place: null, isFolderOpen: false };
  const [place, folder] = await Promise.all([probe.place(here), probe.place(dirname(here))]);
  return { path, place, isFolderOpen: folder.readable };
}

async function listContainers({ probe, patience }: Patient, { url }: DockerHost): Promise<readonly Listed[]> {
  const answer = await probe.docker(url, '/containers/json', patience());
  const isList = answer.reached && answer.status === 200 && Array.isArray(answer.body);
  return isList ? (answer.body as readonly Listed[]) : [];
}

/** What is mounted into the container that this is; null when this is none of the engine's. */
async function bindsOf({ host }: Patient, listed: readonly Listed[]): Promise<Parameters<typeof pathHere>[1]> {
  const id = ownContainer((await host.proc('self/mountinfo')) ?? '');
  const self = listed.find((container) => container.Id === id);
  if (self === undefined) return null;
  return (self.Mounts ?? []).flatMap(({ Type, Source = '', Destination = '' }) =>
    Type === 'bind' ? [{ source: Source, target: Destination }] : [],
  );
}

function unmounted(files: readonly File[]): readonly Check[] {
  const folders = foldersOf(files.filter(({ place }) => place === null).map(({ path }) => path));
  if (folders.length === 0) return [];
  const said = `those in ${folders.join(', ')} are not mounted, and their images are not compared; their folders hold .env too:`;
  return [warn(NAME, said, `volumes: [${folders.map((folder) => `"${folder}:${folder}:ro"`).join(', ')}]`)];
}

function unreadable(files: readonly File[], { me }: Patient): readonly Check[] {
  return files.flatMap(({ path, place, isFolderOpen }) => {
    const isFine = place?.is === 'file' && place.readable && isFolderOpen;
    if (place === null || place.is === 'missing' || isFine) return [];
    const fix = isFolderOpen ? `${me.user}:r ${path}` : `${me.user}:rx ${dirname(path)}`;
    return [
      warn(NAME, `${path} cannot be read by ${me.user}, and its images are not compared`, `sudo setfacl -m u:${fix}`),
    ];
  });
}

/** It was started from a place that is gone, or from another machine. */
function missing(files: readonly File[]): readonly Check[] {
  const gone = files.filter(({ place }) => place?.is === 'missing').map(({ path }) => path);
  if (gone.length === 0) return [];
  return [
    warn(NAME, `what runs was made from ${gone.join(', ')}, which is not on this box: images are not compared`, ''),
  ];
}
