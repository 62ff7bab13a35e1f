/** Remembers what was sent, so that an order of two messages that is tried again sends only the one that is missing. */

import type { Chat } from '../../ports/chat.ts';

const REMEMBERED = 1_000;

/** The chat, which answers from memory when a transaction id was sent before. The homeserver knows them too, but asking it costs budget. */
export function rememberSent(chat: Chat): Chat {
  const refs = new Map<string, string>();
  return {
    async send(post, signal) {
      const known = refs.get(post.txnId);
      if (known !== undefined) return { ok: true, ref: known };
      const result = await chat.send(post, signal);
      if (result.ok) refs.set(post.txnId, result.ref);
      for (const oldest of refs.keys()) {
        if (refs.size <= REMEMBERED) break;
        refs.delete(oldest);
      }
      return result;
    },
    check: (signal) => chat.check(signal),
  };
}
