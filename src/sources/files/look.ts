/** One look at the folder: watch it, read what changed, decide the owners of locks, say what is new, report how well it could see. */

import { resolve } from 'node:path';
import type { SourceContext } from '../../core/source.ts';
import { toIso, type Millis } from '../../core/time.ts';
import type { Picture } from '../../factory/picture.ts';
import type { PidNamespace } from '../../factory/pid-namespace.ts';
import { placed } from '../../factory/placed.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Files, WatchStart } from '../../ports/files.ts';
import type { Host, ProcessSight } from '../../ports/host.ts';
import type { Log } from '../../ports/log.ts';
import type { EventLog } from '../../ports/store.ts';
import { lockFacts, phaseFacts, type FileFacts, type NamedRepo } from './facts.ts';
import { openFolder, type Folder } from './folder.ts';
import { phaseBefore, readHistory } from './history.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { judgeOwner } from './lock.ts';
import { RESCAN, type Look } from './loop.ts';
import { findPidNamespace } from './namespace.ts';
import type { TrackedFile } from './tracked.ts';

export interface LookOptions {
  /** The folder, FACTORY_TMP. */
  readonly dir: string;
  /** Name of this box. */
  readonly host: string;
  /** Name of the container the folder is in; this box itself when it is not given. */
  readonly place?: string;
  readonly projects: readonly NamedRepo[];
  readonly picture: Picture;
  readonly files: Files;
  readonly machine: Host;
  readonly clock: Clock;
  readonly log: Log;
  /** What the event log last heard of each entity. */
  readonly latest: EventLog['latest'];
  /** Whether those who write locks share the PID namespace that `/proc` shows; found out from the folder's mount when it is not declared. */
  readonly pidNamespace?: 'same' | 'unknown';
  /** How often everything is read again; 60 s. */
  readonly rescanEvery?: Millis;
}

/** A look that remembers what it saw and said. */
export async function createLook(options: LookOptions, context: SourceContext): Promise<Look> {
  const { host, clock, files } = options;
  const dir = resolve(options.dir);
  const place = options.place ?? '';
  const before = readHistory(options.latest, { host, place, dir });
  const folder = openFolder(
    dir,
    files,
    () => clock.now(),
    (path) => phaseBefore(before.get(placed(place, path))),
  );
  const say = createSay(openLedger(host, toIso(clock.now()), before), folder, options, context);
  const watch = keepWatch(dir, files);
  return {
    rescanEvery: options.rescanEvery ?? RESCAN,
    async run(all, hint) {
      await watch.begin(all, hint);
      let found = await folder.look(all);
      if (found.seen && !watch.covers(found.folder)) {
        await watch.begin(true, hint);
        found = await folder.look(true);
      }
      if (!found.seen) {
        watch.close();
        context.report(found.isElsewhere ? 'available' : 'unavailable', found.reason);
        return { sight: found.isElsewhere ? 'polling' : 'blind', settled: true };
      }
      await say();
      const flaw = watch.flaw();
      if (flaw === '') context.report('available', `watching ${dir}`);
      else context.report('degraded', `no change notices, looking every 5 s: ${flaw}`);
      return { sight: flaw === '' ? 'watching' : 'polling', settled: found.settled };
    },
    close: () => watch.close(),
  };
}

/** Says what is new; what the log did not take is said again at the next look. */
function createSay(ledger: Ledger, folder: Folder, options: LookOptions, context: SourceContext): () => Promise<void> {
  const { clock, log } = options;
  let namespace: PidNamespace | null = null;
  let isRefused = false;
  return async () => {
    namespace ??= await namespaceOf(options);
    const pids = namespace;
    // At once: in a container, what is asked in one turn is answered by one look into it.
    const facts = await Promise.all([...folder.files.values()].map((file) => toFacts(file, options, pids)));
    const paths = new Set([...folder.files.keys()].map((path) => placed(options.place ?? '', path)));
    const present = facts.filter((one) => one !== null);
    const news = ledger.news(present, (path) => paths.has(path), clock.now());
    if (news.length === 0) return;
    try {
      await context.emit(news.map((one) => one.event));
      ledger.said(news);
      isRefused = false;
    } catch (error) {
      if (!isRefused) log.warn({ err: error, events: news.length }, 'file events were not stored, trying again');
      isRefused = true;
    }
  };
}

function namespaceOf(options: LookOptions): Promise<PidNamespace> {
  const declared = options.pidNamespace;
  if (declared === undefined) return findPidNamespace(options.dir, options.machine, options.files);
  const reason = declared === 'same' ? 'it was declared so' : 'it was declared that containers write here';
  return Promise.resolve({ same: declared === 'same', reason });
}

async function toFacts(file: TrackedFile, options: LookOptions, namespace: PidNamespace): Promise<FileFacts | null> {
  const { projects, picture, machine, clock, place = '' } = options;
  if (file.what === 'phase') {
    return file.facts === null ? null : phaseFacts(file, file.facts, { place, projects, picture });
  }
  if (file.facts === null) return null;
  const lock = { ...file.facts, writers: file.writers };
  const sight: ProcessSight = lock.pid === 0 ? { seen: 'absent' } : await machine.process(lock.pid);
  return lockFacts(file, { ...file.facts, owner: judgeOwner(lock, sight, namespace) }, place, clock.now());
}

interface Watch {
  /** Watches, if nothing does yet; afresh when asked, for a watch can go deaf without a word. */
  begin(afresh: boolean, hint: () => void): Promise<void>;
  /** False when the folder is another one than it was: the watch is still on the old one. */
  covers(folder: string): boolean;
  /** Why there is no watch, `''` when there is. */
  flaw(): string;
  close(): void;
}

function keepWatch(dir: string, files: Files): Watch {
  let current: WatchStart | null = null;
  let watched = '';
  const close = (): void => {
    if (current?.watching === true) current.close();
    current = null;
    watched = '';
  };
  return {
    async begin(afresh, hint) {
      if (current?.watching === true && !afresh) return;
      const next = await files.watch(dir, {
        hint,
        lost: (reason) => {
          if (current === next) current = { watching: false, reason };
        },
      });
      if (current?.watching === true) current.close();
      current = next;
    },
    covers(folder) {
      const isSame = watched === '' || watched === folder;
      watched = folder;
      return isSame;
    },
    flaw: () => (current === null || current.watching ? '' : current.reason),
    close,
  };
}
