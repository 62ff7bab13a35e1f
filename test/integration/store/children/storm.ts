/** Appends, decides and settles without end, and says on stdout what the store has confirmed. Made to be killed. */

import { writeSync } from 'node:fs';
import { openStore } from '../../../../src/store/store.ts';
import { container, order } from '../support.ts';

const [path = '', round = ''] = process.argv.slice(2);
const store = openStore({ path, now: Date.now });
const say = (line: string): void => void writeSync(1, `${line}\n`);
const padding = 'x'.repeat(2000);

say(`unsettled ${store.outbox.unsettled().length}`);
for (let turn = 0; ; turn += 1) {
  const ids = Array.from({ length: 5 }, (_, n) => `${round}-${turn}-${n}`);
  await Promise.all(
    ids.map(async (id) => {
      await store.log.append([container(id, `x${turn % 50}`, { labels: { padding } })]);
      say(`stored ${id}`);
    }),
  );
  const id = `${round}-${turn}`;
  store.transact(() => store.outbox.add([order(id), order(`${id}-twin`, { target: 'twin' })]));
  say(`decided ${id}`);
  store.outbox.begin(id, Date.now());
  say(`begun ${id}`);
  store.outbox.settle(id, { state: 'done', ref: `$${id}`, reason: '', at: Date.now() });
  say(`settled ${id}`);
}
