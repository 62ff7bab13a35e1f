/** What a phase file says: a sentinel on line 1, a reason or a commit on line 2. */

/** The values that may stand in a file, and what each is called in events. */
const PHASES: ReadonlyMap<string, string> = new Map([
  ['working', 'working'],
  ['awaiting_ci', 'awaiting_ci'],
  ['awaiting_review', 'awaiting_review'],
  ['awaiting_changes', 'awaiting_changes'],
  ['escalate', 'escalate'],
  ['needs_human', 'escalate'],
  ['done', 'done'],
  ['merged', 'merged'],
  ['failed', 'failed'],
  ['review_complete', 'review_complete'],
  ['crashed', 'crashed'],
]);

const LONGEST_REASON = 300;

export type PhaseText =
  | { readonly shape: 'phase'; readonly phase: string; readonly reason: string }
  /** The session started and has said no phase yet, or somebody has just emptied the file to write it. */
  | { readonly shape: 'empty' }
  | { readonly shape: 'broken' };

/** Reads line 1 strictly, blanks aside (the factory's own readers strip them all), and line 2 as words of at most 300 characters. */
export function parsePhaseText(text: string): PhaseText {
  if (text.trim() === '') return { shape: 'empty' };
  const [first = '', second = ''] = text.split('\n', 2);
  const match = /^PHASE:([a-z_]+)$/.exec(first.replaceAll(/\s/g, ''));
  const phase = PHASES.get(match?.[1] ?? '');
  return phase === undefined ? { shape: 'broken' } : { shape: 'phase', phase, reason: toReason(second) };
}

function toReason(line: string): string {
  const words = line.replace(/^Reason:\s*/, '').replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
  return words.trim().slice(0, LONGEST_REASON).toWellFormed();
}
