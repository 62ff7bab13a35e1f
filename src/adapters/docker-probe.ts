/** Single requests to a Docker Engine, to find out what it or a proxy before it lets us ask. */

import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { WebAnswer } from '../ports/probe.ts';
import { parseDockerAddress } from './docker-address.ts';
import { notReached, parseBody } from './web-probe.ts';

/** A list of containers is far below this; a stream that never ends is cut off here. */
const LONGEST = 16 * 1024 * 1024;

/** GET of a path on an engine. Never rejects. */
export function askDocker(url: string, path: string, signal: AbortSignal): Promise<WebAnswer> {
  const { socketPath, host, port, protocol } = parseDockerAddress(url).options;
  const where: RequestOptions = socketPath === '' ? { host, port } : { socketPath };
  const send = protocol === 'https' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const request = send({ ...where, path, method: 'GET', signal, agent: false }, (response) => {
      void readAnswer(response).then(resolve);
    });
    request.once('error', (error) => resolve(notReached(error)));
    request.end();
  });
}

async function readAnswer(response: IncomingMessage): Promise<WebAnswer> {
  let text = '';
  try {
    response.setEncoding('utf8');
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > LONGEST) break;
    }
  } catch (error) {
    return notReached(error);
  }
  return { reached: true, status: response.statusCode ?? 0, body: parseBody(text) };
}
