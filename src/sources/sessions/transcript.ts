/** What the last lines of an agent's transcript say of its turn. Nothing that was said in it is kept. Pure. */

/** `ended`: it has answered and waits. `answering`: it was spoken to, or a tool reported. `tool`: a tool runs, or waits to be allowed. */
export type Turn = 'ended' | 'answering' | 'tool';

interface RecordJson {
  readonly type?: unknown;
  readonly isSidechain?: unknown;
  readonly message?: { readonly stop_reason?: unknown; readonly content?: unknown } | null;
}

/** Reads the last message of a JSON-lines transcript; null when none of the lines is one. Half a line at the front is left out. */
export function parseTurn(tail: string): Turn | null {
  const lines = tail.split('\n');
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    const turn = turnOf(lines[i] ?? '');
    if (turn !== null) return turn;
  }
  return null;
}

function turnOf(line: string): Turn | null {
  const record = parseRecord(line);
  if (record === null || record.isSidechain === true) return null;
  const content = record.message?.content;
  if (record.type === 'user') return isInterruption(content) ? 'ended' : 'answering';
  if (record.type !== 'assistant') return null;
  if (hasToolUse(content)) return 'tool';
  return ENDS.has(record.message?.stop_reason) ? 'ended' : 'answering';
}

const ENDS: ReadonlySet<unknown> = new Set(['end_turn', 'stop_sequence']);

function parseRecord(line: string): RecordJson | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as RecordJson;
  } catch {
    return null;
  }
}

interface PartJson {
  readonly type?: unknown;
  readonly text?: unknown;
}

const partsOf = (content: unknown): readonly PartJson[] =>
  Array.isArray(content) ? (content as readonly PartJson[]) : [];

const hasToolUse = (content: unknown): boolean => partsOf(content).some((part) => part.type === 'tool_use');

/** Written in the person's name when somebody pressed Escape. */
function isInterruption(content: unknown): boolean {
  const texts = typeof content === 'string' ? [content] : partsOf(content).map((part) => part.text);
  return texts.some((text) => typeof text === 'string' && text.startsWith('[Request interrupted by user'));
}

/** The folder of a working folder's transcripts below `projects`: what is neither letter nor digit is a dash. */
export function transcriptFolder(folder: string): string {
  return folder.replaceAll(/[^A-Za-z0-9]/g, '-');
}
