/** Has a listener that throws and nobody to tell. */

import { openStore } from '../../../../src/store/store.ts';
import { container } from '../support.ts';

const [path = ''] = process.argv.slice(2);
const store = openStore({ path, now: Date.now });
store.log.onStored(() => {
  throw new Error('a bug in the listener');
});
await store.log.append([container('a')]);
console.log('stored');
await new Promise(() => setInterval(() => {}, 1000));
