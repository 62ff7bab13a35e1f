/** A homeserver that only remembers: like a real one it keeps a transaction once, and it takes its time. */

import { systemClock } from '../../src/adapters/clock.ts';
import { startFakeHomeserver, type FakeHomeserver } from './fake-homeserver.ts';
import type { Random } from './random.ts';

export interface Sent {
  readonly txnId: string;
  readonly body: string;
  /** `m.replace` or `m.thread`, `''` for a message of its own. */
  readonly relation: string;
}

export interface MatrixRoom extends AsyncDisposable {
  /** For the environment of a reactor. */
  readonly env: Readonly<Record<string, string>>;
  /** What is in the room, oldest first. */
  readonly sent: readonly Sent[];
  /** Resolves when the next message is here and its sender does not know it yet. */
  arrival(): Promise<undefined>;
}

/** Starts it; an answer takes 50 to 150 ms, so that whoever asked may be gone by then. */
export async function startMatrixRoom(random: Random): Promise<MatrixRoom> {
  const sent: Sent[] = [];
  let arrived = Promise.withResolvers<undefined>();
  const server: FakeHomeserver = await startFakeHomeserver(async ({ path, body }) => {
    const txnId = decodeURIComponent(path.split('/').at(-1) ?? '');
    if (path.includes('/send/') && !sent.some((one) => one.txnId === txnId)) {
      sent.push({ txnId, body: String(body['body']), relation: relationOf(body) });
      arrived.resolve(undefined);
      arrived = Promise.withResolvers<undefined>();
    }
    await systemClock.sleep(random.between(50, 150));
    return { status: 200, body: { event_id: `$${txnId}`, user_id: '@bot:x', joined_rooms: ['!ops:x'] } };
  });
  return {
    env: { MATRIX_HOMESERVER: server.url, MATRIX_TOKEN: 'token', MATRIX_ROOM_ID: '!ops:x' },
    sent,
    arrival: () => arrived.promise,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function relationOf(body: Readonly<Record<string, unknown>>): string {
  const relation = body['m.relates_to'] as { readonly rel_type?: string } | undefined;
  return relation?.rel_type ?? '';
}
