/** A budget for a chat: so many messages a minute, so that a storm does not become a flood. */

import { MINUTE, type Millis } from '../../core/time.ts';
import type { Chat } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';

export interface Budget {
  readonly perMinute: number;
  /** How many may go out at once after a quiet time. */
  readonly burst: number;
}

const DEFAULT_BUDGET: Budget = { perMinute: 6, burst: 10 };

/** The chat behind a token bucket. What is over the budget is refused with the time to wait; urgent messages always pass. */
export function limitChat(chat: Chat, clock: Clock, budget: Budget = DEFAULT_BUDGET): Chat {
  const take = tokenBucket(clock, budget);
  return {
    async send(post, signal) {
      const wait = post.message.urgent ? 0 : take();
      if (wait === 0) return chat.send(post, signal);
      const reason = `over the budget of ${budget.perMinute} messages a minute`;
      return { ok: false, reason, retry: true, retryAfter: wait, tooLarge: false };
    },
    check: (signal) => chat.check(signal),
  };
}

function tokenBucket(clock: Clock, budget: Budget): () => Millis {
  const perToken = MINUTE / budget.perMinute;
  let tokens = budget.burst;
  let filledAt = clock.monotonic();
  return () => {
    const now = clock.monotonic();
    tokens = Math.min(budget.burst, tokens + (now - filledAt) / perToken);
    filledAt = now;
    if (tokens < 1) return Math.ceil((1 - tokens) * perToken);
    tokens -= 1;
    return 0;
  };
}
