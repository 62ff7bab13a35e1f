/** Figures over time: as they came for a day, then one mean for ten minutes, for thirty days. */

import { DAY, MINUTE, type Instant, type Millis } from '../core/time.ts';
import type { Cursors, Samples } from '../ports/store.ts';
import type { Database } from './database.ts';

const RAW_FOR: Millis = DAY;
const KEPT_FOR: Millis = 30 * DAY;
const BUCKET: Millis = 10 * MINUTE;

/** Up to where the figures are means already. */
const THINNED = 'samples.thinned_until';

interface Sample {
  readonly at: Instant;
  readonly value: number;
}

/** Opens the samples of a connection. A mean stands in the middle of its ten minutes. */
export function openSamples(db: Database, meta: Cursors): Samples {
  const add = db.prepare(
    'INSERT INTO samples (series, at, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const range = db.prepare<Sample>('SELECT at, value FROM samples WHERE series = ? AND at BETWEEN ? AND ? ORDER BY at');
  const thin = prepareThin(db);
  return {
    add: (series, at, value) => {
      if (!Number.isFinite(value)) throw new TypeError(`a sample of ${series} is ${value}: leave it out instead`);
      add.run(series, Math.round(at), value);
    },
    range: (series, from, to) => range.all(series, from, to).map(({ at, value }) => ({ at, value })),
    thin: (now) => {
      const from = Number(meta.get(THINNED) ?? 0);
      const until = Math.floor((now - RAW_FOR) / BUCKET) * BUCKET;
      if (until <= from) return;
      db.transact(() => {
        thin(from, until, now - KEPT_FOR);
        meta.set(THINNED, String(until));
      });
    },
  };
}

function prepareThin(db: Database): (from: Instant, until: Instant, oldest: Instant) => void {
  const allSeries = db.prepare<{ readonly series: string }>(
    `WITH RECURSIVE each (series) AS (
       SELECT min(series) FROM samples
       UNION ALL
       SELECT (SELECT min(series) FROM samples WHERE series > each.series) FROM each WHERE series IS NOT NULL)
     SELECT series FROM each WHERE series IS NOT NULL`,
  );
  const means = db.prepare<Sample>(
    `SELECT at / ${BUCKET} * ${BUCKET} + ${BUCKET / 2} AS at, avg(value) AS value
     FROM samples WHERE series = ? AND at >= ? AND at < ? GROUP BY at / ${BUCKET}`,
  );
  const drop = db.prepare('DELETE FROM samples WHERE series = ? AND at >= ? AND at < ?');
  const put = db.prepare('INSERT INTO samples (series, at, value) VALUES (?, ?, ?)');
  return (from, until, oldest) => {
    for (const { series } of allSeries.all()) {
      const rows = means.all(series, from, until);
      drop.run(series, from, until);
      for (const { at, value } of rows) put.run(series, at, value);
      drop.run(series, 0, oldest);
    }
  };
}
