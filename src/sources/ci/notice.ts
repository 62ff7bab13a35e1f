/** What a step of a pipeline posts about its own pipeline, and what is made of it. Never throws on what a stranger sent. */

import { subjectOf } from '../../core/catalog/subject.ts';
import { CI_STATUSES, isOpenStatus } from '../../core/ci-status.ts';
import { stableId, toEvent, type AnyEvent } from '../../core/event.ts';
import { SECOND, toIso } from '../../core/time.ts';
import type { ReadWebhook, WebhookDelivery } from '../../core/webhook.ts';
import { issueOfBranch, slugOfRepo } from '../../factory/names.ts';
import type { Picture } from '../../factory/picture.ts';

export interface NoticeContext {
  /** Name of this box. */
  readonly host: string;
  readonly picture: Picture;
  /** Has the pipeline read again; false when nobody can ask about that repository. */
  hint(repo: string, number: number): boolean;
}

/** A reader of notices. One about a watched repository is only a hint; any other is all there is, and becomes an event. */
export function noticeReader(context: NoticeContext): ReadWebhook {
  return (delivery) => {
    const notice = parseNotice(delivery.body);
    if (typeof notice === 'string') return { kind: 'broken', reason: notice };
    if (context.hint(notice.repo, notice.number)) {
      return { kind: 'hint', reason: `pipeline ${notice.number} of ${notice.repo} is being read` };
    }
    if (notice.status === '') return { kind: 'broken', reason: NO_VERDICT };
    return { kind: 'events', events: [toNoticed(notice, delivery, context)] };
  };
}

const NO_VERDICT =
  '"status" is missing, or is that of the plugin, which always says success, and there is no CI server to ask';

interface Notice {
  /** owner/name */
  readonly repo: string;
  readonly number: number;
  /** `''` when what it says cannot be believed. */
  readonly status: string;
  readonly event: string;
  readonly sha: string;
  readonly branch: string;
  readonly base: string;
  readonly pr: number;
  /** Seconds since 1970, 0 when not said. */
  readonly created: number;
  readonly started: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** The notice, or what is wrong with it. The body may be ours (JSON or a form, whose values are all text) or what the drone plugin makes by default. */
function parseNotice(body: unknown): Notice | string {
  if (!isRecord(body)) return 'the body is not an object';
  const { build, repo } = body;
  if (isRecord(build) && isRecord(repo)) return readPlugin(build, repo);
  const status = textOf(body['status']).toLowerCase();
  if (status !== '' && !isStatus(status)) return `"status" is not one of ${CI_STATUSES.join(', ')}`;
  return readFields(body, textOf(repo), status);
}

/** The plugin takes the status from a variable that Woodpecker sets to success for every step. */
function readPlugin(build: Fields, repo: Fields): Notice | string {
  return readFields({ ...build, sha: build['commit'] }, `${textOf(repo['owner'])}/${textOf(repo['name'])}`, '');
}

function readFields(fields: Fields, repo: string, status: string): Notice | string {
  const number = countOf(fields['number']);
  if (!REPO.test(repo)) return '"repo" is missing or not owner/name';
  if (number === 0) return '"number" is missing or not the number of a pipeline';
  const source = textOf(fields['source_branch']);
  const event = textOf(fields['event']);
  return {
    repo,
    number,
    status,
    event: WORD.test(event) ? event : '',
    sha: SHA.test(textOf(fields['sha'])) ? textOf(fields['sha']) : '',
    branch: source === '' ? textOf(fields['branch']) : source,
    base: source === '' ? '' : textOf(fields['branch']),
    pr: countOf(fields['pr']) || pullOfRef(textOf(fields['ref'])),
    created: countOf(fields['created']),
    started: countOf(fields['started']),
  };
}

const REPO = /^[\w.-]{1,100}\/[\w.-]{1,100}$/;
const WORD = /^[a-z][a-z_]{0,39}$/;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** The same pipeline in the same status is one event, however often its steps say so. */
function toNoticed(notice: Notice, { receivedAt }: WebhookDelivery, { host, picture }: NoticeContext): AnyEvent {
  const { repo, number, status, created, started, ...said } = notice;
  const ended = !isOpenStatus(status);
  const data = {
    ...said,
    repo,
    repo_slug: slugOfRepo(repo),
    action: 'notified',
    number,
    status,
    pr: said.pr || picture.pullOfBranch(repo, said.branch) || picture.pullOfSha(repo, said.sha),
    issue: issueOfBranch(said.branch),
    created_at: isoOf(created),
    queued_at: isoOf(created),
    started_at: isoOf(started),
    finished_at: ended ? toIso(receivedAt) : '',
    duration_s: ended && started > 0 ? Math.max(0, Math.floor(receivedAt / SECOND) - started) : 0,
    latest: true,
    exit_code: -1,
  };
  const id = `ci-notice-${stableId(host, repo, number, status)}`;
  const head = { id, source: `ci://notice/${repo}`, subject: subjectOf('ci.pipeline', data), time: receivedAt, host };
  return toEvent('ci.pipeline', head, data);
}

const isoOf = (seconds: number): string => (seconds === 0 ? '' : toIso(seconds * SECOND));

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isStatus = (status: string): boolean => CI_STATUSES.some((known) => known === status);

const LONGEST = 256;

/** Text on one line; `''` for anything else. */
const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
        .replaceAll(/\p{Cc}/gu, ' ')
        .slice(0, LONGEST)
        .toWellFormed()
        .trim()
    : '';

/** A whole number from 1 on, also as digits; 0 for anything else. */
function countOf(value: unknown): number {
  const count = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0;
}

const pullOfRef = (ref: string): number => countOf(/^refs\/pull\/(\d{1,9})\//.exec(ref)?.[1]);
