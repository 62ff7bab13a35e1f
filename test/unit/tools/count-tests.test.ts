import { expect, test } from 'vitest';
import { countTests } from '../../../tools/ci/count-tests.ts';

const file = (status: string, tests: readonly string[], message = '') => ({
  name: 'a.test.ts',
  status,
  message,
  assertionResults: tests.map((said, i) => ({ fullName: `t${i}`, status: said })),
});

test.each([
  ['all passed', [file('passed', ['passed', 'passed'])], [], 2, 0],
  ['one failed', [file('failed', ['passed', 'failed'])], ['npm test'], 1, 1],
  ['one was skipped', [file('passed', ['passed', 'skipped'])], [], 1, 1],
  ['one is to be written', [file('passed', ['passed', 'todo'])], [], 1, 1],
  ['a file could not be loaded', [file('passed', ['passed']), file('failed', [], 'broken\nat x')], ['npm test'], 1, 1],
  ['there is no test', [], [], 0, 1],
  ['an error outside of the tests', [file('passed', ['passed'])], ['npm test'], 1, 1],
  ['the check failed', [file('passed', ['passed'])], ['npm run check'], 1, 1],
  ['check and a test failed', [file('failed', ['failed', 'passed'])], ['npm run check', 'npm test'], 1, 2],
])('%s', (_name, testResults, broken, ...counts) => {
  const { passed, failed, notes } = countTests({ testResults }, broken);
  expect([passed, failed]).toEqual(counts);
  expect(notes).toHaveLength(failed);
});

test.each([[null], [{}], ['text']])('a report that is %j is a failure', (report) => {
  expect(countTests(report, ['npm test'])).toMatchObject({ passed: 0, failed: 1 });
});

test('what failed is named', () => {
  const { notes } = countTests({ testResults: [file('failed', ['skipped']), file('failed', [], 'broken\nat x')] }, []);
  expect(notes).toEqual(['skipped: a.test.ts > t0', 'failed: a.test.ts: broken']);
});
