import { expect, test } from 'vitest';
import { finding, START, tempStore } from './support.ts';

const fired = finding('f', { state: 'resolved', resolvedAt: START + 5 });
const pending = finding('f', { state: 'pending', firing: '', firedAt: null, last: START + 9 });
const states = (found: readonly { readonly state: string }[]): readonly string[] => found.map(({ state }) => state);

test('what is pending again stands beside what fired before, and leaves it alone when it comes to nothing', async () => {
  await using temp = tempStore();
  const { findings } = temp.open();
  findings.save([fired]);
  findings.save([pending]);
  expect(states(findings.list())).toEqual(['pending', 'resolved']);
  expect(states(findings.list({ states: ['pending'] }))).toEqual(['pending']);
  expect(findings.get('f')).toEqual(fired);
  findings.save([{ ...pending, state: 'resolved' }]);
  expect(findings.list()).toEqual([fired]);
  expect(findings.firings('f').map(({ firing }) => firing)).toEqual([fired.firing]);
});

test('what fires is pending no more', async () => {
  await using temp = tempStore();
  const { findings } = temp.open();
  findings.save([pending]);
  expect(findings.get('f')).toEqual(pending);
  const firing = finding('f', { firing: 'f-2' });
  findings.save([firing]);
  expect(findings.list()).toEqual([firing]);
});

test('tracks are kept in the order in which they came, and go when they are forgotten', async () => {
  await using temp = tempStore();
  const { tracks } = temp.open();
  const row = (id: string, body = ''): { rule: string; id: string; body: string } => ({ rule: 'core/red', id, body });
  tracks.save({ kept: [row('b'), row('a'), row('c')], gone: [] });
  tracks.save({ kept: [row('b', 'new')], gone: [{ rule: 'core/red', id: 'a' }] });
  expect([...tracks.list()].map(({ id, body }) => [id, body])).toEqual([
    ['b', 'new'],
    ['c', ''],
  ]);
  tracks.clear();
  expect([...tracks.list()]).toEqual([]);
});
