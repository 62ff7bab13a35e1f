import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CI_SECRET, openFace } from '../support/http-face.ts';
import { recipeSteps } from '../support/notify-recipe.ts';

const run = promisify(execFile);

function missingForRecipe(): string | null {
  try {
    execFileSync('curl', ['--version']);
    return null;
  } catch {
    if (process.env['CI'] !== undefined) throw new Error('the recipe cannot be tried: no curl on this machine');
    process.stderr.write('\n  SKIPPED: the recipe of a notify step (no curl on this machine)\n\n');
    return 'no curl';
  }
}

const SHA = 'ab'.repeat(20);
const OF_PUSH = {
  CI_REPO: 'acme/widget',
  CI_PIPELINE_NUMBER: '57',
  CI_PIPELINE_EVENT: 'push',
  CI_COMMIT_SHA: SHA,
  CI_COMMIT_BRANCH: 'main',
  CI_COMMIT_SOURCE_BRANCH: '',
  CI_COMMIT_PULL_REQUEST: '',
  CI_PIPELINE_CREATED: '1767225000',
  CI_PIPELINE_STARTED: '1767225590',
};
const OF_PULL = {
  ...OF_PUSH,
  CI_PIPELINE_EVENT: 'pull_request',
  CI_COMMIT_SOURCE_BRANCH: 'fix/issue-42',
  CI_COMMIT_PULL_REQUEST: '12',
};
/** A branch that would do harm if a shell read it, and break JSON. */
const EVIL = `$(touch pwned)"'&status=success`;

describe.skipIf(missingForRecipe() !== null)('the steps of the recipe', () => {
  const steps = recipeSteps().filter(({ command }) => command !== '');

  const post = async (env: Readonly<Record<string, string>>, step = steps[0], secret = CI_SECRET) => {
    const face = openFace({ listen: { host: '127.0.0.1', port: 0 } });
    const listening = await face.http.listen();
    try {
      const own = { REACTOR_URL: listening.url, REACTOR_SECRET: secret, VERDICT: step?.verdict ?? '' };
      const { PATH } = process.env;
      await run('sh', ['-ec', step?.command ?? 'false'], { env: { PATH, ...own, ...env } });
      return [...face.stored.values()].map((event) => event.data);
    } finally {
      await listening.close();
    }
  };

  test.each(steps)('$name tells of a push', async (step) => {
    expect(await post(OF_PUSH, step)).toMatchObject([
      { repo: 'acme/widget', number: 57, status: step.when, event: 'push', sha: SHA, branch: 'main', pr: 0, issue: 0 },
    ]);
  });

  test.each(steps)('$name tells of a pull request', async (step) => {
    expect(await post(OF_PULL, step)).toMatchObject([
      {
        status: step.when,
        event: 'pull_request',
        branch: 'fix/issue-42',
        base: 'main',
        pr: 12,
        issue: 42,
        duration_s: 10,
      },
    ]);
  });

  test('carry a hostile branch as the words it is', async () => {
    const [failed] = steps.slice(1);
    expect(await post({ ...OF_PUSH, CI_COMMIT_BRANCH: EVIL }, failed)).toMatchObject([
      { branch: EVIL, status: 'failure' },
    ]);
  });

  test('fail where the secret is wrong, so that the log of the pipeline says so', async () => {
    await expect(post(OF_PUSH, steps[0], 'wrong')).rejects.toThrow('401');
  });
});
