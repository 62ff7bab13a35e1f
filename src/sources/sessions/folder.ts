/** What the temporary folder says of sessions: session ids, status lines, markers. Each file is read again only when it changed. */

import { join } from 'node:path';
import type { Instant } from '../../core/time.ts';
import { createMemo } from '../../factory/memo.ts';
import { parseMarkerName, parseSessionFile, type Marker, type SessionName } from '../../factory/session-names.ts';
import type { Files, FileSight, Listing } from '../../ports/files.ts';
import {
  parseMarkerTime,
  parseSessionId,
  parseStatus,
  parseStatusName,
  type Status,
  type StatusName,
} from './status.ts';

export interface SidSeen {
  readonly name: SessionName;
  /** `''` when it holds none. */
  readonly id: string;
  readonly at: Instant;
}

export interface StatusSeen {
  readonly of: StatusName;
  readonly status: Status;
}

export interface MarkerSeen extends Marker {
  readonly at: Instant;
}

export interface FolderSeen {
  readonly sids: readonly SidSeen[];
  readonly statuses: readonly StatusSeen[];
  readonly markers: readonly MarkerSeen[];
  /** Files that are there and could not be read, in words: what they say keeps its state. */
  readonly unread: readonly string[];
}

export type FolderLook = ({ readonly seen: true } & FolderSeen) | Extract<Listing, { readonly seen: false }>;

const MOST_BYTES = 4096;

/** A reader of the folder that remembers what it read. */
export function openFolder(dir: string, files: Files): () => Promise<FolderLook> {
  const memo = createMemo<string>();
  const textOf = async (sight: FileSight): Promise<TextSeen> => {
    const path = join(dir, sight.name);
    let flaw = '';
    const text = await memo.of(path, sight.version, async () => {
      const reading = await files.read(path, MOST_BYTES);
      if (reading.got === 'refused') flaw = `${path}: ${reading.reason}`;
      return reading.got === 'text' ? reading.text : null;
    });
    return { sight, text, flaw };
  };
  return async () => {
    const listing = await files.list(dir, isWanted);
    if (!listing.seen) return listing;
    memo.keep(new Set(listing.files.map((file) => join(dir, file.name))));
    const read = await Promise.all(listing.files.map(textOf));
    const seen = read.flatMap(({ sight, text }) => (text === null ? [] : [{ ...sight, text }]));
    return {
      seen: true,
      sids: seen.flatMap(toSid),
      statuses: seen.flatMap(toStatus),
      markers: seen.flatMap(toMarker),
      unread: read.flatMap(({ flaw }) => (flaw === '' ? [] : [flaw])),
    };
  };
}

interface TextSeen {
  readonly sight: FileSight;
  /** Null when it is gone or could not be read. */
  readonly text: string | null;
  /** Why it could not be read, `''` when it could or is gone. */
  readonly flaw: string;
}

const isWanted = (name: string): boolean =>
  parseSessionFile(name, 'sid') !== null || parseStatusName(name) !== null || parseMarkerName(name) !== null;

interface Text extends Pick<FileSight, 'name' | 'modified'> {
  readonly text: string;
}

function toSid({ name, modified, text }: Text): readonly SidSeen[] {
  const session = parseSessionFile(name, 'sid');
  return session === null ? [] : [{ name: session, id: parseSessionId(text), at: modified }];
}

function toStatus({ name, text }: Text): readonly StatusSeen[] {
  const of = parseStatusName(name);
  const status = of === null ? null : parseStatus(text);
  return of === null || status === null ? [] : [{ of, status }];
}

function toMarker({ name, modified, text }: Text): readonly MarkerSeen[] {
  const marker = parseMarkerName(name);
  return marker === null ? [] : [{ ...marker, at: parseMarkerTime(text, modified) }];
}
