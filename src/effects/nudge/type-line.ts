/** Types one line into a pane: paste, look, Enter, look. Pastes once, whatever happens. */

import { done, failed, type EffectResult } from '../../core/effect.ts';
import type { Millis } from '../../core/time.ts';
import { readPane } from '../../factory/pane-state.ts';
import { placed } from '../../factory/placed.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Pane, Terminal } from '../../ports/terminal.ts';
import { isSamePane } from './same-pane.ts';

export interface Typing {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly pane: Pane;
  readonly line: string;
  /** How long an agent gets to draw what it was sent, before the next look. */
  readonly settle: Millis;
}

/** A line that was pasted is sent, too, also when the reactor is being stopped: it takes seconds. */
const UNSTOPPED = new AbortController().signal;

/** Looks this often for the pasted line, and as often for it to leave. */
const LOOKS = 8;

/** Done with what was seen; every failure is final, since the line may stand in the pane by now. */
export async function typeLine(typing: Typing): Promise<EffectResult> {
  const refused = await typing.terminal.paste(typing.pane, typing.line, UNSTOPPED);
  if (refused !== '') return broken(`the line could not be pasted: ${refused}`);
  const pasted = await lookFor(typing, (pane) => holds(pane, typing.line));
  if (pasted === null) return broken('the line was pasted, but did not show; Enter was not pressed');
  const { state, evidence } = readPane(pasted);
  if (state === 'waiting_human') return broken(`a question came up, so Enter was not pressed: ${evidence}`);
  return pressEnter(typing, pasted);
}

const broken = (reason: string): EffectResult => failed(reason, { retry: false });

/** An agent that is still taking in the paste may swallow the first Enter. */
async function pressEnter(typing: Typing, pasted: Pane): Promise<EffectResult> {
  for (const press of [1, 2]) {
    const refused = await typing.terminal.enter(typing.pane, UNSTOPPED);
    if (refused !== '') return broken(`Enter could not be pressed: ${refused}`);
    const after = await lookFor(typing, (pane) => hasLeft(pane, pasted, typing.line));
    if (after !== null) return done(seen(after, press));
  }
  return broken('the line stands in the input line; Enter was pressed twice and not taken');
}

function seen(after: Pane, presses: number): string {
  const { state } = readPane(after);
  return `${after.session} ${placed(after.place, after.id)}: line sent${presses === 1 ? '' : ', Enter was needed twice'}, then ${state}`;
}

/** The pane as soon as it is as wanted; null when it never was. */
async function lookFor(typing: Typing, isWanted: (pane: Pane) => boolean): Promise<Pane | null> {
  for (let look = 0; look < LOOKS; look += 1) {
    await typing.clock.sleep(typing.settle, UNSTOPPED);
    const found = await typing.terminal.again(typing.pane, UNSTOPPED);
    if (found.state === 'present' && isSamePane(found.pane, typing.pane) && isWanted(found.pane)) return found.pane;
  }
  return null;
}

function holds(pane: Pane, line: string): boolean {
  return squeeze(readPane(pane).input ?? '').includes(squeeze(line));
}

/** A line that an agent took is gone from its input box; what a plain program read stays on the screen, and the cursor moves on. */
function hasLeft(pane: Pane, pasted: Pane, line: string): boolean {
  if (!holds(pane, line)) return true;
  return !readPane(pane).framed && pane.cursorRow !== pasted.cursorRow;
}

/** Long lines are wrapped on the screen, so only what is not a space is compared. */
const squeeze = (text: string): string => text.replaceAll(/\s/g, '');
