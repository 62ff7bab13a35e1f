import { expect, test } from 'vitest';
import { findPidNamespace } from '../../../../src/sources/files/namespace.ts';
import { fakePlace } from '../../../support/fake-place.ts';

test('process ids mean our processes only where it can be told where a folder comes from', async () => {
  const place = fakePlace();
  const { machine, files } = place;
  expect(await findPidNamespace('/tmp', machine, files)).toMatchObject({ same: true });
  const nowhere = { ...files, realPath: async () => null };
  const reason = 'nothing tells where /tmp comes from';
  expect(await findPidNamespace('/tmp', machine, nowhere)).toEqual({ same: false, reason });
  place.proc.delete('self/mountinfo');
  expect(await findPidNamespace('/tmp', machine, files)).toEqual({ same: false, reason });
});
