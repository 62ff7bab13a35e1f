import { expect, test } from 'vitest';
import { createPicture } from '../../../src/factory/picture.ts';
import { noticeReader } from '../../../src/sources/ci/notice.ts';
import { recipeSteps } from '../../support/notify-recipe.ts';
import { recording } from '../../support/woodpecker-recordings.ts';

const read = noticeReader({ host: 'box', picture: createPicture(), hint: () => false });

test('the recipe has a step for each end, and each says what it runs after', () => {
  const steps = recipeSteps();
  expect(steps.map(({ name, when }) => [name, when])).toEqual([
    ['tell-reactor-passed', 'success'],
    ['tell-reactor-failed', 'failure'],
    ['tell-reactor-failed', 'failure'],
  ]);
  for (const step of steps) expect(step.verdict).toBe(step.when);
});

test('no variable is put into a command before the shell reads it', () => {
  for (const { command } of recipeSteps()) expect(command).not.toContain('${');
});

test('what the template makes of the fields of the plugin is what we read', () => {
  const fields = recording('constructed-drone-webhook-plugin-default-body.json');
  const templates = recipeSteps().filter(({ template }) => template !== '');
  expect(templates).toHaveLength(1);
  for (const { template, verdict } of templates) {
    const filled = template.replaceAll(/\{\{ (\w+)\.(\w+) \}\}/g, (_, table, name) => String(fields[table][name]));
    const reading = read({ eventType: '', text: filled, body: JSON.parse(filled), receivedAt: 1_782_903_100_000 });
    expect(reading).toMatchObject({
      kind: 'events',
      events: [
        {
          data: {
            repo: 'acme/widget',
            number: 57,
            status: verdict,
            event: 'push',
            sha: fields.build.commit,
            pr: 0,
            duration_s: 90,
          },
        },
      ],
    });
  }
});
