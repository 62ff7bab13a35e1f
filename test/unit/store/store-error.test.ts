import { expect, test } from 'vitest';
import { isDamage, StoreError, toStoreError } from '../../../src/store/store-error.ts';

const fromSqlite = (errcode: number): Error => Object.assign(new Error('said SQLite'), { errcode });

test.each([
  [5, 'STORE_BUSY'],
  [8, 'STORE_READ_ONLY'],
  [778, 'STORE_IO'],
  [11, 'STORE_CORRUPT'],
  [267, 'STORE_CORRUPT'],
  [13, 'STORE_FULL'],
  [14, 'STORE_UNREACHABLE'],
  [26, 'STORE_CORRUPT'],
])("SQLite's code %i is %s", (errcode, code) => {
  const cause = fromSqlite(errcode);
  const error = toStoreError(cause, '/var/reactor.db');
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject({ code, cause, message: expect.stringContaining('/var/reactor.db') });
  expect(isDamage(error)).toBe(code === 'STORE_CORRUPT');
});

test.each([
  ['a mistake in our own SQL', fromSqlite(1)],
  ['a bug', new TypeError('x')],
  ['no error', 'text'],
])('%s stays what it is', (_, error) => {
  expect(toStoreError(error, 'x.db')).toBe(error);
});
