/** Rules of a test's own beside the shipped ones. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReactorFolders } from './reactor.ts';

/** What `startReactor` takes, to be spread into its options. */
export interface OwnRules {
  readonly config: string;
  prepare(folders: ReactorFolders): void;
}

/** Rules in a pack `mine`, as `extra/mine.toml`; `settings` is more text for `reactor.toml`. */
export function ownRules(rules: string, settings = ''): OwnRules {
  return {
    config: `[rules]\nfolders = ["extra"]\n${settings}`,
    prepare({ root }) {
      mkdirSync(join(root, 'extra'));
      writeFileSync(join(root, 'extra/mine.toml'), packOf(rules));
    },
  };
}

/** The text of that pack. */
export const packOf = (...rules: readonly string[]): string =>
  ['schema = 1', '[pack]', 'id = "mine"', 'owner = "ops"', ...rules].join('\n');

/** A nudge at once for each pipeline that is declined, so that it is under way when the process dies: into the session `<sessions>-<number>`. */
export function nudgesAtOnce(sessions: string): OwnRules {
  const rule = `[[rule]]
id = "nudge"
title = "Session {{e.number}} is asked"
priority = "P3"
on = ["ci.pipeline"]
key = ["e.repo", "e.number"]
when = 'e.status == "declined"'
hold = { for = "0s" }
text = "{{e.repo}}#{{e.number}}"
do = [{ act = "nudge", session = "${sessions}-{{e.number}}", template = "pr-stale" }]
`;
  return ownRules(rule, '[nudge]\nquiet = "1s"\nunattended = "1s"\n');
}
