/** Schema 2: findings, and what people are told of them, say whether they are unconfirmed. Frozen. */

import type { Migration } from './migration.ts';

export const unconfirmed: Migration = {
  name: 'unconfirmed findings',
  statements: `
    UPDATE findings SET finding = json_set(finding, '$.unconfirmed', NULL);
    UPDATE outbox SET body = json_set(body, '$.spec.card.unconfirmed', NULL);
  `,
};
