/** The last lines of agents' logs. */

import { stripVTControlCharacters } from 'node:util';
import { redact } from '../../core/redact.ts';
import { present, type Facts, type Tail } from '../../factory/preflight/facts.ts';
import type { Files } from '../../ports/files.ts';
import type { Around } from './places.ts';

const TAIL_LINES = 15;
const TAIL_BYTES = 16 * 1024;
const LINE = 500;

/** Of every log, by the path its event has: of this box, and of containers that can be entered. Never rejects. */
export async function readTails(facts: Facts, { filesOf }: Around): Promise<ReadonlyMap<string, Tail>> {
  const tails = await Promise.all(
    present(facts, 'agent.log').map(async ({ place, path }): Promise<readonly [string, Tail]> => {
      const inside = place === '' ? path : path.slice(place.length + 1);
      return [path, await readTail(filesOf(place), inside)];
    }),
  );
  return new Map(tails);
}

async function readTail(files: Files | string, path: string): Promise<Tail> {
  if (typeof files === 'string') return { read: false, reason: files };
  const reading = await files.tail(path, TAIL_BYTES);
  if (reading.got === 'gone') return { read: false, reason: 'it is gone' };
  if (reading.got === 'refused') return { read: false, reason: reading.reason };
  return { read: true, lines: lastLines(reading.text) };
}

/** Secrets may go over several lines: they are taken out before the text is cut into lines. */
function lastLines(text: string): readonly string[] {
  const lines = redact(text)
    .split(/\r\n|\n|\r/)
    .map(visible);
  const whole = Buffer.byteLength(text) >= TAIL_BYTES ? lines.slice(1) : lines;
  const end = whole.findLastIndex((line) => line.trim() !== '') + 1;
  return whole.slice(Math.max(0, end - TAIL_LINES), end);
}

function visible(line: string): string {
  const shown = stripVTControlCharacters(line.toWellFormed())
    .replaceAll('\t', ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
  return shown.length <= LINE ? shown : `${shown.slice(0, LINE).toWellFormed()}…`;
}
