import { expect, test } from 'vitest';
import { examineIntake } from '../../../src/app/doctor/faces.ts';
import { makePatient } from '../../support/patient.ts';

const toml = '[[forges]]\nurl = "https://codeberg.org"\nwebhook_secret = "s"\n';

test.each([
  ['127.0.0.1:8787', 'signed ones of codeberg.org, from this box alone (127.0.0.1:8787)'],
  ['0.0.0.0:8787', 'signed ones of codeberg.org at 0.0.0.0:8787'],
])(
  'at %s, when one forge alone has a secret, webhooks of the others are not said to be taken',
  async (listen, whose) => {
    const checks = await examineIntake(makePatient({ toml, env: { REACTOR_LISTEN: listen } }));
    expect(checks.find(({ name }) => name === 'webhooks')).toEqual({
      name: 'webhooks',
      state: 'warn',
      said: `${whose}; those of any other forge are refused, as there is no secret for them`,
      fix: 'FORGEJO_WEBHOOK_SECRET=$(openssl rand -hex 32)',
    });
  },
);
