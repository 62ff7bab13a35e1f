/** An event that is not finished: what a body says, without the id and place that the delivery gives it. */

import type { EventData, EventKind } from '../../core/catalog/catalog.ts';
import { subjectOf } from '../../core/catalog/subject.ts';
import { toEvent, type AnyEvent, type EventHead } from '../../core/event.ts';
import { repoAt } from '../../core/repo-name.ts';
import { slugOfRepo } from '../../factory/names.ts';
import type { Picture } from '../../factory/picture.ts';
import { NAME, REPO, type Fields } from './fields.ts';

export interface Draft {
  /** `owner/name`, `''` when the body names none. */
  readonly repo: string;
  /** ISO 8601 UTC of when it happened at the forge, `''` when the body does not say. */
  readonly at: string;
  /** The event of a forge, `''` for that of FORGE_URL. */
  finish(forge: string, head: Omit<EventHead, 'subject'>): AnyEvent;
}

/** Makes a draft of a body; what it lacks is left in `body.missing`. */
export type Drafter = (body: Fields, eventType: string, picture: Picture) => Draft;

/** A draft of one kind. */
export function draft<K extends EventKind>(kind: K, at: string, data: Partial<EventData<K>> & { repo: string }): Draft {
  return {
    repo: data.repo,
    at,
    finish(forge, head) {
      const named = forge === '' ? data : { ...data, repo: repoAt(forge, data.repo) };
      return toEvent(kind, { ...head, subject: subjectOf(kind, named) }, named);
    },
  };
}

/** Free text is kept for people to look up; more of it than this they read at the forge. */
export const UNTRUSTED_LIMIT = 4_096;

/** The fields that every forge kind has. */
export function repoData(
  body: Fields,
  paths: { readonly repo?: string; readonly author?: string } = {},
): { readonly repo: string; readonly repo_slug: string; readonly author: string } {
  const repo = body.needFact(`${paths.repo ?? 'repository'}.full_name`, REPO);
  return { repo, repo_slug: slugOfRepo(repo), author: body.words(`${paths.author ?? 'sender'}.login`) };
}

/** What was done, as the forge calls it: `opened`, `label_updated`. */
export function actionOf(body: Fields): string {
  return body.needFact('action', NAME);
}

/** `open` or `closed`; a body that does not say it (older forges cut them short) shows it by its action. */
export function stateOf(body: Fields, path: string): string {
  const state = body.fact(path, /^(?:open|closed)$/);
  if (state !== '') return state;
  return body.fact('action', /^closed$/) === '' ? 'open' : 'closed';
}

/** The latest of some times. A merge or a close is often later than the `updated_at` beside it. */
export function latestOf(...times: readonly string[]): string {
  return times.reduce((latest, time) => (time > latest ? time : latest), '');
}

/** Label names. */
export function labelsOf(body: Fields, path: string): readonly string[] {
  return body.list(path).map((label) => label.words('name'));
}
