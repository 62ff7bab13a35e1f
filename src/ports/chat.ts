/** Where people are told things: rooms with messages that can be edited and answered in a thread. */

import type { Millis } from '../core/time.ts';

export interface ChatMessage {
  readonly text: string;
  /** The same, as HTML with everything foreign escaped. */
  readonly html: string;
  /** Wakes everybody in the room. */
  readonly mention: boolean;
  /** P0 and P1: a budget never holds it back. */
  readonly urgent: boolean;
  /** Good news: it is over. */
  readonly resolved: boolean;
}

/** Where a message goes: into the room, over an earlier message, or below one. */
export type ChatPlace =
  | { readonly at: 'room' }
  | { readonly at: 'edit'; readonly of: string }
  | { readonly at: 'thread'; readonly of: string };

export interface ChatPost {
  /** A name the configuration maps to a room; one that it does not know, or `''`, is the default room. A value with a leading `!` is a room id. */
  readonly room: string;
  readonly message: ChatMessage;
  readonly place: ChatPlace;
  /** Sending twice with the same one sends once. Never used again for another message. */
  readonly txnId: string;
}

export type ChatResult =
  /** `ref` names the message from now on. */
  | { readonly ok: true; readonly ref: string }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly retry: boolean;
      /** Null when the world did not say how long to wait. */
      readonly retryAfter: Millis | null;
      /** It would be taken if it were smaller. */
      readonly tooLarge: boolean;
    };

/** Whether messages would arrive, in plain words that say what to mend. */
export interface ChatHealth {
  readonly ok: boolean;
  readonly said: string;
}

export interface Chat {
  /** Sends one message. Never rejects: the world failing is a result. */
  send(post: ChatPost, signal: AbortSignal): Promise<ChatResult>;
  /** Looks whether messages would arrive, without sending any. Never rejects. */
  check(signal: AbortSignal): Promise<ChatHealth>;
}
