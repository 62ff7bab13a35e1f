/**
 * What is asked when preflight is: what no source follows, because nobody decides by it or because it costs the engine seconds to tell.
 * Only reads: files, GET requests to engines, and the commands by which a container is looked into.
 */

import { openDockerFigures } from '../../adapters/docker-figures.ts';
import { openHost } from '../../adapters/host.ts';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../core/errors.ts';
import { SECOND, type Millis } from '../../core/time.ts';
import type { Asked, Facts } from '../../factory/preflight/facts.ts';
import type { Answer } from '../../ports/docker.ts';
import { openAgents } from '../agents.ts';
import { readFolders } from './folders.ts';
import { lookAround } from './places.ts';
import { readNoted, readReplies } from './left.ts';
import { readTails } from './tails.ts';

/** An engine needs two seconds for a container, for many at once hardly more; volumes may hold millions of files. */
const WITHIN: Millis = 10 * SECOND;

/** The facts with everything that is asked now. Never rejects; done within 10 s, and 15 s more where a container of agents hangs. */
export async function askNow(facts: Facts, config: Config): Promise<Facts> {
  const signal = AbortSignal.timeout(WITHIN);
  const machine = openHost();
  const agents = openAgents(config, machine);
  const around = lookAround(agents, signal);
  const [containers, volumes, folders, tails, replies, restartNoted] = await Promise.all([
    ofEngines(config, (url) => openDockerFigures(url).containers(signal)),
    ofEngines(config, (url) => openDockerFigures(url).volumes(signal)),
    readFolders(agents.local, signal),
    around.then((places) => readTails(facts, places)),
    around.then(readReplies),
    around.then(readNoted),
  ]);
  return { ...facts, tails, live: { containers, volumes, folders, replies, restartNoted } };
}

async function ofEngines<T>(
  { docker }: Config,
  ask: (url: string) => Promise<Answer<T>>,
): Promise<ReadonlyMap<string, Asked<T>>> {
  const asked = docker.map(async ({ host, url }): Promise<readonly [string, Asked<T>]> => [
    host,
    await answerOf(url, ask),
  ]);
  return new Map(await Promise.all(asked));
}

async function answerOf<T>(url: string, ask: (url: string) => Promise<Answer<T>>): Promise<Asked<T>> {
  try {
    const answer = await ask(url);
    return answer.denied ? { got: false, reason: answer.reason } : { got: true, value: answer.value, flaw: '' };
  } catch (error) {
    return { got: false, reason: messageOf(error) };
  }
}
