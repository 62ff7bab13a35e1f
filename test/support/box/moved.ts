/** A reactor as a process of its own whose clock a test moves on, in a mount namespace of its own where a test gives it a machine. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Millis } from '../../../src/core/time.ts';
import { launch, watchProcess, type Launch, type Process } from '../reactor-process.ts';

const MAIN = fileURLToPath(new URL('moved-main.ts', import.meta.url));

export interface Mover {
  /** Starts the daemon on the clock as it stands; any other command is run as it is. */
  launch(launch: Launch): Process;
  /** Moves the clock of the daemon on, and everybody else's with it. */
  advance(span: Millis): Promise<void>;
}

export interface MoverOptions {
  /** How far ahead of the machine's clock it is now. */
  readonly lead: { ms: Millis };
  /** Run by a shell, as root, in a mount namespace of the daemon's own, before it starts; `''` for none. */
  readonly mounts?: string;
  /** Told after every few seconds that went by. */
  passed?(): void;
}

/** So often others are told that time goes by. */
const STRIDE: Millis = 10_000;

/** What starts a reactor and moves its clock. */
export function createMover({ lead, mounts = '', passed = () => undefined }: MoverOptions): Mover {
  let child: ChildProcess | null = null;
  const start = ({ cwd, env, log }: Launch): Process => {
    const node = [process.execPath, MAIN, String(lead.ms)];
    const inside = ['unshare', '-m', 'sh', '-ec', `${mounts}\nexec "$@"`, 'sh', ...node];
    const [program = '', ...args] = mounts === '' ? node : inside;
    child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    return watchProcess(child, log);
  };
  return {
    launch: (how) => (how.args[0] === 'run' ? start(how) : launch(how)),
    async advance(span) {
      if (child === null) throw new Error('nothing runs');
      for (let left = span; left > 0; left -= STRIDE) {
        const stride = Math.min(STRIDE, left);
        const moved = once(child, 'message', { signal: AbortSignal.timeout(60_000) });
        child.send(stride);
        await moved;
        lead.ms += stride;
        passed();
      }
    },
  };
}
