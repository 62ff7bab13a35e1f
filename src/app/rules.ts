/** The rules on disk: loaded at start, and again when a file changes. Wrong rules never replace right ones. */

import { debounceTime, from, Observable, switchMap } from 'rxjs';
import { diskFiles } from '../adapters/files.ts';
import { readRuleFolder } from '../adapters/rule-files.ts';
import type { Config } from '../config/config.ts';
import { ProblemError } from '../core/problem.ts';
import type { Rulebook } from '../core/rule.ts';
import type { Instant, Millis } from '../core/time.ts';
import { loadRulebook, type LoadedRules } from '../rulebook/load.ts';

/** Editors write a file more than once. */
const SETTLE: Millis = 300;

/** Reads all packs of the configured folders, right or wrong. */
export function readRules(config: Config, now: Instant): Promise<LoadedRules> {
  return loadRulebook({ ...config.rules, now, readFolder: readRuleFolder });
}

/** Reads all packs. Throws a ProblemError that names every mistake. */
export async function loadRules(config: Config, now: Instant): Promise<Rulebook> {
  const { rulebook, problems } = await readRules(config, now);
  if (problems.length > 0) throw new ProblemError(problems);
  return rulebook;
}

/** Emits what the folders hold each time one of them changed. */
export function watchRules(config: Config, now: () => Instant): Observable<LoadedRules> {
  return merged(config.rules.folders).pipe(
    debounceTime(SETTLE),
    switchMap(() => from(readRules(config, now()))),
  );
}

function merged(folders: readonly string[]): Observable<void> {
  return new Observable((subscriber) => {
    const closers = folders.map(async (folder) => {
      const started = await diskFiles.watch(folder, { hint: () => subscriber.next(), lost: () => {} });
      return started.watching ? started.close : (): void => {};
    });
    return () => {
      for (const closer of closers) void closer.then((close) => close());
    };
  });
}
