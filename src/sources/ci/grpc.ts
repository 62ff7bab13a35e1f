/** gRPC errors in the log of an agent. Pure. */

/** Whether a line tells of an error between agent and server. What was canceled, by a person or by a newer pipeline, is none. */
export function isGrpcError(line: string): boolean {
  return ERROR.test(line) && !CANCELED.test(line);
}

const ERROR = /\bgrpc error\b|\brpc error: code = /i;
const CANCELED = /code = canceled|context canceled|task cancell?ed/i;
