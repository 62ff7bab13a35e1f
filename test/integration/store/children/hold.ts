/** Opens the store, says so or why not, and holds it until it is told to stop. */

import { openStore } from '../../../../src/store/store.ts';

const [path = ''] = process.argv.slice(2);
try {
  const store = openStore({ path, now: Date.now });
  console.log('open');
  process.stdin.once('data', () => {
    void store.close().then(() => process.stdin.destroy());
  });
} catch (error) {
  console.log(`refused ${error instanceof Error && 'code' in error ? String(error.code) : ''} ${String(error)}`);
}
