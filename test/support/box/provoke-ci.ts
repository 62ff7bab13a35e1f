/** Pipelines and agents, made wrong at a Woodpecker. */

import { HOUR, MINUTE, SECOND, type Millis } from '../../../src/core/time.ts';
import { taskOf } from '../fake-woodpecker-api.ts';
import { addAgent, type Box } from './box.ts';
import { after, atOnce, dueSoon, type Due, type Scene, type Stage } from './stage.ts';

/** Fields of the pipeline of a pull request. */
const ofPull = (number: number) => ({
  event: 'pull_request',
  ref: `refs/pull/${number}/head`,
  refspec: `fix/issue-${number}:main`,
  branch: 'main',
});

/** A pipeline has been running for almost twenty minutes. */
export function runsLong(scene: Scene): Due {
  const { box } = scene;
  const { age, at } = dueSoon(scene, 20 * MINUTE);
  const started = box.secondsAgo(age);
  const number = box.ci.start(box.ciRepo, { status: 'running', created: started, started, ...ofPull(32) });
  return { key: `acme/widget ${number}`, at };
}

/** A pipeline has been waiting for almost half an hour. */
export function waitsLong(scene: Scene): Due {
  const { box } = scene;
  const { age, at } = dueSoon(scene, 30 * MINUTE);
  const number = box.ci.start(box.ciRepo, { status: 'pending', created: box.secondsAgo(age), ...ofPull(33) });
  return { key: `acme/widget ${number}`, at };
}

/** The server was restarted and lost a task: its pipeline runs, and neither an agent nor the queue has it. */
export async function ghost({ box, reactor }: Stage): Promise<Due> {
  const { ci, ciRepo } = box;
  ci.cut();
  const open = [...(ci.world.pipelines.get(ciRepo)?.values() ?? [])];
  const tasks = (status: string, agent: number) =>
    open.filter((one) => one['status'] === status).map((one) => taskOf(ciRepo, Number(one['number']), agent));
  ci.world.queue = { pending: tasks('pending', 0), waiting_on_deps: [], running: tasks('running', 2) };
  const started = box.secondsAgo(MINUTE);
  const number = ci.start(ciRepo, { status: 'running', created: started, started, branch: 'other' }, true);
  ci.mend();
  const asked = ci.asked.length;
  const due = after(box, 2 * MINUTE, `acme/widget ${number}`);
  await reactor.waitFor('a look at the queue', () => ci.asked.slice(asked).some((path) => path.includes('/queue/')));
  return due;
}

/** An agent is not heard of: silent after five minutes, and told of when that lasts for two. */
export function silentAgent(scene: Scene): Due {
  const { box } = scene;
  const { began, at } = dueSoon(scene, 7 * MINUTE);
  addAgent(box.ci, 3, Math.floor(began / SECOND));
  return { key: 'agent-3 3', at };
}

function fails(box: Box, took: Millis, ended: Millis): void {
  const [started, finished] = [box.secondsAgo(took + ended), box.secondsAgo(ended)];
  box.ci.start(box.ciRepo, { status: 'failure', created: started, started, finished, updated: finished });
}

/** Two pipelines of the default branch fail, one after the other, and what they tell is no fault of an agent. */
export function redTwice({ box }: Scene): Due {
  fails(box, 10 * MINUTE, 30 * MINUTE);
  fails(box, 10 * MINUTE, 5 * SECOND);
  return atOnce(box, 'acme/widget');
}

/** Three pipelines fail within seconds of their start. */
export function failsFast({ box }: Scene): Due {
  for (const ended of [2, 1, 0]) fails(box, 5 * SECOND, ended * SECOND);
  return atOnce(box, 'agent-2 2');
}

/** The pipeline of a pull request ended almost twenty minutes ago, and nobody pushed since. */
export function stalePull(scene: Scene): Due {
  const { box } = scene;
  const { age, at } = dueSoon(scene, 20 * MINUTE);
  const finished = box.secondsAgo(age);
  const times = { created: box.secondsAgo(HOUR), started: box.secondsAgo(HOUR), finished, updated: finished };
  box.ci.start(box.ciRepo, { status: 'success', ...ofPull(31), ...times });
  return { key: 'acme/widget 31', at };
}
