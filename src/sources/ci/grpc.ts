/** gRPC errors in the log of an agent. Pure. */

/** How many lines tell of an error between agent and server. What was canceled, by a person or by a newer pipeline, is none. */
export function countGrpcErrors(lines: readonly string[]): number {
  return lines.filter((line) => ERROR.test(line) && !CANCELED.test(line)).length;
}

const ERROR = /\bgrpc error\b|\brpc error: code = /i;
const CANCELED = /code = canceled|context canceled|task cancell?ed/i;
