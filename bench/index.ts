/** All benches, in the order in which they run. A new one is a file and a line here. */

import { dockerDie } from './docker-die.ts';
import { dockerLines } from './docker-lines.ts';
import { engine } from './engine.ts';
import type { Bench } from './harness/bench.ts';
import { memory } from './memory.ts';
import { startup } from './startup.ts';
import { webhook } from './webhook.ts';

export const BENCHES: readonly Bench[] = [webhook, dockerLines, engine, startup, memory, dockerDie];
