/** A terminal in memory with one session, whose agent behaves as a test tells it. */

import type { Look, Pane, Terminal } from '../../src/ports/terminal.ts';

export interface FakeTerminal extends Terminal {
  /** What was done to it: `paste <line>`, `enter`. */
  readonly typed: readonly string[];
  /** From now on it shows this. */
  show(look: Look): void;
  /** Called after each paste or Enter. */
  onTyped(react: (what: 'paste' | 'enter') => void): void;
  /** Called before each look, with its number from 1. */
  onLook(react: (look: number) => void): void;
}

const RULE = '─'.repeat(60);

/** The screen of an agent whose input box holds a text. */
export function agentScreen(input: string, above = '⏺ Done.'): string {
  return `${above}\n${RULE}\n❯ ${input}\n${RULE}\n  ⏵⏵ bypass permissions on\n`;
}

/** A quiet, idle pane of the session `dev-harb-7`. */
export function makePane(more: Partial<Pane> = {}): Pane {
  return {
    session: 'dev-harb-7',
    place: '',
    placeId: '',
    socket: '/tmp/tmux-1000/default',
    id: '%3',
    interactive: false,
    command: 'claude',
    defaultShell: false,
    ended: false,
    browsed: false,
    activity: 0,
    clients: [],
    cursorRow: 2,
    screen: agentScreen(''),
    ...more,
  };
}

/** A terminal that shows an idle agent, unless told otherwise. */
export function fakeTerminal(first: Look = { state: 'present', pane: makePane() }): FakeTerminal {
  const typed: string[] = [];
  let shown = first;
  let looks = 0;
  let react: ((what: 'paste' | 'enter') => void) | null = null;
  let beforeLook: ((look: number) => void) | null = null;
  const showNow = (): Promise<Look> => {
    looks += 1;
    beforeLook?.(looks);
    return Promise.resolve(shown);
  };
  return {
    typed,
    show: (look) => {
      shown = look;
    },
    onTyped: (next) => {
      react = next;
    },
    onLook: (next) => {
      beforeLook = next;
    },
    sessions: () => Promise.resolve({ state: 'listed', names: ['dev-harb-7'] }),
    look: showNow,
    again: showNow,
    paste(_, line) {
      typed.push(`paste ${line}`);
      react?.('paste');
      return Promise.resolve('');
    },
    enter() {
      typed.push('enter');
      react?.('enter');
      return Promise.resolve('');
    },
  };
}
