/** Preflight: Host Volumes. */

import type { Asked, Facts } from './facts.ts';
import { AVAILABLE, degraded, unavailable, type Section, type Sight } from './section.ts';
import { cutLines, humanSize, plain } from './words.ts';

export interface SizeView {
  readonly name: string;
  /** Null: not known. */
  readonly bytes: number | null;
}

export interface VolumesView {
  /** Below /srv/disinto. */
  readonly folders: readonly SizeView[];
  /** Of all engines, the largest first. */
  readonly volumes: readonly (SizeView & { readonly host: string })[];
}

/** The sizes of what is below `/srv/disinto`, as `du -sh` has them, and of the engines' volumes. */
export function hostVolumes(facts: Facts): Section<VolumesView> {
  const { folders, volumes } = facts.live;
  const engines = facts.setUp.engines.map((host) => ({ host, asked: volumes.get(host) ?? NOT_ASKED }));
  const view = {
    folders: folders.got ? (folders.value ?? []) : [],
    volumes: engines
      .flatMap(({ host, asked }) => (asked.got ? asked.value.map((one) => ({ host, ...one })) : []))
      .toSorted((a, b) => (b.bytes ?? -1) - (a.bytes ?? -1) || (a.name < b.name ? -1 : 1)),
  };
  const nameOf = (host: string, name: string): string => (engines.length > 1 ? `${host}:${name}` : name);
  return {
    heading: 'Host Volumes',
    sight: sizesSight([folders, ...engines.map(({ asked }) => asked)]),
    lines: [
      ...(folders.got && folders.value === null ? [NO_FOLDER] : []),
      ...cutLines(view.folders.map(sizeLine), SHOWN),
      ...cutLines(
        view.volumes.map(({ host, name, bytes }) => sizeLine({ name: nameOf(host, name), bytes })),
        SHOWN,
      ),
    ],
    none: ['  None'],
    view,
  };
}

const SHOWN = 50;
const NOT_ASKED = { got: false, reason: 'it was not asked' } as const;
/** In the words of the factory's own tool. */
const NO_FOLDER = '/srv/disinto not found';

const sizeLine = ({ name, bytes }: SizeView): string =>
  `${plain(name).padEnd(32)} ${bytes === null ? '?' : humanSize(bytes, '')}`;

function sizesSight(all: readonly Asked<unknown>[]): Sight {
  const reasons = [...new Set(all.map((asked) => (asked.got ? asked.flaw : asked.reason)))].filter((one) => one !== '');
  if (reasons.length === 0) return AVAILABLE;
  const words = reasons.map((reason) => plain(reason, 300)).join('; ');
  return all.every((asked) => !asked.got) ? unavailable(words) : degraded(words);
}
