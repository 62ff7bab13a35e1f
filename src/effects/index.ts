/** All effects. A new one is a folder and a line here. */

import type { Effect, EffectSpec } from '../core/effect.ts';
import type { Health } from '../core/health.ts';
import type { Chat } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { OpsRepo } from '../ports/ops-repo.ts';
import type { Terminal } from '../ports/terminal.ts';
import { incidentEffect } from './incident/index.ts';
import { journalEffect, type JournalPlace } from './journal/index.ts';
import { notifyEffect } from './notify/index.ts';
import { limitChat } from './notify/limit.ts';
import { nudgeEffect, type NudgeOptions } from './nudge/index.ts';
import { vaultEffect } from './vault/index.ts';

export interface EffectParts {
  readonly repo: OpsRepo;
  readonly journals: readonly JournalPlace[];
  readonly chat: Chat;
  /** A console needs no budget: nobody's phone rings. */
  readonly limitChat: boolean;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly health: () => Health;
  readonly nudge?: NudgeOptions;
}

/** The effects by the verb that rules use. */
export function effectsOf(parts: EffectParts): ReadonlyMap<string, Effect> {
  const { repo, clock, health } = parts;
  const chat = parts.limitChat ? limitChat(parts.chat, clock) : parts.chat;
  return new Map<string, Effect>([
    only(vaultEffect({ repo })),
    only(notifyEffect(chat)),
    only(nudgeEffect(parts.terminal, clock, parts.nudge)),
    only(journalEffect({ places: parts.journals, health })),
    only(incidentEffect({ repo, health })),
  ]);
}

/** An effect that is handed orders of another act refuses them, so that the map can hold all of them. */
function only<S extends EffectSpec>(effect: Effect<S>): [string, Effect] {
  const isOurs = (spec: EffectSpec): spec is S => spec.act === effect.act;
  const run: Effect['run'] = (order, context) => {
    const { spec } = order;
    if (!isOurs(spec)) throw new TypeError(`${effect.act} was handed an order for ${spec.act}`);
    return effect.run({ ...order, spec }, context);
  };
  return [effect.act, { ...effect, run }];
}
