/** A chat in memory that keeps the promises of the port: one transaction id, one message. */

import type { Chat, ChatPost, ChatResult } from '../../src/ports/chat.ts';

export interface FakeChat extends Chat {
  /** Every post that arrived, in order. */
  readonly posts: readonly ChatPost[];
  /** How often it was asked to send. */
  asked(): number;
  /** The next sends are answered so, in order; null sends as usual. */
  answer(...results: readonly (ChatResult | null)[]): void;
}

/** An empty chat. */
export function fakeChat(): FakeChat {
  const posts: ChatPost[] = [];
  const refs = new Map<string, string>();
  const answers: (ChatResult | null)[] = [];
  let asked = 0;
  return {
    posts,
    asked: () => asked,
    answer: (...results) => void answers.push(...results),
    send(post) {
      asked += 1;
      const answer = answers.shift() ?? null;
      if (answer !== null) return Promise.resolve(answer);
      const ref = refs.get(post.txnId) ?? `$${post.txnId}`;
      if (!refs.has(post.txnId)) posts.push(post);
      refs.set(post.txnId, ref);
      return Promise.resolve({ ok: true, ref });
    },
    check: () => Promise.resolve({ ok: true, said: 'in memory' }),
  };
}

type Refusal = Omit<Extract<ChatResult, { ok: false }>, 'ok'>;

/** A refusal that may be tried again at once, unless it says otherwise. */
export function refusal(more: Partial<Refusal> = {}): ChatResult {
  return { ok: false, reason: 'no', retry: true, retryAfter: null, tooLarge: false, ...more };
}
