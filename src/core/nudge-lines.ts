/** The fixed lines that may be typed into an agent's session. A rule names one; nothing else is ever typed. */

export const NUDGE_LINES: Readonly<Record<string, string>> = {
  'pr-stale': '# [supervisor] PR stale >20min — CI finished, please push or update',
};
