/** Chat for a box where no chat is configured: one readable line a message. */

import { styleText } from 'node:util';
import type { Chat, ChatMessage, ChatPost } from '../ports/chat.ts';

export interface ConsoleOptions {
  /** Takes one line, without its line end. */
  readonly write: (line: string) => void;
  /** Where the line ends up: colours are used when it is a terminal that wants them (`NO_COLOR` is respected). */
  readonly stream: NodeJS.WritableStream;
}

/** A chat that prints. It cannot edit: a change is a line of its own. */
export function consoleChat(options: ConsoleOptions): Chat {
  return {
    send(post) {
      const line = styleText(colourOf(post.message), lineOf(post), { stream: options.stream });
      if (!isSaidTwice(post)) options.write(line);
      return Promise.resolve({ ok: true, ref: post.place.at === 'room' ? `console:${post.txnId}` : post.place.of });
    },
    check: () => Promise.resolve({ ok: true, said: 'messages are printed here' }),
  };
}

/** The end of an incident marks the first message and is said below it; on a console the second is enough. */
function isSaidTwice(post: ChatPost): boolean {
  return post.place.at === 'edit' && post.message.resolved;
}

function lineOf(post: ChatPost): string {
  const where = post.room === '' ? '' : `${post.room}: `;
  const change = post.place.at === 'edit' ? 'changed: ' : '';
  return oneLine(where + change + post.message.text);
}

function colourOf(message: ChatMessage): 'green' | 'red' | 'yellow' {
  if (message.resolved) return 'green';
  return message.urgent ? 'red' : 'yellow';
}

/** Foreign text could hold sequences that rewrite the terminal. */
function oneLine(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, ' | ')
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
}
