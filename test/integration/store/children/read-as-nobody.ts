/** Reads the store as a user who may not write to its folder, and prints how many events it has. */

import { openStore } from '../../../../src/store/store.ts';

const [path = ''] = process.argv.slice(2);
if (process.getuid?.() === 0) process.setuid?.(65_534);
const store = openStore({ path, now: Date.now, readOnly: true });
console.log(`count ${store.log.count()}`);
await store.close();
