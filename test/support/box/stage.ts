/** What a condition is provoked on, and how one is told of. */

import { HOUR, SECOND, type Instant, type Millis } from '../../../src/core/time.ts';
import type { Dockerd } from '../dockerd.ts';
import { fixture } from '../forge-deliveries.ts';
import type { Numbered } from '../forge-objects.ts';
import { webhook } from '../http-face.ts';
import type { Reactor } from '../reactor.ts';
import type { Box } from './box.ts';
import type { Machine } from './machine.ts';

export interface Scene {
  readonly box: Box;
  /** What is wrong by the times of things is short of its time by this; negative: over it. */
  readonly short: Millis;
  /** Sends a webhook of the forge. */
  tell(kind: string, body: unknown): Promise<void>;
}

/** With everything that there is to make wrong. */
export interface Stage extends Scene {
  readonly reactor: Reactor;
  readonly machine: Machine;
  readonly engine: Dockerd;
}

/** What has to be found, and when it is due: at once, or when what it is held for is over. */
export interface Due {
  /** Parts of the finding's key, without folders. */
  readonly key: string;
  /** By the clock of the box. */
  readonly at: Instant;
  /** By the time of the thing itself, and not by when a reactor first saw it. */
  readonly fixed?: true;
}

/** Makes a condition true. */
export type Provoke = (stage: Stage) => Due | Promise<Due>;

/** The time at which a thing has to have begun to be due when it should, and when it then is. */
export function dueSoon({ box, short }: Scene, hold: Millis): Began {
  // Forge, CI and git write whole seconds.
  const began = Math.floor((box.now() - hold + short) / SECOND) * SECOND;
  return { began, age: box.now() - began, at: began + hold };
}

interface Began {
  readonly began: Instant;
  readonly age: Millis;
  readonly at: Instant;
}

/** What is due as soon as it is true. */
export const atOnce = (box: Box, key: string): Due => ({ key, at: box.now() });
/** What is due when it has been true for so long from now on. */
export const after = (box: Box, hold: Millis, key: string): Due => ({ key, at: box.now() + hold });

/** Puts a pull request at the forge, whose webhook tells of it. */
export async function tellPull({ box, tell }: Scene, pull: Numbered): Promise<void> {
  box.forge.world.pulls.set(pull.number, pull);
  const body = fixture('constructed-v15-pull_request-opened.json');
  await tell('pull_request', { ...body, number: pull.number, pull_request: pull });
}

/** Puts issues at the forge, whose webhooks tell of them once all are there. */
export async function tellIssues({ box, tell }: Scene, ...issues: readonly Numbered[]): Promise<void> {
  for (const issue of issues) box.forge.world.issues.set(issue.number, issue);
  const body = fixture('constructed-v15-issues-opened.json');
  for (const issue of issues) await tell('issues', { ...body, number: issue.number, issue });
}

/** Sends webhooks to a reactor. */
export const teller =
  (reactor: Reactor): Scene['tell'] =>
  async (kind, body) => {
    const answer = await reactor.fetch('/webhooks/forgejo', webhook(kind, JSON.stringify(body)));
    if (answer.status !== 202) throw new Error(`${kind}: ${answer.status} ${await answer.text()}`);
  };

/** Makes it be wrong since hours, with nobody there who could be told. */
export async function ruin(box: Box, makes: readonly ((scene: Scene) => Due | Promise<Due>)[]): Promise<void> {
  for (const make of makes) await make({ box, short: -3 * HOUR, tell: async () => undefined });
}
