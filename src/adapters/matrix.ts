/** Chat over a Matrix homeserver: the client-server API, no end-to-end encryption. */

import { MINUTE, type Millis } from '../core/time.ts';
import type { Chat, ChatHealth, ChatMessage, ChatPlace, ChatPost, ChatResult } from '../ports/chat.ts';
import { matrixHttp, type MatrixAnswer, type MatrixRefusal, type MatrixRequest } from './matrix-http.ts';

export interface MatrixOptions {
  /** `https://matrix.example` */
  readonly homeserver: string;
  /** Access token of the bot. Keep using one: transaction ids are only known to the device of a token. */
  readonly token: string;
  /** Room id by the name rules use; `ops` is the default room. */
  readonly rooms: Readonly<Record<string, string>>;
  /** How long one request may take, 30 s when not given. */
  readonly timeout?: Millis;
}

type Rooms = ReadonlyMap<string, string>;

const DEFAULT_ROOM = 'ops';
/** What only a person can mend is tried again this seldom. */
const SLOWLY: Millis = 5 * MINUTE;

/** A chat on a homeserver. Sends one message at a time into a room, so that a room never overtakes itself. */
export function matrixChat(options: MatrixOptions): Chat {
  const request = matrixHttp(options);
  const rooms: Rooms = new Map(Object.entries(options.rooms));
  const inOrder = queuePerRoom();
  return {
    async send(post, signal) {
      const room = roomOf(post.room, rooms);
      if (room === null) return refused(noRoom(post.room), SLOWLY);
      return inOrder(room, async () => toResult(await put(request, room, post, signal), room));
    },
    check: (signal) => check(request, rooms, signal),
  };
}

function put(request: MatrixRequest, room: string, post: ChatPost, signal: AbortSignal): Promise<MatrixAnswer> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${encodeURIComponent(post.txnId)}`;
  return request('PUT', path, { body: contentOf(post.message, post.place), signal });
}

function roomOf(name: string, rooms: Rooms): string | null {
  if (name.startsWith('!')) return name;
  return rooms.get(name) ?? rooms.get(DEFAULT_ROOM) ?? null;
}

/** `m.mentions` is always there: without it clients look for "@room" in the text, and the text may quote anybody. */
function contentOf(message: ChatMessage, place: ChatPlace): object {
  const content = {
    msgtype: 'm.notice',
    body: message.text,
    format: 'org.matrix.custom.html',
    formatted_body: message.html,
    'm.mentions': message.mention ? { room: true } : {},
  };
  switch (place.at) {
    case 'room':
      return content;
    case 'thread':
      return { ...content, 'm.relates_to': threadUnder(place.of) };
    case 'edit':
      return {
        ...content,
        body: `* ${message.text}`,
        formatted_body: `* ${message.html}`,
        'm.mentions': {},
        'm.new_content': content,
        'm.relates_to': { rel_type: 'm.replace', event_id: place.of },
      };
  }
}

function threadUnder(root: string): object {
  return { rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root } };
}

function toResult(answer: MatrixAnswer, room: string): ChatResult {
  if (!answer.ok) return toFailure(answer, room);
  const ref = answer.body['event_id'];
  if (typeof ref === 'string') return { ok: true, ref };
  return refused('the homeserver answered without an event id. Is MATRIX_HOMESERVER really one?', SLOWLY);
}

function toFailure(refusal: MatrixRefusal, room: string): ChatResult {
  const { status, said, retryAfter } = refusal;
  if (status === 429) return refused(`the homeserver asks to wait (${said})`, retryAfter);
  if (status === 0 || status === 408 || status >= 500) return refused(said, retryAfter);
  if (status === 401) return refused(noToken(said), SLOWLY);
  if (status === 403) return refused(`not allowed to write to ${room} (${said}). ${invite(room)}`, SLOWLY);
  if (status === 404) return refused(noSuchRoom(room, said), SLOWLY);
  const reason = `the homeserver refused the message (${said})`;
  return { ok: false, retry: false, retryAfter: null, reason, tooLarge: status === 413 };
}

const noToken = (said: string): string =>
  `the homeserver refused the token (${said}). Log the bot in again and set MATRIX_TOKEN to its new access token.`;
const noSuchRoom = (room: string, said: string): string =>
  `no such room ${room} (${said}). Check MATRIX_HOMESERVER and the room id.`;
const invite = (room: string): string => `Invite the bot to ${room}, let it join, and allow it to send messages.`;

function refused(reason: string, retryAfter: Millis | null): ChatResult {
  return { ok: false, retry: true, retryAfter, reason, tooLarge: false };
}

function noRoom(name: string): string {
  return `no chat room named "${name}" and no default one. Set MATRIX_ROOM_ID, or rooms.${DEFAULT_ROOM} under [matrix] in reactor.toml.`;
}

type InOrder = (room: string, work: () => Promise<ChatResult>) => Promise<ChatResult>;

function queuePerRoom(): InOrder {
  const tails = new Map<string, Promise<unknown>>();
  return (room, work) => {
    const next = (tails.get(room) ?? Promise.resolve()).then(work);
    tails.set(room, next);
    return next;
  };
}

async function check(request: MatrixRequest, rooms: Rooms, signal: AbortSignal): Promise<ChatHealth> {
  const who = await request('GET', '/_matrix/client/v3/account/whoami', { signal });
  if (!who.ok) return bad(who.status === 401 ? noToken(who.said) : who.said);
  if (!rooms.has(DEFAULT_ROOM)) return bad(noRoom(DEFAULT_ROOM));
  const joined = await request('GET', '/_matrix/client/v3/joined_rooms', { signal });
  if (!joined.ok) return bad(joined.said);
  const bot = String(who.body['user_id']);
  const inside = listOf(joined.body['joined_rooms']);
  const missing = [...rooms].filter(([, id]) => !inside.includes(id));
  if (missing.length === 0) return { ok: true, said: `${bot} is in ${[...rooms.keys()].join(', ')}` };
  return bad(missing.map(([name, id]) => `${bot} is not in room ${name} (${id}). ${invite(id)}`).join(' '));
}

const bad = (said: string): ChatHealth => ({ ok: false, said });
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
