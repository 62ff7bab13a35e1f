/** What a pipeline of Woodpecker can be. */

export const CI_STATUSES = [
  'created',
  'blocked',
  'pending',
  'running',
  'success',
  'failure',
  'error',
  'killed',
  'canceled',
  'declined',
  'skipped',
] as const;

export type CiStatus = (typeof CI_STATUSES)[number];

const OPEN: readonly string[] = ['created', 'blocked', 'pending', 'running'] satisfies readonly CiStatus[];
const RED: readonly string[] = ['failure', 'error'] satisfies readonly CiStatus[];

/** True for a status that something still follows. A word that a later server made up counts as open: it is asked about again. */
export function isOpenStatus(status: string): boolean {
  return OPEN.includes(status) || !CI_STATUSES.some((known) => known === status);
}

/** True when it ran to its end and did not pass. What somebody stopped, declined or skipped is neither red nor green. */
export function isRed(status: string): boolean {
  return RED.includes(status);
}
