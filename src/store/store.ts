/** The store: one SQLite file, one connection, one writer. */

import { mkdirSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { dirname } from 'node:path';
import { SECOND, toIso } from '../core/time.ts';
import { isPassing, type Room, type Store, type StoreOptions } from '../ports/store.ts';
import { openCursors } from './cursors.ts';
import { toDatabase, type Trouble } from './database.ts';
import { openEventLog } from './event-log.ts';
import { openFindings } from './findings.ts';
import { lockForWriting } from './lock.ts';
import { markDamaged, openForReading, openForWriting } from './open-file.ts';
import { openOutbox } from './outbox.ts';
import { preparePrune } from './retention.ts';
import { giveUpReserve, openRoom } from './room.ts';
import { openSamples } from './samples.ts';
import { openSilences } from './silences.ts';
import { StoreError } from './store-error.ts';
import { openTracks } from './tracks.ts';

const BUSY_TIMEOUT = 5 * SECOND;

/** Who writes, for whoever comes second. */
const WRITER = 'writer';

/**
 * Opens the store, and makes it when there is none. Throws a StoreError, whose `code` tells: another reactor writes to the
 * file, it is from a newer version or another program, it cannot be opened; read-only also: it is missing, older, damaged.
 * A damaged file is moved aside (`movedTo`) and a fresh one started. Damage that shows only later throws STORE_CORRUPT and
 * is remembered: open the store again, and the file is moved aside.
 */
export function openStore(options: StoreOptions): Store {
  return options.readOnly === true ? openReader(options) : openWriter(options);
}

/** Whoever only reads takes no room. */
const AMPLE: Room = { isFull: () => false, onChange: () => undefined, look: () => undefined };
const NO_TROUBLE: Trouble = { onDamage: () => {}, onFull: () => {} };

function openReader(options: StoreOptions): Store {
  const raw = openForReading(options.path, options.busyTimeout ?? BUSY_TIMEOUT);
  return assemble(raw, options, { ...NO_TROUBLE, movedTo: null, room: AMPLE, onClose: () => {} });
}

function openWriter(options: StoreOptions): Store {
  const { path, now } = options;
  mkdirSync(dirname(path), { recursive: true });
  const lock = inRoom(path, () => lockForWriting(path, () => whoWrites(path)));
  try {
    const { raw, movedTo } = inRoom(path, () => openForWriting(path, options.busyTimeout ?? BUSY_TIMEOUT, now));
    const room = openRoom(raw, path, options.reserve ?? 0);
    const store = assemble(raw, options, {
      movedTo,
      room,
      onDamage: () => markDamaged(path),
      onFull: room.notice,
      onClose: () => {
        room.close();
        lock.release();
      },
    });
    sign(store, `pid ${process.pid}, since ${toIso(now())}`);
    return store;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** SQLite wants to make files of its own: when the disk is full, the reserve makes room for them. */
function inRoom<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!isPassing(error) || !giveUpReserve(path)) throw error;
    return open();
  }
}

/** Best effort: a full disk must not keep the reactor from starting. */
function sign(store: Store, writer: string): void {
  try {
    store.meta.set(WRITER, writer);
  } catch (error) {
    if (!(error instanceof StoreError) || !['STORE_FULL', 'STORE_IO'].includes(error.code)) throw error;
  }
}

interface Ties extends Trouble {
  readonly room: Room;
  readonly movedTo: string | null;
  readonly onClose: () => void;
}

function assemble(raw: DatabaseSync, options: StoreOptions, ties: Ties): Store {
  const db = toDatabase(raw, options.path, ties);
  const log = openEventLog(db, ties.room, options);
  const meta = openCursors(db, 'meta');
  const prune = preparePrune(db);
  let closed = false;
  return {
    log,
    findings: openFindings(db),
    tracks: openTracks(db),
    outbox: openOutbox(db),
    silences: openSilences(db),
    cursors: openCursors(db, 'cursors'),
    samples: openSamples(db, meta),
    meta,
    room: ties.room,
    movedTo: ties.movedTo,
    transact: db.transact,
    prune: (before) => log.prune(before) + prune(before),
    close: () => {
      if (closed) return Promise.resolve();
      closed = true;
      log.close();
      db.close();
      ties.onClose();
      return Promise.resolve();
    },
  };
}

function whoWrites(path: string): string {
  try {
    const raw = openForReading(path, SECOND);
    const writer = openCursors(toDatabase(raw, path, NO_TROUBLE), 'meta').get(WRITER);
    raw.close();
    return writer === null ? '' : ` (${writer})`;
  } catch {
    // It is just being made, or cannot be read: the lock alone says enough.
    return '';
  }
}
