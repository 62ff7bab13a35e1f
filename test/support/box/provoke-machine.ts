/** Memory, disks, processes and containers, made wrong for real. */

import { join } from 'node:path';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { composeLabels } from '../dockerd.ts';
import { write } from './files.ts';
import { after, type Due, type Stage } from './stage.ts';

/** Four of eight GB of swap are used, and 1500 MB can be had. */
export function swap({ box, machine }: Stage): Due {
  machine.memory(1_500, 4_000);
  return after(box, MINUTE, 'box');
}

/** 300 MB can be had. */
export function lowMemory({ box, machine }: Stage): Due {
  machine.memory(300, 4_000);
  return after(box, 30 * SECOND, 'box');
}

/** A filesystem of its own is filled to nine tenths. */
export function fullDisk({ box, machine, reactor }: Stage): Due {
  const device = machine.fill(reactor.pid, 90);
  return after(box, 3 * MINUTE, `box ${device}`);
}

/** A container of another stack dies three times: it ends at once, and the engine starts it twice again. */
export async function restartLoop({ box, engine }: Stage): Promise<Due> {
  const name = 'harb-anvil-1';
  const labels = composeLabels('harb', 'anvil');
  await engine.runContainer({ name, labels, cmd: 'exit 3', restart: 'on-failure:2' });
  const state = (): Promise<string> =>
    engine.docker('inspect', '-f', '{{.RestartCount}} {{.State.Status}} {{.State.FinishedAt}}', name);
  let said = await state();
  while (!said.startsWith('2 exited')) said = await state();
  return { key: 'harb anvil', at: Date.parse(said.split(' ')[2] ?? '') + (box.now() - Date.now()) };
}

/**
 * A lock in the agents' container whose process is gone there: its id is that of a process which lives here. Beside it one whose process lives
 * there, and is another one here.
 */
export async function deadLockElsewhere({ box, engine }: Stage): Promise<Due> {
  const old = Math.floor(Date.now() / SECOND) - 600;
  const script = `
    echo ${box.planner} > /tmp/review-poll.lock; touch -d @${old} /tmp/review-poll.lock
    sleep 100000 & echo $! > /tmp/planner-run.lock
    trap "exit 0" TERM; wait`;
  await engine.runContainer({ name: AGENTS, cmd: script });
  return after(box, MINUTE, `${AGENTS}:/tmp/review-poll.lock`);
}

/** Name of the agents' container. */
export const AGENTS = 'agents';

/** A container runs what its Compose file names, and then the file names another image. */
export async function otherImage({ box, engine, reactor }: Stage): Promise<Due> {
  const folder = join(box.clones, 'shop');
  const file = join(folder, 'compose.yml');
  const name = (image: string): void => write(file, `services:\n  web:\n    image: ${image}\n`);
  name('bb:1');
  const compose = { 'project.config_files': file, 'project.working_dir': folder };
  const labels = Object.entries(compose).map(([key, value]) => [`com.docker.compose.${key}`, value]);
  await engine.runContainer({ labels: { ...composeLabels('shop', 'web'), ...Object.fromEntries(labels) } });
  await reactor.waitFor('the container', () =>
    reactor.eventsOf('compose.service').some(({ state }) => state === 'same'),
  );
  name('bb:2');
  return after(box, 10 * MINUTE, 'box shop web 1');
}
