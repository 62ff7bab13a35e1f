/** Server-sent events as Woodpecker sends them: unnamed messages without ids, and comments that keep the line open. */

/** A message's data, or null for a comment. */
export type Frame = string | null;

/** Events with many workflows are some fifty kilobytes; what is longer than this is dropped. */
const LONGEST_FRAME = 4 * 1024 * 1024;

/** Frames as they come, wherever the chunks are cut. Ends with the stream, throws when it breaks off; leaving it early cancels the stream. */
export async function* readFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  const message = collectMessage();
  for await (const line of readLines(stream)) {
    if (line.startsWith(':')) yield null;
    const ended = message.take(line);
    if (ended !== null) yield ended;
  }
}

async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
    // A line without end is no event; its end is still looked for.
    if (rest.length > LONGEST_FRAME) rest = rest.slice(-1);
  }
}

/** Puts the data lines of a message together; an empty line ends it. */
function collectMessage(): { take(line: string): string | null } {
  let data: string[] = [];
  let size = 0;
  return {
    take(line) {
      if (line.startsWith('data:')) {
        size += line.length;
        if (size <= LONGEST_FRAME) data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
      }
      if (line !== '') return null;
      const whole = data.length > 0 && size <= LONGEST_FRAME ? data.join('\n') : null;
      data = [];
      size = 0;
      return whole;
    },
  };
}
