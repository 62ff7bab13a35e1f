/**
 * The whole reactor as a process, as `reactor run` composes it, on a clock that its parent moves: `node moved-main.ts <ms ahead>`.
 * There is no such switch in the reactor itself.
 */

import { readConfig, statePath } from '../../../src/app/configure.ts';
import { listenToSignals } from '../../../src/app/run.ts';
import { startApp } from '../../../src/app/app.ts';
import { openLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { movedClock } from './moved-clock.ts';

const clock = movedClock(Number(process.argv[2]));
const config = readConfig(process.env, process.cwd());
const signals = listenToSignals();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const app = await startApp({
  config,
  store: openStore({ path: statePath(config), now: () => clock.now() }),
  clock,
  log: openLog('info', process.stderr),
  console: { write: say, stream: process.stdout },
  onSource: (source, state, reason) => say(`${state} ${source} ${reason}`),
});
process.on('message', (span) => {
  void clock.advance(Number(span)).then(() => process.send?.('moved'));
});
await Promise.race([signals.first, app.failed]);
await app.stop();
// What keeps this process running besides is the line to its parent.
process.disconnect();
