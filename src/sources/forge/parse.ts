/** A Forgejo (or Gitea) webhook becomes an event. Pure: what it needs to know of the box and the factory is given to it. */

import { stableId } from '../../core/event.ts';
import { parseIso } from '../../core/time.ts';
import type { WebhookDelivery, WebhookReading } from '../../core/webhook.ts';
import type { Picture } from '../../factory/picture.ts';
import type { Drafter } from './draft.ts';
import { fieldsOf, type Fields } from './fields.ts';
import { draftFork, draftPackage, draftPush, draftRef, draftRelease, draftRepository } from './parse-code.ts';
import { draftComment, draftIssue } from './parse-issue.ts';
import { draftPull, draftReview, draftReviewRequest } from './parse-pull.ts';
import { draftRun, draftStatus } from './parse-status.ts';

export interface ForgeContext {
  /** Name of the box that took the webhook in. */
  readonly host: string;
  /** Host of the forge, for `source`; `''` takes it from the address of the repository in the body. */
  readonly forgeHost: string;
  readonly picture: Picture;
}

/** By `X-Forgejo-Event-Type`. The coarse names of `X-Forgejo-Event` that differ are here too, for forges that send no type. */
const DRAFTERS: ReadonlyMap<string, Drafter> = new Map<string, Drafter>([
  ['push', draftPush],
  ['create', draftRef],
  ['delete', draftRef],
  ['fork', draftFork],
  ['repository', draftRepository],
  ['wiki', draftRepository],
  ['package', draftPackage],
  ['release', draftRelease],
  ['issues', draftIssue],
  ['issue_assign', draftIssue],
  ['issue_label', draftIssue],
  ['issue_milestone', draftIssue],
  ['issue_comment', draftComment],
  ['pull_request', draftPull],
  ['pull_request_assign', draftPull],
  ['pull_request_label', draftPull],
  ['pull_request_milestone', draftPull],
  ['pull_request_sync', draftPull],
  ['pull_request_review_request', draftReviewRequest],
  ['pull_request_comment', (body, type) => (body.has('comment') ? draftComment : draftReview)(body, type)],
  ['pull_request_review_approved', draftReview],
  ['pull_request_review_rejected', draftReview],
  ['pull_request_review_comment', draftReview],
  ['pull_request_approved', draftReview],
  ['pull_request_rejected', draftReview],
  ['action_run_failure', draftRun],
  ['action_run_recover', draftRun],
  ['action_run_success', draftRun],
  ['status', draftStatus],
]);

/** Every event type that is understood. */
export const FORGE_EVENT_TYPES: readonly string[] = [...DRAFTERS.keys()];

/**
 * Reads one delivery.
 *
 * The id comes from the event type and the JSON text. The delivery id would not do: a replay from the forge's page and
 * a second hook on the organisation send the same bytes with a new one. Two occurrences have two texts, since each body
 * carries its object's times, labels, counts and commits. Two presses of the forge's test button do not, nor do two
 * edits of one wiki page with one message, and each pair is one event.
 */
export function parseForgejoWebhook(delivery: WebhookDelivery, context: ForgeContext): WebhookReading {
  const { eventType } = delivery;
  const drafter = DRAFTERS.get(eventType);
  if (drafter === undefined) return { kind: 'ignored', reason: `no event is made of "${eventType}"` };
  const body = fieldsOf(delivery.body);
  const draft = drafter(body, eventType, context.picture);
  if (body.missing.length > 0) {
    return { kind: 'broken', reason: `a ${eventType} body must have ${[...new Set(body.missing)].join(', ')}` };
  }
  const event = draft.finish({
    id: `forge-${eventType}-${stableId(delivery.text)}`,
    source: `forge://${context.forgeHost === '' ? hostOf(body) : context.forgeHost}/${draft.repo}`,
    time: parseIso(draft.at) ?? delivery.receivedAt,
    host: context.host,
  });
  return { kind: 'events', events: [event] };
}

function hostOf(body: Fields): string {
  const paths = ['repository', 'run.repository', 'package'].map((path) => body.words(`${path}.html_url`));
  return paths.map((url) => (URL.canParse(url) ? new URL(url).host : '')).find((host) => host !== '') ?? 'forge';
}
