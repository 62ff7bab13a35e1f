/** What an agent's terminal is doing, read off its screen, with the evidence that decided. Pure. */

import { parseScreen, type ScreenLine } from './pane-screen.ts';

/** `waiting_human`: it asks a person something. `dead`: the agent is gone. `unknown`: nothing on the screen proves any of these. */
export type PaneState = 'busy' | 'waiting_human' | 'idle' | 'dead' | 'unknown';

export interface PaneReading {
  readonly state: PaneState;
  readonly evidence: string;
  /** What stands in the input line, `''` when it is empty or shows a hint; null when no input line is in sight. */
  readonly input: string | null;
  /** The input line stands between two rules, as Claude Code draws it. */
  readonly framed: boolean;
}

export interface PaneView {
  readonly screen: string;
  readonly command: string;
  readonly defaultShell: boolean;
  readonly ended: boolean;
}

/** How many of the last lines with text may show what it does now; what is above is history. */
const RECENT = 20;

/** Reads a pane. In doubt it is not idle: a wrong "busy" costs a nudge, a wrong "idle" answers a question nobody read. */
export function readPane(pane: PaneView): PaneReading {
  const lines = parseScreen(pane.screen);
  const prompt = findPrompt(lines);
  const recent = lines
    .map((line) => line.text)
    .filter((text) => text.trim() !== '')
    .slice(-RECENT);
  const found = stateOf(pane, recent, prompt);
  return { ...found, input: prompt?.input ?? null, framed: prompt?.framed ?? false };
}

interface Finding {
  readonly state: PaneState;
  readonly evidence: string;
}

function stateOf(pane: PaneView, recent: readonly string[], prompt: Prompt | null): Finding {
  return (
    endedState(pane) ??
    shellState(pane, recent, prompt) ??
    firstMatch(recent, MENUS, 'waiting_human') ??
    firstMatch(recent, WORK, 'busy') ??
    firstMatch(recent, QUESTIONS, 'waiting_human') ??
    promptState(prompt)
  );
}

function endedState(pane: PaneView): Finding | null {
  return pane.ended ? { state: 'dead', evidence: 'its program has ended' } : null;
}

/** A choice that the next key answers. */
const MENUS: readonly RegExp[] = [
  /^[\s│┃|]*[❯›>]\s*\d+[.)]\s/u,
  /[[(](?:y\/n|yes\/no)\b[^\])]*[\])]/iu,
  /\benter to (?:confirm|select|continue)\b/iu,
  /\bpaste code here\b|\bselect login method\b/iu,
];

const WORK: readonly RegExp[] = [
  /\b(?:esc|ctrl\+c) to interrupt\b/iu,
  /^\s*[·✢✳✶✻✽*∗]\s+\p{L}[^…]*(?:…|\.\.\.)/u,
  /^[\s⎿]*(?:Running|Waiting|Working|Thinking|Compacting)\b[^.…]{0,40}(?:…|\.\.\.)/u,
  /^\s*[\u2801-\u28ff]\s/u,
  /\bwaiting for \d+ background\b/iu,
  /\bpress up to edit queued messages\b/iu,
];

/** A question in words; it waits for an answer, though the input line is free. */
const QUESTIONS: readonly RegExp[] = [
  /\b(?:do you want|would you like|do you trust|want me to|shall i|should i)\b/iu,
  /\bwaiting for (?:user|your|human)\b/iu,
  /\bplease run \/login\b|\besc to cancel\b/iu,
];

function firstMatch(recent: readonly string[], patterns: readonly RegExp[], state: PaneState): Finding | null {
  const line = recent.findLast((text) => patterns.some((pattern) => pattern.test(text)));
  return line === undefined ? null : { state, evidence: `it shows "${shorten(line)}"` };
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh', 'ash', 'nu']);
/** A `%` behind a digit is a figure. */
const SHELL_PROMPT = /[$#]$|[^\d\s]\s?%$/u;

/** A shell in the foreground is no proof by itself: an agent may be started from a script. */
function shellState(pane: PaneView, recent: readonly string[], prompt: Prompt | null): Finding | null {
  if (!SHELLS.has(pane.command.replace(/^-/, ''))) return null;
  const last = recent.at(-1) ?? '';
  if (SHELL_PROMPT.test(last)) return { state: 'dead', evidence: `a shell prompt: "${shorten(last)}"` };
  const isBare = pane.defaultShell && prompt?.framed !== true;
  return isBare ? { state: 'dead', evidence: `${pane.command} is in the foreground` } : null;
}

function promptState(prompt: Prompt | null): Finding {
  if (prompt === null) return { state: 'unknown', evidence: 'no input line in sight' };
  if (!prompt.framed && !prompt.last) return { state: 'unknown', evidence: 'there is text below the input line' };
  const where = prompt.framed ? 'an input line between two rules' : 'an input line at the end';
  return { state: 'idle', evidence: prompt.input === '' ? `${where}, empty` : where };
}

interface Prompt {
  readonly input: string;
  readonly framed: boolean;
  /** Nothing stands below it. */
  readonly last: boolean;
}

const PROMPT = /^[\s│┃|]*[❯>](?=\s|$)/u;
const RULE = /^\s*[╭╰┌└]?[─━╌┄]{3}/u;
/** Lines of hints, status and background tasks that may stand below the lower rule. */
const FOOTER = 12;

/** The last input line on the screen; those above it are what was sent before. */
function findPrompt(lines: readonly ScreenLine[]): Prompt | null {
  const at = lines.findLastIndex((line) => PROMPT.test(line.text));
  const first = lines[at];
  if (first === undefined) return null;
  const closing = lines.findIndex((line, i) => i > at && RULE.test(line.text));
  const framed = RULE.test(lines[at - 1]?.text ?? '') && closing > at && lines.length - closing <= FOOTER;
  const inside = lines.slice(at + 1, framed ? closing : lines.length).map((line) => inner(line.text));
  return { input: [typedIn(first), ...inside].join(' ').trim(), framed, last: inside.length === 0 };
}

/** What stands behind the marker. A hint is faint, but for its first letter when the cursor is on it. */
function typedIn(line: ScreenLine): string {
  const from = PROMPT.exec(line.text)?.[0].length ?? 0;
  const typed = inner(line.text.slice(from)).trim();
  const at = line.text.indexOf(typed, from);
  const looks = line.looks.slice(at, at + typed.length);
  const faint = Array.from(looks, (letter, i) => (typed[i] === ' ' ? '' : letter)).join('');
  return /^i?f+$/.test(faint) || /^Try ".*"?$/u.test(typed) ? '' : typed;
}

const inner = (text: string): string => text.replace(/^\s*[│┃|]/u, '').replace(/[│┃|]\s*$/u, '');

const shorten = (text: string): string => {
  const flat = text.trim().replaceAll(/\p{C}/gu, ' ');
  return flat.length <= 80 ? flat : `${flat.slice(0, 79).toWellFormed()}…`;
};
