import { expect, test } from 'vitest';
import { acceptedBy } from '../../../src/cli/tell.ts';

test('an event that was taken has its ids', () => {
  const body = { accepted: 1, known: 0, ids: ['a'] };
  expect(acceptedBy({ reached: true, status: 202, body })).toEqual(body);
});

test.each([
  [401, { error: 'the token is wrong', hint: 'Set it.' }, 'the reactor refused (401): the token is wrong. Set it.'],
  [501, null, 'what answers is no reactor (status 501). reactor doctor says who is there'],
  [404, '<html>', 'what answers is no reactor (status 404). reactor doctor says who is there'],
  [200, { ok: true }, 'what answers is no reactor (status 200). reactor doctor says who is there'],
])('an answer with status %i and %j is a refusal of ours, or somebody else’s', (status, body, said) => {
  expect(() => acceptedBy({ reached: true, status, body })).toThrow(said);
});
