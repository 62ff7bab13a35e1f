/** Runs the linter, with the house's own configuration, over a tree made for the occasion. */

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface Complaint {
  readonly file: string;
  readonly rule: string;
  readonly message: string;
}

const OUTPUT = z.object({
  number_of_files: z.number(),
  diagnostics: z.array(z.object({ message: z.string(), code: z.string().default(''), filename: z.string() })),
});

/** What the linter says about some files, given as path and text; nothing of them is left behind. */
export async function lintFiles(files: Readonly<Record<string, string>>): Promise<readonly Complaint[]> {
  const tree = await mkdtemp(join(tmpdir(), 'reactor-lint-'));
  try {
    await cp(join(ROOT, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
    await cp(join(ROOT, 'tsconfig.json'), join(tree, 'tsconfig.json'));
    await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    await symlink(join(ROOT, 'tools'), join(tree, 'tools'));
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(tree, file)), { recursive: true });
      await writeFile(join(tree, file), text);
    }
    return (await lint(tree, Object.keys(files))).complaints;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

/** What the linter says about paths of a folder that has a configuration, and how many files it looked at. */
export async function lint(
  folder: string,
  paths: readonly string[] = [],
): Promise<{ readonly files: number; readonly complaints: readonly Complaint[] }> {
  const output = OUTPUT.parse(JSON.parse(await run(folder, ['--format', 'json', ...paths])));
  const complaints = output.diagnostics.map(({ filename, code, message }) => ({ file: filename, rule: code, message }));
  return { files: output.number_of_files, complaints };
}

/** Standard output of the linter; it ends with a failure whenever it has something to say. */
function run(cwd: string, args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const command = join(ROOT, 'node_modules/oxlint/bin/oxlint');
    execFile(process.execPath, [command, ...args], { cwd, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (stdout.includes('"diagnostics"')) done(stdout);
      else fail(new Error(`the linter did not run: ${stderr}${stdout}`, { cause: error }));
    });
  });
}
