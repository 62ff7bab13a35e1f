/** What an engine remembers of its subjects, for the engine after it. */

import type { TrackRow, TrackStore } from '../ports/store.ts';
import type { Database } from './database.ts';

/** Opens the tracks of a connection. */
export function openTracks(db: Database): TrackStore {
  const all = db.prepare<TrackRow>('SELECT rule, id, body FROM tracks ORDER BY rowid');
  const put = db.prepare(
    'INSERT INTO tracks (rule, id, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
  );
  const drop = db.prepare('DELETE FROM tracks WHERE rule = ? AND id = ?');
  const clear = db.prepare('DELETE FROM tracks');
  return {
    list: () => all.all(),
    clear: () => {
      clear.run();
    },
    save: ({ kept, gone }) =>
      db.transact(() => {
        for (const { rule, id } of gone) drop.run(rule, id);
        for (const { rule, id, body } of kept) put.run(rule, id, body);
      }),
  };
}
