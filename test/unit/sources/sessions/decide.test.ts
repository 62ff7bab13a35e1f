import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import type { PaneState } from '../../../../src/factory/pane-state.ts';
import { decideState, type Evidence } from '../../../../src/sources/sessions/decide.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const STARTED = NOW - 60 * MINUTE;
const ACTIVITY = NOW - 5 * MINUTE;

function decide(pane: PaneState, over: Partial<Evidence> = {}): string {
  const decision = decideState({
    pane: { state: pane, evidence: 'the screen' },
    marker: null,
    transcript: null,
    phase: null,
    activity: ACTIVITY,
    started: STARTED,
    now: NOW,
    ...over,
  });
  return `${decision.state} by ${decision.decidedBy}`;
}

const marker = (what: 'idle' | 'exited', at = ACTIVITY) => ({ marker: { what, at } });
const transcript = (turn: 'ended' | 'answering' | 'tool', at = ACTIVITY) => ({ transcript: { turn, at } });
const phase = (name: string, since = ACTIVITY) => ({ phase: { phase: name, since } });

test.each(['busy', 'waiting_human', 'idle', 'dead', 'unknown'] as const)(
  'with nothing else, the screen decides: %s',
  (state) => {
    expect(decide(state)).toBe(`${state} by pane`);
  },
);

describe('the strongest evidence decides', () => {
  test.each([
    ['a hook before a transcript', 'unknown', { ...marker('idle'), ...transcript('tool') }, 'idle by hook'],
    [
      'a transcript before a phase',
      'unknown',
      { ...transcript('tool'), ...phase('awaiting_ci') },
      'busy by transcript',
    ],
    ['a phase before the screen', 'unknown', phase('awaiting_ci'), 'idle by phase'],
    ['an escalation before an idle screen', 'idle', phase('escalate'), 'waiting_human by phase'],
    ['an ended turn', 'unknown', transcript('ended'), 'idle by transcript'],
    ['a tool that runs before an idle screen', 'idle', transcript('tool'), 'busy by transcript'],
    ['an exit that was announced', 'idle', marker('exited'), 'dead by hook'],
  ] as const)('%s', (_, screen, evidence, expected) => {
    expect(decide(screen, evidence)).toBe(expected);
  });
});

describe('a wrong idle is worse than a wrong busy', () => {
  test.each([
    ['a question on the screen outweighs a hook', 'waiting_human', marker('idle'), 'waiting_human by pane'],
    ['a question on the screen outweighs an ended turn', 'waiting_human', transcript('ended'), 'waiting_human by pane'],
    ['a question on the screen outweighs a tool call', 'waiting_human', transcript('tool'), 'waiting_human by pane'],
    ['work on the screen outweighs a phase that waits', 'busy', phase('awaiting_review'), 'busy by pane'],
    ['work on the screen outweighs an escalation that was answered', 'busy', phase('escalate'), 'busy by pane'],
    [
      'a program that ended is dead whatever was written',
      'dead',
      { ...marker('idle'), ...transcript('tool') },
      'dead by pane',
    ],
  ] as const)('%s', (_, screen, evidence, expected) => {
    expect(decide(screen, evidence)).toBe(expected);
  });
});

describe('old evidence does not count', () => {
  test.each([
    ['a hook before the last output', 'unknown', marker('idle', ACTIVITY - 6 * SECOND), 'unknown by pane'],
    ['a hook a moment before the last output counts', 'unknown', marker('idle', ACTIVITY - 5 * SECOND), 'idle by hook'],
    [
      'an exit before the session was started again',
      'idle',
      { ...marker('exited', STARTED - 1), activity: STARTED - 10 * SECOND },
      'idle by pane',
    ],
    ['a transcript of an earlier session', 'idle', transcript('tool', STARTED - 1), 'idle by pane'],
    [
      'a transcript that was left 10 min ago while the screen is idle',
      'idle',
      transcript('tool', NOW - 10 * MINUTE - 1),
      'idle by pane',
    ],
    [
      'a transcript that old while the screen tells nothing counts',
      'unknown',
      transcript('tool', NOW - 10 * MINUTE - 1),
      'busy by transcript',
    ],
    ['a phase of an earlier session', 'idle', phase('escalate', STARTED - 1), 'idle by pane'],
    ['a phase that says what it means to do', 'idle', phase('working'), 'idle by pane'],
  ] as const)('%s', (_, screen, evidence, expected) => {
    expect(decide(screen, evidence)).toBe(expected);
  });
});
