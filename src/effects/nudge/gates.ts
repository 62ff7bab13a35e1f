/** The gates of a nudge, in the order in which they are asked. Each says why. Pure. */

import { formatDuration } from '../../core/duration.ts';
import { NUDGE_LINES } from '../../core/nudge-lines.ts';
import { MINUTE, type Instant, type Millis } from '../../core/time.ts';
import { hold, pass, type Verdict } from '../../core/verdict.ts';
import { readPane } from '../../factory/pane-state.ts';
import { placed } from '../../factory/placed.ts';
import type { Pane } from '../../ports/terminal.ts';
import { isSamePane } from './same-pane.ts';

export interface NudgeLimits {
  /** No output for at least so long. */
  readonly quiet: Millis;
  /** Nobody attached has pressed a key for at least so long. */
  readonly unattended: Millis;
}

export const DEFAULT_LIMITS: NudgeLimits = { quiet: 3 * MINUTE, unattended: 5 * MINUTE };

/** All that the gates may know. */
export interface Sight {
  readonly session: string;
  readonly line: string;
  /** Null when there is no session of exactly this name. */
  readonly pane: Pane | null;
  /** The same pane a moment before, null at the first look. */
  readonly before: Pane | null;
  readonly now: Instant;
  readonly limits: NudgeLimits;
}

export interface Gate {
  readonly name: string;
  readonly ask: (sight: Sight) => Verdict;
}

/** Every gate, once. */
export const NUDGE_GATES: readonly Gate[] = [
  { name: 'line', ask: safeLine },
  { name: 'session', ask: sessionExists },
  { name: 'interactive', ask: onPane(notInteractive) },
  { name: 'attended', ask: onPane(nobodyThere) },
  { name: 'state', ask: onPane(provenIdle) },
  { name: 'input', ask: onPane(inputEmpty) },
  { name: 'quiet', ask: onPane(quietLongEnough) },
  { name: 'still', ask: onPane(unchanged) },
];

/** Passes with the evidence of all gates, or holds with the reason of the first that does not pass. */
export function askGates(sight: Sight, gates: readonly Gate[] = NUDGE_GATES): Verdict {
  const reasons: string[] = [];
  for (const gate of gates) {
    const verdict = gate.ask(sight);
    if (!verdict.pass) return hold(`${gate.name}: ${verdict.reason}`);
    reasons.push(verdict.reason);
  }
  return pass(reasons.join('; '));
}

const LINE = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

/** Rules name a fixed line; this looks once more at what would be typed, and at the fixed lines themselves. */
function safeLine({ line }: Sight): Verdict {
  if (!LINE.test(line)) return hold('it is not one printable line of at most 200 characters');
  if (/^[\s/!@&]|[\s;]$/.test(line)) return hold('it begins like a command, or has a space or a semicolon at an end');
  if (!Object.values(NUDGE_LINES).includes(line)) return hold('it is not one of the fixed lines');
  return pass('one of the fixed lines');
}

function sessionExists({ session, pane }: Sight): Verdict {
  if (pane === null) return hold(`there is no session named exactly "${session}"`);
  return pass(`${session} ${placed(pane.place, pane.id)}`);
}

type PaneGate = (pane: Pane, sight: Sight) => Verdict;

function onPane(ask: PaneGate): Gate['ask'] {
  return (sight) => (sight.pane === null ? sessionExists(sight) : ask(sight.pane, sight));
}

function notInteractive(pane: Pane): Verdict {
  return pane.interactive ? hold('it is labelled @interactive: a person drives it') : pass('not labelled interactive');
}

function nobodyThere(pane: Pane, { now, limits }: Sight): Verdict {
  if (pane.browsed) return hold('someone is scrolling in it');
  if (pane.clients.length === 0) return pass('nobody is attached');
  const ago = now - Math.max(...pane.clients);
  const said = `someone attached pressed a key ${formatDuration(ago)} ago`;
  return ago < limits.unattended ? hold(said) : pass(said);
}

function provenIdle(pane: Pane): Verdict {
  const reading = readPane(pane);
  const said = `${reading.state}: ${reading.evidence}`;
  return reading.state === 'idle' ? pass(said) : hold(said);
}

function inputEmpty(pane: Pane): Verdict {
  return readPane(pane).input === '' ? pass('the input line is empty') : hold('someone has typed into the input line');
}

function quietLongEnough(pane: Pane, { now, limits }: Sight): Verdict {
  const quiet = now - pane.activity;
  const said = `last output ${formatDuration(quiet)} ago`;
  return quiet < limits.quiet ? hold(said) : pass(said);
}

/** The second signal: a screen can be redrawn without counting as output, and the clock of a server can be wrong. */
function unchanged(pane: Pane, { before }: Sight): Verdict {
  if (before === null) return pass('not compared yet');
  if (!isSamePane(before, pane)) return hold('another pane came to the front');
  const same = before.screen === pane.screen && before.cursorRow === pane.cursorRow;
  return same ? pass('the screen did not change') : hold('the screen changed while it was watched');
}
