/** Notify: one message per incident, edited as it changes, with its repeats and its end in a thread below it. */

import {
  done,
  failed,
  skipped,
  type Effect,
  type EffectContext,
  type EffectOrder,
  type EffectResult,
  type SpecOf,
} from '../../core/effect.ts';
import { MINUTE, type Millis } from '../../core/time.ts';
import type { Chat, ChatPlace, ChatResult } from '../../ports/chat.ts';
import { renderMessage, type Wording } from './message.ts';
import { rememberSent } from './sent.ts';

type Order = EffectOrder<SpecOf<'notify'>>;

/** What is carried out later than this after it was decided says so. */
const LATE_AFTER: Millis = 10 * MINUTE;

/** An event may hold 64 KB; an edit carries its text and its HTML twice. */
const ROOM_FOR: Readonly<Record<ChatPlace['at'], number>> = { room: 56_000, thread: 56_000, edit: 27_000 };

/** Tells a room about a finding. The ref of a `fire` is the message of the incident, also when it is said again. */
export function notifyEffect(chat: Chat): Effect<SpecOf<'notify'>> {
  const remembered = rememberSent(chat);
  return {
    act: 'notify',
    repeatable: true,
    run(order, context) {
      const say = speaker(remembered, order, context);
      switch (order.phase) {
        case 'fire':
          return context.firedRef === '' ? announce(say) : sayAgain(say, context.firedRef);
        case 'update':
          return change(say, context.firedRef);
        case 'resolve':
          return end(say, context.firedRef);
      }
    },
  };
}

type Say = (step: string, wording: Wording, place: ChatPlace) => Promise<ChatResult>;

/** Each message of an order has its own transaction id, made of the order's, so that a retry repeats nothing. */
function speaker(chat: Chat, order: Order, context: EffectContext): Say {
  return async (step, wording, place) => {
    const post = (budget: number): Promise<ChatResult> => {
      const waited = context.now - order.decidedAt;
      const said = {
        wording,
        card: order.spec.card,
        now: context.now,
        late: waited > LATE_AFTER ? waited : null,
        budget,
      };
      const message = renderMessage(said);
      return chat.send({ room: order.spec.to, message, place, txnId: `${order.id}.${step}` }, context.signal);
    };
    const result = await post(ROOM_FOR[place.at]);
    return !result.ok && result.tooLarge ? post(ROOM_FOR[place.at] / 8) : result;
  };
}

async function announce(say: Say): Promise<EffectResult> {
  return toEffectResult(await say('send', 'alert', { at: 'room' }));
}

async function sayAgain(say: Say, root: string): Promise<EffectResult> {
  const reply = await say('reply', 'still', { at: 'thread', of: root });
  return reply.ok ? done(root) : toEffectResult(reply);
}

async function change(say: Say, root: string): Promise<EffectResult> {
  if (root === '') return skipped('it was never announced, so there is no message to change');
  return toEffectResult(await say('edit', 'alert', { at: 'edit', of: root }));
}

/** The thread hears of the end even when the message itself can no longer be edited. */
async function end(say: Say, root: string): Promise<EffectResult> {
  if (root === '') return skipped('it was never announced, so nobody waits to hear that it is over');
  const edit = await say('edit', 'over', { at: 'edit', of: root });
  if (!edit.ok && edit.retry) return toEffectResult(edit);
  return toEffectResult(await say('reply', 'resolution', { at: 'thread', of: root }));
}

function toEffectResult(result: ChatResult): EffectResult {
  if (result.ok) return done(result.ref);
  const { retry, retryAfter } = result;
  return failed(result.reason, retryAfter === null ? { retry } : { retry, retryAfter });
}
