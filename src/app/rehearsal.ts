/** All test cases of the configured rules, played on the engine. */

import { basename } from 'node:path';
import { readRuleFolder, readRecording } from '../adapters/rule-files.ts';
import type { Config } from '../config/config.ts';
import type { AnyEvent } from '../core/event.ts';
import type { Problem } from '../core/problem.ts';
import type { Rulebook } from '../core/rule.ts';
import { rehearse, type Rehearsal } from '../engine/rehearse.ts';
import { lintTests } from '../rulebook/lint.ts';
import { loadTests } from '../rulebook/read-tests.ts';
import type { TestFile } from '../rulebook/test-file.ts';
import type { Instant } from '../core/time.ts';
import { readRules } from './rules.ts';

export interface CheckedRules {
  readonly rulebook: Rulebook;
  readonly tests: readonly TestFile[];
  /** What is wrong with rules and their tests, and what rules lack. */
  readonly problems: readonly Problem[];
  /** Everything could be read, so that the cases can be played. */
  readonly playable: boolean;
  /** Not wrong, but worth a look. */
  readonly notices: readonly Problem[];
}

/** Reads rules and tests and says everything that is wrong with them. */
export async function checkRules(config: Config, now: Instant): Promise<CheckedRules> {
  const { folders } = config.rules;
  const [rules, tests] = await Promise.all([
    readRules(config, now),
    loadTests({ folders, readFolder: readRuleFolder }),
  ]);
  const wrong = [...rules.problems, ...tests.problems];
  // What is missing can only be said of what could be read.
  const lacking = wrong.length === 0 ? lintTests(rules.rulebook, tests.tests) : [];
  return {
    rulebook: rules.rulebook,
    tests: tests.tests,
    problems: [...wrong, ...lacking],
    playable: wrong.length === 0,
    notices: rules.notices,
  };
}

export interface RehearsedFile {
  readonly file: string;
  readonly cases: readonly Rehearsal[];
}

/** Plays every case whose name or rule contains a text; `''` plays all. */
export function rehearseRules({ rulebook, tests }: CheckedRules, wanted: string): readonly RehearsedFile[] {
  return tests.map((test) => {
    const cases = test.cases.filter((one) => one.name.includes(wanted) || one.rule.includes(wanted));
    const options = {
      rulebook: onlyPacks(rulebook, test.packs),
      start: test.start,
      reload: (packs: readonly string[] | null) => onlyPacks(rulebook, packs ?? test.packs),
      recording: (file: string): readonly AnyEvent[] => readRecording(test.file, file),
    };
    return { file: test.file, cases: cases.map((one) => rehearse(one, options)) };
  });
}

/** The rules of some pack files. */
function onlyPacks(rulebook: Rulebook, packs: readonly string[]): Rulebook {
  const rules = rulebook.rules.filter((rule) => packs.includes(basename(rule.origin.file)));
  const kept = new Set(rules);
  const byKind = new Map([...rulebook.byKind].map(([kind, all]) => [kind, all.filter((rule) => kept.has(rule))]));
  return { rules, byKind, hash: rulebook.hash };
}
