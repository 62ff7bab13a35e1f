/** `POST /webhooks/woodpecker`: a step of a pipeline tells about its pipeline, in JSON or as the fields of a form. */

import { refuseWithoutProof } from './access.ts';
import { refuse, step, stop, type Answer, type Step } from './answer.ts';
import { decodeUtf8, mediaType, parseJson, readBody, type Call } from './body.ts';
import { answerReading, type WebhookParts } from './webhook.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Answers a notice: 202 stored or taken as a hint, 400, 401, 413, 415, 503. */
export async function answerNotice(call: Call, parts: WebhookParts): Promise<Answer> {
  const type = mediaType(call);
  if (type !== JSON_TYPE && type !== FORM_TYPE) return wrongType(type);
  const bytes = await readBody(call, parts.bodyLimit);
  if (!bytes.ok) return bytes.answer;
  const text = decodeUtf8(bytes.value);
  if (!text.ok) return text.answer;
  const refusal = await refuseWithoutProof(call, text.value, parts.secrets);
  if (refusal !== null) return refusal;
  const body = type === JSON_TYPE ? parseJson(text.value) : parseForm(text.value);
  if (!body.ok) return body.answer;
  const delivery = { eventType: '', text: text.value, body: body.value, receivedAt: parts.now() };
  return answerReading(parts.readWebhook(delivery), parts);
}

function parseForm(text: string): Step<unknown> {
  const fields = Object.fromEntries(new URLSearchParams(text));
  if (Object.keys(fields).length > 0) return step(fields);
  return stop(refuse(400, 'empty_form', 'the form has no fields', 'Send repo, number and status.'));
}

function wrongType(type: string): Answer {
  const error = `the content type "${type.slice(0, 100)}" is not read here`;
  return refuse(415, 'content_type', error, `Send ${JSON_TYPE}, or ${FORM_TYPE} as curl does.`);
}
