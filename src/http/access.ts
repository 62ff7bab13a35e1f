/** Who may post: whoever signs, whoever has the token, or, when nothing is configured, programs of this machine. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { verify, verifyWithFallback } from '@octokit/webhooks-methods';
import { refuse, withHeader, type Answer } from './answer.ts';
import type { Call } from './body.ts';

/** `by`: which of the secrets, counted from 0; null when nothing is signed and nothing needs to be. */
export type Signed =
  | { readonly ok: true; readonly by: number | null }
  | { readonly ok: false; readonly refusal: Answer };

/**
 * Whether the text is signed with one of the secrets, and with which.
 *
 * The library takes text, not bytes. The bytes were decoded strictly and the BOM was kept, so text and bytes are one to
 * one and nothing is lost by it. It throws on empty input, so that is refused before.
 */
export async function judgeSignature(call: Call, text: string, secrets: readonly string[]): Promise<Signed> {
  if (secrets.length === 0) {
    const refusal = refuseStranger(call, 'Set FORGEJO_WEBHOOK_SECRET to the secret of the webhook.');
    return refusal === null ? { ok: true, by: null } : { ok: false, refusal };
  }
  const signature = signatureOf(call);
  if (signature === '') {
    const hint = 'Give the webhook the secret that FORGEJO_WEBHOOK_SECRET holds.';
    return { ok: false, refusal: refuse(401, 'unsigned', 'the webhook is not signed with HMAC-SHA256', hint) };
  }
  const fits = text === '' ? [] : await Promise.all(secrets.map((secret) => verify(secret, text, signature)));
  const by = fits.indexOf(true);
  if (by >= 0) return { ok: true, by };
  const hint = 'Is the secret of the webhook the one in FORGEJO_WEBHOOK_SECRET? A proxy must not change the body.';
  return { ok: false, refusal: refuse(401, 'bad_signature', 'the signature does not fit the body', hint) };
}

/** Forgejo's own headers carry bare hex; one with an empty digest is what a hook without a secret sends. */
const SIGNATURES: readonly (readonly [header: string, shape: RegExp])[] = [
  ['x-hub-signature-256', /^sha256=([0-9a-f]{64})$/],
  ['x-forgejo-signature', /^([0-9a-f]{64})$/],
  ['x-gitea-signature', /^([0-9a-f]{64})$/],
  ['x-gogs-signature', /^([0-9a-f]{64})$/],
];

function signatureOf(call: Call): string {
  for (const [header, shape] of SIGNATURES) {
    const digest = shape.exec(call.req.header(header) ?? '')?.[1];
    if (digest !== undefined) return `sha256=${digest}`;
  }
  return '';
}

/** Null when the request carries the token, or needs none and comes from this machine; else the refusal. */
export function refuseWithoutToken(call: Call, token: string | null): Answer | null {
  if (token === null) return refuseStranger(call, 'Set REACTOR_API_TOKEN and send "Authorization: Bearer <token>".');
  const given = bearerOf(call);
  if (timingSafeEqual(digestOf(given), digestOf(token))) return null;
  const answer = refuse(
    401,
    'bad_token',
    given === '' ? 'there is no token' : 'the token is wrong',
    'Send "Authorization: Bearer <token>" with the token that REACTOR_API_TOKEN holds.',
  );
  return withHeader(answer, 'www-authenticate', 'Bearer');
}

/**
 * Null when the request carries one of the secrets as a bearer token, or is signed with one as GitHub or the drone plugin signs; null also when there is
 * no secret and it comes from this machine; else the refusal.
 */
export async function refuseWithoutProof(call: Call, text: string, secrets: readonly string[]): Promise<Answer | null> {
  const [secret, ...older] = secrets;
  if (secret === undefined) return refuseStranger(call, 'Set WOODPECKER_WEBHOOK_SECRET, and give it to the step.');
  const given = bearerOf(call);
  if (given !== '' && secrets.some((known) => timingSafeEqual(digestOf(given), digestOf(known)))) return null;
  const signature = PLUGIN_SIGNATURES.map((name) => call.req.header(name) ?? '').find((value) => SHA256.test(value));
  if (signature !== undefined && text !== '' && (await verifyWithFallback(secret, text, signature, older))) return null;
  const said =
    given === '' && signature === undefined ? 'there is neither a token nor a signature' : 'the proof is wrong';
  const hint =
    'Send "Authorization: Bearer <secret>" or X-Hub-Signature-256 with the secret that WOODPECKER_WEBHOOK_SECRET holds.';
  return withHeader(refuse(401, 'bad_proof', said, hint), 'www-authenticate', 'Bearer');
}

const PLUGIN_SIGNATURES = ['x-hub-signature-256', 'x-drone-signature'];
const SHA256 = /^sha256=[0-9a-f]{64}$/;

const bearerOf = (call: Call): string => /^Bearer +(\S+)$/i.exec(call.req.header('authorization') ?? '')?.[1] ?? '';

/** Digests have one length, so that the comparison tells nothing about the token's. */
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

function refuseStranger(call: Call, hint: string): Answer | null {
  if (isLocal(call)) return null;
  return refuse(401, 'not_local', 'nothing is configured, so only programs of this machine may post', hint);
}

/** Headers of a proxy, which speaks for somebody else, and of a browser, which lets any web page post. */
const SPOKEN_FOR = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via', 'origin', 'sec-fetch-site'];

/**
 * True for a program of this machine. The peer of the socket decides; headers can only take away.
 * The name in the URL is looked at too: a web page whose name was re-pointed at 127.0.0.1 would pass for local otherwise.
 */
function isLocal(call: Call): boolean {
  if (!isLoopback(peerOf(call))) return false;
  if (SPOKEN_FOR.some((header) => call.req.header(header) !== undefined)) return false;
  const { hostname } = new URL(call.req.url);
  return hostname === 'localhost' || hostname === '[::1]' || isLoopback(hostname);
}

/** Address of the peer of the socket; without a socket what the caller of `fetch` says. */
export function peerOf(call: Call): string {
  return call.env.incoming?.socket.remoteAddress ?? call.env.peer ?? '';
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
