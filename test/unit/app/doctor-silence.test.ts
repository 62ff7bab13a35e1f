import { expect, test } from 'vitest';
import { examineFiles } from '../../../src/app/doctor/box.ts';
import { examineDocker } from '../../../src/app/doctor/docker.ts';
import { makePatient, silent } from '../../support/patient.ts';

test('an engine that falls silent in the middle of being asked does not answer, whatever it said before', async () => {
  const patient = makePatient({ docker: { '/events': silent('TIMEOUT', 'no answer in time') } });
  const checks = await examineDocker(patient);
  expect(checks.map(({ state, said }) => `${state} ${said}`)).toEqual([
    'warn nobody answers at /var/run/docker.sock: no answer in time',
  ]);
});

test('a folder of phase files that is not there is broken, and not a folder without phase files', async () => {
  const patient = makePatient({ env: { FACTORY_TMP: '/shared' }, places: { '/shared': { is: 'missing' } } });
  expect(await examineFiles(patient)).toMatchObject([{ state: 'broken', said: 'there is no /shared' }]);
});
