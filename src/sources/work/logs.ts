/** Logs of agents: how large they are, when they last said something, and what. */

import { join } from 'node:path';
import type { EventData } from '../../core/catalog/catalog.ts';
import { SECOND, toIso, type Instant } from '../../core/time.ts';
import { toFact, type Fact } from '../../factory/ledger.ts';
import { createMemo } from '../../factory/memo.ts';
import { placed } from '../../factory/placed.ts';
import { createActivity } from '../../factory/spans.ts';
import type { FileSight } from '../../ports/files.ts';
import { LOG_FOLDERS, parseLogName, summarize, type LogName, type LogSummary } from './log-lines.ts';
import { flawsOf, type Part, type PartLook, type PartOptions } from './part.ts';

const TAIL_BYTES = 256 * 1024;
const MB = 1024 * 1024;

interface LogFile {
  readonly path: string;
  readonly of: LogName;
  readonly sight: FileSight;
}

/** The part that looks at them. */
export function logsPart(options: PartOptions): Part {
  const { place, logFolders } = options;
  const memo = createMemo<LogSummary>();
  const activity = createActivity();
  /** Why it could not be read, in words; null when it is gone by now. */
  const summaryOf = async (file: LogFile): Promise<LogSummary | string | null> => {
    let flaw: string | null = null;
    const summary = await memo.of(file.path, file.sight.version, async () => {
      const reading = await place.files.tail(file.path, TAIL_BYTES);
      if (reading.got === 'refused') flaw = `${file.path}: ${reading.reason}`;
      return reading.got === 'text' ? summarize(reading.text) : null;
    });
    return summary ?? flaw;
  };
  return {
    kind: 'agent.log',
    every: SECOND,
    async look(now): Promise<PartLook> {
      const found = await Promise.all(logFolders.map((folder) => findLogs(options, folder)));
      const files = found.flatMap((one) => one.files);
      memo.keep(new Set(files.map((file) => file.path)));
      activity.keep(new Set(files.map((file) => file.path)));
      const summaries = await Promise.all(files.map(summaryOf));
      const facts = files.flatMap((file, i) => {
        const summary = summaries[i] ?? null;
        const said = activity.of(file.path, file.sight.modified, now);
        return summary === null || typeof summary === 'string'
          ? []
          : [logFact(file, summary, { place: place.name, said })];
      });
      const unread = summaries.filter((one) => typeof one === 'string');
      return { facts, flaws: [...found.flatMap((one) => one.flaws), ...unread] };
    },
  };
}

async function findLogs(
  { place, namedBy }: PartOptions,
  root: string,
): Promise<{ readonly files: readonly LogFile[]; readonly flaws: readonly string[] }> {
  const listing = await place.files.list(root, (name) => LOG_FOLDERS.has(name) || parseLogName('', name) !== null);
  if (!listing.seen) {
    const setting = listing.why === 'missing' ? namedBy?.get(root) : undefined;
    const flaws = setting === undefined ? flawsOf(listing) : [`there is no ${root}, which ${setting} names`];
    return { files: [], flaws };
  }
  const folders = listing.files.filter((file) => file.what === 'folder').map((file) => file.name);
  const inside = await Promise.all(
    folders.map((folder) => place.files.list(join(root, folder), (name) => parseLogName(folder, name) !== null)),
  );
  const files = [
    ...toLogs(root, '', listing.files),
    ...inside.flatMap((one, i) => (one.seen ? toLogs(root, folders[i] ?? '', one.files) : [])),
  ];
  return { files, flaws: inside.flatMap((one) => flawsOf(one)) };
}

function toLogs(root: string, folder: string, sights: readonly FileSight[]): readonly LogFile[] {
  return sights.flatMap((sight) => {
    const of = sight.what === 'file' ? parseLogName(folder, sight.name) : null;
    return of === null ? [] : [{ path: join(root, folder, sight.name), of, sight }];
  });
}

function logFact(
  { path, of, sight }: LogFile,
  summary: LogSummary,
  { place, said }: { readonly place: string; readonly said: Instant },
): Fact {
  const data: Omit<EventData<'agent.log'>, 'host'> = {
    place,
    path: placed(place, path),
    ...of,
    exists: true,
    last_line_at: toIso(summary.lastLineAt),
    written_at: toIso(said),
    size_mb: Math.round((sight.bytes / MB) * 10) / 10,
    signal: summary.signal,
    signal_at: toIso(summary.signalAt),
    no_ready_polls: summary.noReadyPolls,
    last_run_at: toIso(summary.lastRunAt),
    last_done_at: toIso(summary.lastDoneAt),
    skipped_memory_at: toIso(summary.skippedMemoryAt),
  };
  const { last_line_at: _line, ...steady } = data;
  return toFact('agent.log', data, steady);
}
