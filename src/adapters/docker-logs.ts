/** What a container wrote to its log. */

import type { Readable } from 'node:stream';
import { parseIso, SECOND } from '../core/time.ts';
import type { Answer, LogLine, LogRequest } from '../ports/docker.ts';
import { parseFrames } from './docker-frames.ts';
import type { DockerHttp } from './docker-http.ts';

/** More is not read: an agent that cannot reach its server has been seen to write gigabytes. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The last lines since an instant, those of standard output first; null when there is no such container. */
export async function readLogs(
  http: DockerHttp,
  id: string,
  { since, tail, signal }: LogRequest,
): Promise<Answer<readonly LogLine[] | null>> {
  const query = { stdout: '1', stderr: '1', timestamps: '1', since: (since / SECOND).toFixed(3), tail: String(tail) };
  try {
    const answer = await http.open(`/containers/${id}/logs`, query, signal);
    return answer.denied ? answer : { denied: false, value: linesOf(await collect(answer.value, http)) };
  } catch (error) {
    if (isMissing(error)) return { denied: false, value: null };
    throw error;
  }
}

async function collect(stream: Readable, http: DockerHttp): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MOST_BYTES) break;
    }
  } catch (error) {
    throw http.explain(error);
  }
  return Buffer.concat(chunks);
}

/** A container with a terminal has one output, sent as it is. */
function linesOf(bytes: Buffer): readonly LogLine[] {
  const isFramed = bytes.length >= 8 && (bytes[0] ?? 9) <= 2 && bytes.readUIntBE(1, 3) === 0;
  const { stdout, stderr } = isFramed ? parseFrames(bytes) : { stdout: bytes.toString('utf8'), stderr: '' };
  return [stdout, stderr]
    .flatMap((text) => text.split(/\r?\n/))
    .filter((line) => line !== '')
    .map(toLine);
}

/** The engine puts the time in front, with nine decimals. */
function toLine(line: string): LogLine {
  const end = line.indexOf(' ');
  const at = parseIso(end < 0 ? line : line.slice(0, end));
  return at === null ? { at, text: line } : { at, text: end < 0 ? '' : line.slice(end + 1) };
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'statusCode' in cause && cause.statusCode === 404;
}
