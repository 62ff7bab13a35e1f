/** What was to be found on a box, and what was. */

import { SECOND, toIso, type Instant, type Millis } from '../../../src/core/time.ts';
import type { Finding } from '../../../src/core/finding.ts';
import type { Reactor } from '../reactor.ts';
import type { Due } from './stage.ts';

export interface Provoked extends Due {
  /** Without its pack. */
  readonly rule: string;
  readonly how: string;
  /** Not found before this; a second before it is due when not given. */
  readonly from?: Instant;
}

/** `rule key key`, without folders. */
function nameOf({ rule, key }: Pick<Finding, 'rule' | 'key'>): string {
  return [rule.split('/')[1], ...key.filter((part) => part !== '').map(baseName)].join(' ');
}

const baseName = (part: string): string => (/^\/|:\/\//.test(part) ? (part.split('/').at(-1) ?? '') : part);

/** Names of the findings in some states, in order. */
export function named(reactor: Reactor, ...states: readonly string[]): readonly string[] {
  return reactor
    .findings()
    .filter(({ state }) => states.includes(state))
    .map(nameOf)
    .toSorted();
}

export interface Found extends Provoked {
  /** From when it was due to when it was found; null when it was not. */
  readonly late: Millis | null;
}

/** When each was found. */
export function foundOf(reactor: Reactor, provoked: readonly Provoked[]): readonly Found[] {
  const findings = new Map(reactor.findings().map((one) => [nameOf(one), one]));
  return provoked.map((one) => {
    const firedAt = findings.get(`${one.rule} ${one.key}`)?.firedAt ?? null;
    return { ...one, late: firedAt === null ? null : firedAt - one.at };
  });
}

/** tmux and file systems tell whole seconds. */
const EARLY: Millis = -SECOND;
const LATEST: Millis = 2 * SECOND;

/** Found within two seconds of being due, and not before. */
export function isInTime({ late, at, from = at + EARLY }: Found): boolean {
  return late !== null && at + late >= from && late <= LATEST;
}

/** A table of all of them, for people. */
export function tableOf(found: readonly Found[]): string {
  const rows = found.map(({ rule, key, how, at, late }) => {
    const when = late === null ? 'NOT FOUND' : `${late} ms`;
    return `  ${when.padStart(9)}  ${`${rule} ${key}`.padEnd(50)}  due ${toIso(at)}  ${how}`;
  });
  return ['found after', ...rows].join('\n');
}
