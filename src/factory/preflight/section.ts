/** A section of preflight: a heading, how well could be seen, and lines. What could not be looked at never says "None". */

export type SightState = 'available' | 'degraded' | 'unavailable' | 'not_configured';

export interface Sight {
  readonly state: SightState;
  /** Why, or what to set; `''` when everything is seen. */
  readonly reason: string;
}

export interface Section<V extends object = object> {
  /** Without the `## `. */
  readonly heading: string;
  readonly sight: Sight;
  readonly lines: readonly string[];
  /** Says that there is nothing, once that is known. */
  readonly none: readonly string[];
  /** The same for programs. */
  readonly view: V;
}

export const AVAILABLE: Sight = { state: 'available', reason: '' };
/** Some of it is seen. */
export const degraded = (reason: string): Sight => ({ state: 'degraded', reason });
/** None of it is seen. */
export const unavailable = (reason: string): Sight => ({ state: 'unavailable', reason });
/** Nobody asked for it; `advice` says what to set. */
export const notConfigured = (advice: string): Sight => ({ state: 'not_configured', reason: advice });

/** True when something was looked at. */
export function isSeen(sight: Sight): boolean {
  return sight.state === 'available' || sight.state === 'degraded';
}

const WORDS: Readonly<Record<SightState, string>> = {
  available: '',
  degraded: 'degraded',
  unavailable: 'unavailable',
  not_configured: 'not configured',
};

/** The section as text lines, heading first. Last known facts of what cannot be seen now are left out: a reader would take them for true. */
export function sectionLines({ heading, sight, lines, none }: Section): readonly string[] {
  const said = sight.state === 'available' ? [] : [`  ${WORDS[sight.state]}: ${sight.reason}`];
  return [`## ${heading}`, ...shown(sight, lines, none), ...said];
}

function shown(sight: Sight, lines: readonly string[], none: readonly string[]): readonly string[] {
  if (!isSeen(sight)) return [];
  return lines.length === 0 && sight.state === 'available' ? none : lines;
}
