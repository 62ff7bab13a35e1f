/** Appends until the disk refuses, says with which code, waits for a line on stdin, and appends once more. */

import { once } from 'node:events';
import { openStore } from '../../../../src/store/store.ts';
import { container } from '../support.ts';

const [path = ''] = process.argv.slice(2);
const store = openStore({ path, now: Date.now });
const batchOf = (name: string) =>
  Array.from({ length: 20 }, (_, n) => container(`${name}-${n}`, `${name}-${n}`, { image: 'x'.repeat(8000) }));

let stored = 0;
try {
  for (; ; stored += 20) await store.log.append(batchOf(`b${stored}`));
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  console.log(`rejected ${code} after ${stored}, count ${store.log.count()}`);
}
await once(process.stdin, 'data');
const again = await store.log.append(batchOf(`b${stored}`));
console.log(`stored ${again.length}, count ${store.log.count()}`);
await store.close();
process.stdin.destroy();
