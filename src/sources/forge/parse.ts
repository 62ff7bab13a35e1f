/** A Forgejo (or Gitea) webhook becomes an event. Pure: what it needs to know of the box and the factory is given to it. */

import { stableId } from '../../core/event.ts';
import { nameOfForge, repoAt } from '../../core/repo-name.ts';
import { parseIso } from '../../core/time.ts';
import type { WebhookDelivery, WebhookReading } from '../../core/webhook.ts';
import type { Picture } from '../../factory/picture.ts';
import type { Drafter } from './draft.ts';
import { addressOf, pictureOf } from './elsewhere.ts';
import { fieldsOf, type Fields } from './fields.ts';
import { draftFork, draftPackage, draftPush, draftRef, draftRelease, draftRepository } from './parse-code.ts';
import { draftComment, draftIssue } from './parse-issue.ts';
import { draftPull, draftReview, draftReviewRequest } from './parse-pull.ts';
import { draftRun, draftStatus } from './parse-status.ts';

export interface ForgeContext {
  /** Name of the box that took the webhook in. */
  readonly host: string;
  /** Host of the forge of FORGE_URL, for `source`; `''` takes it from the address of the repository in the body. */
  readonly forgeHost: string;
  /** The other forges. */
  readonly others: readonly Elsewhere[];
  readonly picture: Picture;
}

/** A forge beside that of FORGE_URL, as far as its webhooks are concerned. */
export interface Elsewhere {
  readonly name: string;
  /** Its webhooks are signed with a secret of its own: whatever is not, is not its. */
  readonly isSigned: boolean;
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
 *
 * `signer` is the forge whose own secret it was signed with; null leaves it to the body to say which forge it is from.
 */
export function parseForgejoWebhook(
  delivery: WebhookDelivery,
  context: ForgeContext,
  signer: string | null = null,
): WebhookReading {
  const { eventType } = delivery;
  const drafter = DRAFTERS.get(eventType);
  if (drafter === undefined) return { kind: 'ignored', reason: `no event is made of "${eventType}"` };
  const body = fieldsOf(delivery.body);
  const forge = signer ?? nameIn(body, context.others);
  const draft = drafter(body, eventType, pictureOf(forge, context.picture));
  if (body.missing.length > 0) {
    return { kind: 'broken', reason: `a ${eventType} body must have ${[...new Set(body.missing)].join(', ')}` };
  }
  const event = draft.finish(forge, {
    id: `forge-${eventType}-${stableId(delivery.text)}`,
    source: addressOf(repoAt(forge, draft.repo), context.forgeHost === '' ? hostOf(body) : context.forgeHost),
    time: parseIso(draft.at) ?? delivery.receivedAt,
    host: context.host,
  });
  return { kind: 'events', events: [event] };
}

/** The forge that the body says it is from, `''` for that of FORGE_URL: what its pages are called is not what we call it. */
function nameIn(body: Fields, others: readonly Elsewhere[]): string {
  if (others.length === 0) return '';
  const pages = addressesIn(body).map((url) => nameOfForge(url));
  return (
    others.find(({ name, isSigned }) => !isSigned && pages.some((page) => page.startsWith(`${name}/`)))?.name ?? ''
  );
}

function hostOf(body: Fields): string {
  const [first] = addressesIn(body);
  return first === undefined ? 'forge' : new URL(first).host || 'forge';
}

/** Of the repository that it is about. */
function addressesIn(body: Fields): readonly string[] {
  const paths = ['repository', 'run.repository', 'package'].map((path) => body.words(`${path}.html_url`));
  return paths.filter((url) => URL.canParse(url));
}
