import { expect, test } from 'vitest';
import { acceptedBy } from '../../../src/cli/tell.ts';

test.each([
  [202, { accepted: 1, known: 0, ids: ['a'] }, { accepted: 1, known: 0, ids: ['a'] }],
  [401, { error: 'the token is wrong', hint: 'Set it.' }, 'the reactor refused (401): the token is wrong. Set it.'],
  [501, null, 'what answers is no reactor (status 501). reactor doctor says who is there'],
  [404, '<html>', 'what answers is no reactor (status 404). reactor doctor says who is there'],
  [200, { ok: true }, 'what answers is no reactor (status 200). reactor doctor says who is there'],
])('an answer with status %i and %j is taken for what it is', (status, body, expected) => {
  const ask = () => acceptedBy({ reached: true, status, body });
  if (typeof expected === 'string') expect(ask).toThrow(expected);
  else expect(ask()).toEqual(expected);
});
