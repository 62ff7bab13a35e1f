/** Runs contenders by turns: A B A B …, so that a noisy machine is as unkind to one as to the other. */

import type { Sample } from './figures.ts';

export interface Contender {
  readonly name: string;
  round(): Sample | Promise<Sample>;
}

export interface Plan {
  /** Rounds that are run and thrown away. */
  readonly warmUp: number;
  readonly rounds: number;
}

/** What each contender measured round by round, in the order in which they were given. */
export async function takeTurns(contenders: readonly Contender[], plan: Plan): Promise<readonly (readonly Sample[])[]> {
  const samples = contenders.map((): Sample[] => []);
  for (let round = 0; round < plan.warmUp + plan.rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      const sample = await contender.round();
      if (round >= plan.warmUp) samples[i]?.push(sample);
      if (process.env['BENCH_VERBOSE'] !== undefined) console.error(`  ${contender.name}`, JSON.stringify(sample));
    }
  }
  return samples;
}
