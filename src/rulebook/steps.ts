/** The entries of `do`. */

import { parseDuration } from '../core/duration.ts';
import type { Step, StepAction } from '../core/rule.ts';
import { MINUTE, type Millis } from '../core/time.ts';
import type { Desk } from './desk.ts';
import type { DocPath } from './mistake.ts';
import type { StepDoc } from './shape.ts';

/** An agent is reminded three times at most, twenty minutes apart; then a person takes over. */
const MAX_NUDGES = 3;
const NUDGE_EVERY: Millis = 20 * MINUTE;

/** The room that operators read. */
const DEFAULT_ROOM = 'ops';

/** The steps of a rule, in order. */
export function toSteps(docs: readonly StepDoc[], desk: Desk): readonly Step[] {
  return docs.map((doc, index) => {
    const at = ['do', index];
    const every = span(doc.every);
    checkRhythm(doc, desk, at);
    return {
      index,
      action: toAction(doc, desk, at),
      after: span(doc.after) ?? 0,
      if: desk.optional(doc.if, [...at, 'if']),
      max: doc.max ?? defaultMax(doc, every),
      every,
    };
  });
}

function toAction(doc: StepDoc, desk: Desk, at: DocPath): StepAction {
  switch (doc.act) {
    case 'notify':
      return { act: 'notify', to: desk.template(doc.to ?? DEFAULT_ROOM, [...at, 'to']) };
    case 'vault':
      return {
        act: 'vault',
        tier: doc.tier ?? 'medium',
        assignee: desk.template(doc.assignee ?? '', [...at, 'assignee']),
        human: doc.human === undefined ? null : desk.template(doc.human, [...at, 'human']),
        name: doc.name === undefined ? null : desk.template(doc.name, [...at, 'name']),
      };
    case 'nudge':
      return { act: 'nudge', session: desk.safeTemplate(doc.session, [...at, 'session']), template: doc.template };
    case 'journal':
    case 'incident':
      return { act: doc.act };
  }
}

/** How often a step may come, and how close together. */
function checkRhythm(doc: StepDoc, desk: Desk, at: DocPath): void {
  const every = span(doc.every);
  if (every === 0) desk.fault([...at, 'every'], { message: 'is no time at all.', hint: 'more than 0s' });
  if ((doc.max ?? 1) > 1 && every === null) {
    desk.fault([...at, 'max'], {
      message: 'says how many times, and nothing says how often.',
      hint: 'every = "20m" beside it',
    });
  }
  if (doc.act === 'nudge') checkNudging(doc, every, desk, at);
}

function checkNudging(doc: StepDoc, every: Millis | null, desk: Desk, at: DocPath): void {
  if ((doc.max ?? 1) > MAX_NUDGES) {
    desk.fault([...at, 'max'], { message: 'is more than an agent is reminded.', hint: `at most ${MAX_NUDGES}` });
  }
  if (every !== null && every > 0 && every < NUDGE_EVERY) {
    desk.fault([...at, 'every'], { message: 'is too close together for an agent.', hint: 'at least 20m' });
  }
}

function defaultMax(doc: StepDoc, every: Millis | null): number {
  if (every === null) return 1;
  return doc.act === 'nudge' ? MAX_NUDGES : Number.MAX_SAFE_INTEGER;
}

function span(text: string | undefined): Millis | null {
  return text === undefined ? null : parseDuration(text);
}
