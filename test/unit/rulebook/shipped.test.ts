import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDuration } from '../../../src/core/duration.ts';
import { formatProblem } from '../../../src/core/problem.ts';
import type { Rule } from '../../../src/core/rule.ts';
import { ruleSchema } from '../../../src/rulebook/json-schema.ts';
import { lintTests } from '../../../src/rulebook/lint.ts';
import { loadRulebook } from '../../../src/rulebook/load.ts';
import { loadTests } from '../../../src/rulebook/read-tests.ts';
import { SPAN } from '../../../src/rulebook/shape.ts';
import { eventOf, NOW, scopeOf } from './support.ts';

const readFolder = async (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.toml'))
    .toSorted()
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, 'utf8') }));

const loaded = await loadRulebook({ folders: ['rules'], vars: {}, now: NOW, readFolder });
const { tests, problems: testProblems } = await loadTests({ folders: ['rules'], readFolder });

function shipped(name: string): Rule {
  const rule = loaded.rulebook.rules.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule;
}

test('the shipped packs have no mistakes, and every rule its cases', () => {
  const problems = [...loaded.problems, ...loaded.notices, ...testProblems, ...lintTests(loaded.rulebook, tests)];
  expect(problems.map(formatProblem)).toEqual([]);
});

test('the ten rules of the core pack and those about the reactor are there', () => {
  const packs = ['factory-core', 'reactor'];
  const ids = loaded.rulebook.rules.filter((rule) => packs.includes(rule.pack)).map((rule) => rule.id);
  expect(ids).toEqual([
    'factory-core/mem-floor',
    'factory-core/mem-swap',
    'factory-core/disk-high',
    'factory-core/ci-running-long',
    'factory-core/ci-pending-long',
    'factory-core/pr-stale',
    'factory-core/escalate-timeout',
    'factory-core/lock-dead',
    'factory-core/restart-loop-foreign',
    'factory-core/image-drift',
    'reactor/source-unavailable',
    'reactor/docker-gap',
    'reactor/effect-dead',
    'reactor/effect-interrupted',
    'reactor/rule-broken',
    'reactor/rule-slow',
    'reactor/rule-overflow',
    'reactor/store-reset',
    'reactor/store-full',
    'reactor/clock-jump',
    'reactor/reload-failed',
  ]);
});

test.each(loaded.rulebook.rules.map((rule) => [rule.id, rule] as const))(
  '%s is in the journal, and has an incident file when it is P0 to P2',
  (_id, rule) => {
    const acts = rule.steps.map((step) => step.action.act);
    expect(acts).toContain('journal');
    expect(acts.includes('incident')).toBe(['P0', 'P1', 'P2'].includes(rule.priority));
  },
);

test('a restart loop names stack, service and owner, and goes to the room of the owner', () => {
  const rule = shipped('restart-loop-foreign');
  const data = {
    action: 'die',
    stack: 'harb',
    service: 'anvil',
    stack_owner: '@johba',
    stack_owner_room: 'harb-ops',
    exit_code: 1,
  };
  const scope = scopeOf(eventOf('docker.container', data));
  expect(rule.when?.test(scope)).toBe(true);
  expect(rule.render(rule.text, scope)).toBe('harb/anvil died 3x in 10m (last exit 1); owner @johba');
  expect(rule.steps.map((step) => step.action.act)).toEqual(['vault', 'notify', 'journal', 'incident']);
  const rooms = rule.steps.flatMap(({ action }) => (action.act === 'notify' ? [rule.render(action.to, scope)] : []));
  expect(rooms).toEqual(['harb-ops']);
});

test.each([
  [{ requested: true }, 'it was asked for'],
  [{ managed: true }, 'the factory owns it'],
  [{ exit_code: 143 }, 'the exit was clean'],
  [{ action: 'start' }, 'it did not die'],
])('a container with %j is no foreign restart loop: %s', (data, _why) => {
  const event = eventOf('docker.container', { action: 'die', stack: 'harb', exit_code: 1, ...data });
  expect(shipped('restart-loop-foreign').when?.test(scopeOf(event))).toBe(false);
});

test('the schema for editors is the one in the code: node tools/rule-schema.ts', () => {
  const committed: unknown = JSON.parse(readFileSync('rules/rule.schema.json', 'utf8'));
  expect(committed).toEqual(ruleSchema());
});

test('the shipped packs point editors to the schema', async () => {
  const packs = await readFolder('rules');
  const first = packs.map(({ text }) => text.split('\n')[0]);
  expect(first).toEqual(packs.map(() => '#:schema ./rule.schema.json'));
});

test.each([
  '30s',
  '9m30s',
  '24h',
  '7d',
  '1d2h3m4s5ms',
  '500ms',
  '0s',
  '',
  '5',
  'm',
  '1m1h',
  '1 h',
  '-1s',
  '1.5h',
  '5mm',
])('the schema and the reader agree on the span %j', (text) => {
  expect(SPAN.test(text)).toBe(parseDuration(text) !== null);
});
