/** Loads a configuration out of texts. */

import { formatProblem } from '../../../src/core/problem.ts';
import type { Config } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load.ts';

export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  /** Text of /box/reactor.toml. */
  readonly toml?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** What a box at /box named `testbox` makes of it. */
export function load(given: Given): { readonly config: Config; readonly problems: readonly string[] } {
  const texts: Readonly<Record<string, string>> = {
    ...(given.toml === undefined ? {} : { '/box/reactor.toml': given.toml }),
    ...given.files,
  };
  const { config, problems } = loadConfig({
    env: given.env ?? {},
    cwd: '/box',
    hostname: 'testbox',
    files: {
      read: (path) => {
        if (path.includes('forbidden')) throw new Error('EACCES: permission denied');
        return texts[path] ?? null;
      },
      list: (folder) =>
        Object.keys(texts)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1)),
    },
  });
  return { config, problems: problems.map(formatProblem) };
}
