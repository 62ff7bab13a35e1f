import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseScreen } from '../../../src/factory/pane-screen.ts';
import { readPane, type PaneReading, type PaneView } from '../../../src/factory/pane-state.ts';

const screenOf = (name: string): string =>
  readFileSync(new URL(`../../fixtures/panes/${name}.txt`, import.meta.url), 'utf8');

const read = (name: string, more: Partial<PaneView> = {}): PaneReading =>
  readPane({ screen: screenOf(name), command: 'claude', defaultShell: false, ended: false, ...more });

describe('what an agent is doing', () => {
  test.each([
    ['idle-two-rules', 'idle', 'two rules'],
    ['idle-box', 'idle', 'two rules'],
    ['idle-hint', 'idle', 'two rules'],
    ['idle-suggestion', 'idle', 'two rules'],
    ['idle-labelled-rule', 'idle', 'two rules'],
    ['idle-plain-prompt', 'idle', 'at the end'],
    ['busy-thinking', 'busy', 'Deliberating'],
    ['busy-spinner-without-hint', 'busy', 'Churning'],
    ['busy-tool', 'busy', 'esc to interrupt'],
    ['busy-background-agents', 'busy', '3 background agents'],
    ['busy-queued', 'busy', 'queued messages'],
    ['waiting-permission', 'waiting_human', '1. Yes'],
    ['waiting-edit-box', 'waiting_human', '1. Yes'],
    ['waiting-plan', 'waiting_human', '1. Yes'],
    ['waiting-login', 'waiting_human', '1. Claude account'],
    ['waiting-login-code', 'waiting_human', 'Paste code'],
    ['waiting-trust', 'waiting_human', 'Enter to confirm'],
    ['waiting-question', 'waiting_human', 'Do you want me to push'],
    ['waiting-yes-no', 'waiting_human', '[y/N]'],
    ['waiting-logged-out', 'waiting_human', 'Please run /login'],
    ['unknown-editor', 'unknown', 'no input line'],
    ['unknown-empty', 'unknown', 'no input line'],
  ])('%s is read as %s', (name, state, evidence) => {
    const reading = read(name);
    expect(reading.state).toBe(state);
    expect(reading.evidence).toContain(evidence);
  });

  test.each([
    ['dead-shell', 'a shell prompt', { command: 'bash', defaultShell: true }],
    ['dead-shell', 'a shell prompt', { command: 'bash', defaultShell: false }],
    ['dead-root-shell', 'a shell prompt', { command: '-zsh', defaultShell: true }],
    ['idle-plain-prompt', 'zsh is in the foreground', { command: 'zsh', defaultShell: true }],
    ['idle-two-rules', 'its program has ended', { ended: true }],
  ])('%s is dead when %s is seen', (name, evidence, view) => {
    const reading = read(name, view);
    expect(reading.state).toBe('dead');
    expect(reading.evidence).toContain(evidence);
  });

  test('an agent that a script started is not taken for a shell', () => {
    expect(read('idle-two-rules', { command: 'bash' }).state).toBe('idle');
    expect(read('idle-labelled-rule', { command: 'bash', defaultShell: true }).state).toBe('idle');
  });

  test('a question that scrolled far up is history', () => {
    const old = `Do you want to proceed?\n${'⏺ line\n'.repeat(25)}`;
    const screen = old + screenOf('idle-two-rules');
    expect(readPane({ screen, command: 'claude', defaultShell: false, ended: false }).state).toBe('idle');
  });

  test('a rule above alone is no input box', () => {
    const screen = '──────\n❯\n';
    expect(readPane({ screen, command: 'agent', defaultShell: false, ended: false }).framed).toBe(false);
  });

  test('an input box that has scrolled up is history', () => {
    const screen = screenOf('idle-two-rules').trimEnd() + '\nline'.repeat(12);
    expect(readPane({ screen, command: 'agent', defaultShell: false, ended: false }).state).toBe('unknown');
  });

  test('a plain prompt with output below it proves nothing', () => {
    const screen = '❯ make\ncc -c main.c\n\nlinked\n';
    expect(readPane({ screen, command: 'agent', defaultShell: false, ended: false }).state).toBe('unknown');
  });
});

describe('the input line', () => {
  test.each([
    ['idle-two-rules', ''],
    ['idle-box', ''],
    ['idle-hint', ''],
    ['idle-suggestion', ''],
    ['idle-plain-prompt', ''],
    ['typed-half', 'please also look at'],
    ['typed-one-letter', 'T'],
    ['typed-two-lines', 'first line second line'],
    ['typed-box', 'half a line'],
    ['unknown-editor', null],
  ])('%s holds %j', (name, input) => {
    expect(read(name).input?.replaceAll(/\s+/g, ' ') ?? null).toBe(input);
  });
});

describe('a screen', () => {
  test.each([
    ['a colour whose number is 2 is not faint', '\u001b[38;5;2mgreen', '.....'],
    ['a true colour is not faint', '\u001b[38;2;2;7;2mab', '..'],
    ['faint beside a colour is faint', '\u001b[38;5;246;2mab\u001b[22mc', 'ff.'],
    ['inverse ends with a reset', '\u001b[7ma\u001b[mb', 'i.'],
    ['a link is left out', '\u001b]8;;http://x\u0007ab\u001b]8;;\u0007c', '...'],
    ['a link closed by ST is left out', '\u001b]8;;http://x\u001b\\ab', '..'],
  ])('%s', (_, line, looks) => {
    expect(parseScreen(line)[0]?.looks).toBe(looks);
  });

  test('a style goes on in the next line', () => {
    expect(parseScreen('\u001b[2ma\nb').map((line) => line.looks)).toEqual(['f', 'f']);
  });
});
