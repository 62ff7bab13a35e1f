/** One JSON log line as text for a terminal: `12:00:00 WARN  docker is not there  reason="ENOENT"`. */

const LEVELS: Readonly<Record<string, number>> = { debug: 90, info: 32, warn: 33, error: 31, fatal: 31 };
const STACK_INDENT = '    ';

/** The line, readable, with a line break at its end; text that is no JSON object comes back as it is. */
export function readable(line: string, colours: boolean): string {
  const record = parse(line);
  if (record === null) return line;
  const { time, level, msg, ...fields } = record;
  const label = String(level);
  const clock = typeof time === 'string' ? time.slice(11, 19) : '';
  const stacks = Object.values(fields).flatMap((value) => stackOf(value));
  const words = [
    paint(clock, 90, colours),
    paint(label.toUpperCase().padEnd(5), LEVELS[label] ?? 39, colours),
    plain(msg),
    ...Object.entries(fields).map(([key, value]) => `${paint(`${key}=`, 90, colours)}${show(value)}`),
  ];
  return [words.join(' '), ...stacks, ''].join('\n');
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** JSON, so that no control character of a foreign text reaches the terminal; of an error its message. */
function show(value: unknown): string {
  const message = typeof value === 'object' && value !== null && 'message' in value ? value.message : value;
  return JSON.stringify(message) ?? '';
}

function stackOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || !('stack' in value)) return [];
  const [, ...frames] = String(value.stack).split('\n');
  return frames.map((frame) => STACK_INDENT + plain(frame.trim()));
}

const plain = (text: unknown): string => (typeof text === 'string' ? text.replaceAll(/\p{Cc}/gu, '') : '');

const paint = (text: string, colour: number, colours: boolean): string =>
  colours ? `\u001B[${colour}m${text}\u001B[39m` : text;
