/**
 * A program that looks and reads like an agent's terminal: an input box, bracketed paste, Enter as a key of its own.
 * Run in a pane: node fake-agent.ts <file for what was sent> [how many Enters to swallow] [a line to show above the box].
 */

import { appendFileSync } from 'node:fs';

const [file = '/dev/null', swallow = '0', above = '⏺ Done.'] = process.argv.slice(2);
const RULE = '─'.repeat(90);
const PASTE_BEGIN = '\u001b[200~';
const PASTE_END = '\u001b[201~';

let input = '';
let pasted = false;
let enters = 0;
let history = above;

process.stdin.setRawMode(true);
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  if (chunk.includes(PASTE_BEGIN)) pasted = true;
  for (const char of chunk.replaceAll(PASTE_BEGIN, '').replaceAll(PASTE_END, '')) take(char);
  draw();
});
process.stdout.write('\u001b[?2004h');
draw();

function take(char: string): void {
  if (char !== '\r') {
    input += char;
    return;
  }
  enters += 1;
  if (enters <= Number(swallow)) return;
  appendFileSync(file, `${JSON.stringify({ line: input, pasted, enters })}\n`);
  history = `❯ ${input}\n\n✶ Thinking… (1s · esc to interrupt)`;
  input = '';
}

function draw(): void {
  const screen = [history, '', RULE, `❯\u00a0${input}`, RULE, '  ⏵⏵ bypass permissions on'];
  process.stdout.write(`\u001b[2J\u001b[H${screen.join('\n').replaceAll('\n', '\r\n')}`);
}
