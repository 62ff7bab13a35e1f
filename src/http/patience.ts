/** How many refusals of one peer are worth a line in the log: a bucket a peer, so that a flood fills neither log nor memory. */

import type { Clock } from '../ports/clock.ts';

const BURST = 10;
const PER_SECOND = 1;
const MAX_PEERS = 1_024;

interface Bucket {
  readonly left: number;
  readonly at: number;
}

/** Tells whether a peer has one more refusal left; 10 at once, then one a second. Remembers 1,024 peers. */
export function createPatience(clock: Pick<Clock, 'monotonic'>): (peer: string) => boolean {
  const buckets = new Map<string, Bucket>();
  return (peer) => {
    const at = clock.monotonic();
    const known = buckets.get(peer) ?? { left: BURST, at };
    const left = Math.min(BURST, known.left + ((at - known.at) / 1_000) * PER_SECOND);
    // Taken out and put back, so that the first of the map is the peer that was quiet longest.
    buckets.delete(peer);
    buckets.set(peer, { left: left >= 1 ? left - 1 : left, at });
    const [oldest] = buckets.keys();
    if (buckets.size > MAX_PEERS && oldest !== undefined) buckets.delete(oldest);
    return left >= 1;
  };
}
