/** The questions of `doctor`, asked of this machine and of the network. */

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Place, Probe } from '../ports/probe.ts';
import { askDocker } from './docker-probe.ts';
import { askWeb } from './web-probe.ts';

/** The world as it is. */
export const worldProbe: Probe = { docker: askDocker, web: askWeb, listen: tryToListen, place: lookAt };

function tryToListen({ host, port }: { readonly host: string; readonly port: number }): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('')));
  });
}

async function lookAt(path: string): Promise<Place> {
  try {
    const stats = await stat(path);
    const isFolder = stats.isDirectory();
    const is = stats.isFile() ? 'file' : 'other';
    const [readable, writable] = await Promise.all([
      may(path, isFolder ? constants.R_OK | constants.X_OK : constants.R_OK),
      may(path, isFolder ? constants.W_OK | constants.X_OK : constants.W_OK),
    ]);
    return { is: isFolder ? 'folder' : is, readable, writable, gid: stats.gid };
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return { is: 'hidden', readable: false, writable: false, gid: -1 };
    return { is: 'missing', readable: false, writable: await couldBeMade(path), gid: -1 };
  }
}

/** What is above has to be a folder that may be written to, at the first place where there is one. */
async function couldBeMade(path: string): Promise<boolean> {
  const above = dirname(path);
  if (above === path) return false;
  const place = await lookAt(above);
  return (place.is === 'folder' || place.is === 'missing') && place.writable;
}

async function may(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
