/** Recorded and constructed Forgejo deliveries, as the parser and the HTTP face are given them. */

import { readFileSync } from 'node:fs';
import { createPicture } from '../../src/factory/picture.ts';
import type { ForgeContext } from '../../src/sources/forge/parse.ts';
import type { WebhookDelivery } from '../../src/core/webhook.ts';

const FOLDER = new URL('../fixtures/forgejo/', import.meta.url);

export interface ManifestRow {
  readonly file: string;
  readonly header_event: string;
  readonly header_event_type: string;
  readonly sha256: string;
}

export interface SignatureVectors {
  readonly secret: string;
  readonly body_file: string;
  readonly json: { readonly headers: Readonly<Record<string, string>> };
  readonly no_secret: Readonly<Record<string, string>>;
}

export const RECEIVED_AT = Date.UTC(2026, 10, 21, 12);

export const fixtureText = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');
export const fixture = (file: string) => JSON.parse(fixtureText(file));
export const manifest = (): readonly ManifestRow[] => JSON.parse(fixtureText('manifest.json'));
export const signatureVectors = (): SignatureVectors => JSON.parse(fixtureText('signature-vectors.json'));

export function delivery(eventType: string, body: unknown, text = JSON.stringify(body)): WebhookDelivery {
  return { eventType, text, body, receivedAt: RECEIVED_AT };
}

export function context(more: Partial<ForgeContext> = {}): ForgeContext {
  return { host: 'box', forgeHost: 'forge.example.org', others: [], picture: createPicture(), ...more };
}
