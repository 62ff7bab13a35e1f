/** The two outputs of a program in a container, which the engine sends through one stream. Pure. */

export interface Outputs {
  readonly stdout: string;
  readonly stderr: string;
}

/** Bytes before each piece: which output, three zeros, its length in four bytes. */
const HEAD = 8;

/** Takes the frames of a stream apart; half a frame at the end is left out. */
export function parseFrames(bytes: Buffer): Outputs {
  const pieces: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] };
  let at = 0;
  while (at + HEAD <= bytes.length) {
    const end = at + HEAD + bytes.readUInt32BE(at + 4);
    if (end > bytes.length) break;
    pieces[bytes[at] === 2 ? 'stderr' : 'stdout'].push(bytes.subarray(at + HEAD, end));
    at = end;
  }
  return {
    stdout: Buffer.concat(pieces.stdout).toString('utf8'),
    stderr: Buffer.concat(pieces.stderr).toString('utf8'),
  };
}
