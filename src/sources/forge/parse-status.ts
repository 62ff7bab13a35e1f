/** Finished Actions runs, and the commit statuses that Gitea sends and Forgejo does not. */

import { branchOfRef, issueOfBranch } from '../../factory/names.ts';
import type { Picture } from '../../factory/picture.ts';
import { draft, latestOf, repoData, type Draft } from './draft.ts';
import { fieldsOf, SHA, type Fields } from './fields.ts';
import { headBranch } from './head-branch.ts';

/**
 * `action_run_success`, `_failure` and `_recover`. All that is not success comes as `failure`; `run.status` tells them apart.
 * There is no top-level repository or sender: both are in `run`.
 */
export function draftRun(body: Fields, eventType: string, picture: Picture): Draft {
  const run = body.at('run');
  const status = run.fact('status', /^(?:success|failure|cancelled|skipped)$/);
  const head = repoData(body, { repo: 'run.repository', author: 'run.trigger_user' });
  const at = latestOf(run.time('updated'), run.time('stopped'));
  const sha = run.needFact('commit_sha', SHA);
  return draft('forge.status', at, {
    ...head,
    ...worksOn(picture, head.repo, sha, branchOfRun(run)),
    updated_at: at,
    action: eventType.slice('action_run_'.length),
    sha,
    context: run.words('workflow_id'),
    state: status === '' ? stateOfType(eventType) : status,
    run: run.needNumber('index_in_repo'),
  });
}

/** Gitea's `status`. */
export function draftStatus(body: Fields, _eventType: string, picture: Picture): Draft {
  const head = repoData(body);
  const at = latestOf(body.time('created_at'), body.time('updated_at'));
  const sha = body.needFact('sha', SHA);
  return draft('forge.status', at, {
    ...head,
    ...worksOn(picture, head.repo, sha, ''),
    updated_at: at,
    action: 'status',
    sha,
    context: body.words('context'),
    state: body.needFact('state', /^(?:pending|success|failure|error|warning|skipped)$/),
  });
}

/** The pull request of a commit, and the issue of its branch. */
function worksOn(
  picture: Picture,
  repo: string,
  sha: string,
  branch: string,
): { readonly pr: number; readonly issue: number; readonly branch: string } {
  const pr = picture.pullOfSha(repo, sha);
  const name = branch === '' ? (picture.pull(repo, pr)?.branch ?? '') : branch;
  return { pr, issue: issueOfBranch(name), branch: name };
}

const stateOfType = (eventType: string): string => (eventType === 'action_run_failure' ? 'failure' : 'success');

/** `prettyref` is a branch or tag name, or `#12` for a run of a pull request, whose branch is in the event that set it off. */
function branchOfRun(run: Fields): string {
  const ref = run.words('prettyref');
  if (!ref.startsWith('#')) return branchOfRef(ref) === '' ? ref : branchOfRef(ref);
  return headBranch(fieldsOf(parseJson(run.words('event_payload', PAYLOAD_LIMIT))).at('pull_request'));
}

const PAYLOAD_LIMIT = 1_000_000;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
