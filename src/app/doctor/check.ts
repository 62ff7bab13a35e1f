/** One thing that `doctor` looked at, and all that it may look at. */

import type { Config } from '../../config/config.ts';
import type { Environment } from '../../config/lookup.ts';
import type { Problem } from '../../core/problem.ts';
import type { Instant, Millis } from '../../core/time.ts';
import type { Chat } from '../../ports/chat.ts';
import type { Ci } from '../../ports/ci.ts';
import type { Files } from '../../ports/files.ts';
import type { Forge } from '../../ports/forge.ts';
import type { Host } from '../../ports/host.ts';
import type { Probe } from '../../ports/probe.ts';
import type { Terminal } from '../../ports/terminal.ts';
import type { Daemon } from '../client.ts';

export interface Check {
  readonly name: string;
  /** `warn`: it runs without; `broken`: something that is needed does not work. */
  readonly state: 'ok' | 'warn' | 'broken';
  readonly said: string;
  /** The lines that mend it, to be typed or set as they are; `''` when there is nothing to mend or `said` tells. */
  readonly fix: string;
}

/** What the state file told. */
export type Remembered =
  | {
      readonly state: 'read';
      readonly events: number;
      /** When the newest event was taken in; null without one. */
      readonly newest: Instant | null;
      /** When the newest event of the forge was taken in; null without one. */
      readonly forge: Instant | null;
      /** Who wrote to it last: `pid 57, since …`; `''` when nobody did. */
      readonly writer: string;
      /** Somebody writes to it now. */
      readonly inUse: boolean;
    }
  | { readonly state: 'none' }
  | { readonly state: 'unreadable'; readonly reason: string };

/** A reactor and its surroundings, as they can be looked at. */
export interface Patient {
  readonly config: Config;
  readonly configProblems: readonly Problem[];
  readonly env: Environment;
  readonly probe: Probe;
  readonly host: Pick<Host, 'proc' | 'pidView'>;
  readonly files: Pick<Files, 'watch'>;
  readonly terminal: Pick<Terminal, 'sessions'>;
  /** Null when no chat is configured. */
  readonly chat: Pick<Chat, 'check'> | null;
  /** Those that can be asked, with what is looked at there. */
  readonly forges: readonly { readonly forge: Pick<Forge, 'fullName'>; readonly repos: readonly string[] }[];
  /** Null when no CI is configured. */
  readonly ci: Pick<Ci, 'version' | 'agents' | 'repoByName' | 'repoById'> | null;
  /** The name of who runs this, and the version of what it runs on. */
  readonly me: { readonly user: string; readonly node: string };
  rules(): Promise<{
    readonly rules: number;
    readonly problems: readonly Problem[];
    readonly notices: readonly Problem[];
  }>;
  daemon(): Promise<Daemon>;
  remembered(): Promise<Remembered>;
  now(): Instant;
  /** Aborts when an answer is no longer waited for. */
  patience(): AbortSignal;
}

/** A part of the examination. */
export type Examine = (patient: Patient) => Promise<readonly Check[]>;

/** How long anything may take to answer. */
export const PATIENCE: Millis = 5_000;

/** It works. */
export const ok = (name: string, said: string): Check => ({ name, state: 'ok', said, fix: '' });
/** The reactor runs without it. */
export const warn = (name: string, said: string, fix: string): Check => ({ name, state: 'warn', said, fix });
/** Something that is needed does not work. */
export const broken = (name: string, said: string, fix: string): Check => ({ name, state: 'broken', said, fix });

/** True inside of a container, whose paths and users are not those of the box. */
export async function isContained({ host }: Patient): Promise<boolean> {
  return !(await host.pidView()).initial;
}
