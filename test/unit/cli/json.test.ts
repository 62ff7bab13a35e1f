import { expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/time.ts';
import { openCli } from '../../../src/cli/context.ts';
import { guideOf, type Shape } from '../../../src/cli/guide.ts';
import { createProgram } from '../../../src/cli/index.ts';
import { eventAgo, makeFinding, memory, NOW, openCommandLine, type CommandLine } from '../../support/command-line.ts';
import { differences } from '../../support/json-shape.ts';
import { makeNotify } from '../../support/make-order.ts';

/** The shape that a command documents. */
function shapeOf(...path: readonly string[]): Shape {
  const world = { env: {}, cwd: '/', stdout: memory(), stderr: memory(), now: () => NOW, exit: () => undefined };
  let command = createProgram(openCli(world), () => undefined);
  for (const name of path) {
    const inner = command.commands.find((one) => one.name() === name);
    if (inner === undefined) throw new Error(`no command ${name}`);
    command = inner;
  }
  const shape = guideOf(command)?.json;
  if (shape === undefined) throw new Error(`${path.join(' ')} documents no JSON`);
  return shape;
}

/** A state in which everything that can be told is there to be told. */
async function openRich(): Promise<CommandLine> {
  const cli = openCommandLine();
  const die = eventAgo(5 * MINUTE, 'docker.container', {
    action: 'die',
    stack: 'harb',
    service: 'anvil',
    exit_code: 1,
  });
  const memoryLow = eventAgo(MINUTE / 4, 'host.memory', { available_mb: 100 });
  const since = new Date(NOW).toISOString();
  await cli.happen(die, memoryLow, eventAgo(MINUTE, 'reactor.source', { source: 'files', state: 'available', since }));
  const gate = { gate: 'silence', pass: false, reason: 'silenced', step: 1, at: NOW, retryAt: NOW } as const;
  const finding = makeFinding({
    causes: [die.id],
    gates: [gate],
    unconfirmed: { source: 'forge', since: NOW, reason: '502' },
  });
  await cli.remember((store) => {
    store.findings.save([finding]);
    store.outbox.add([makeNotify({}, { id: 'o', firing: finding.firing })]);
    const span = { from: NOW, until: NOW + MINUTE };
    store.silences.add({ id: 's', rule: 'factory-core/disk-high', key: ['box'], ...span, by: '@op', reason: '' });
  });
  return cli;
}

test.each([
  [['findings'], ['findings'], []],
  [['why', 'restart-loop-foreign'], ['why'], ['rule.exceptions[]']],
  [['why-not', 'mem-floor'], ['why-not'], ['open[]']],
  [['why-not', 'restart-loop-foreign'], ['why-not'], []],
  [['status'], ['status'], []],
  [['rules', 'check'], ['rules', 'check'], expect.anything()],
  [['rules', 'test', 'disk-high'], ['rules', 'test'], ['[].cases[].failures[]']],
])('reactor %j --json prints what docs/cli.md says', async (args, command, rare) => {
  using cli = await openRich();
  const { wrong, unseen } = differences(await cli.json(...args), shapeOf(...command));
  expect(wrong).toEqual([]);
  expect(unseen).toEqual(rare);
});

test('a value that is not documented, of another type or missing is told', () => {
  const shape: Shape = { 'a[].b': { type: ['string'], doc: '' }, c: { type: ['number'], doc: '' } };
  expect(differences({ a: [{ b: 1 }, { d: 'x' }] }, shape)).toEqual({
    wrong: ['a[].b is number', 'a[].d is not documented'],
    unseen: ['c'],
  });
});
