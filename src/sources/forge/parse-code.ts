/** Pushes, and what happens to a repository: branches, tags, forks, wiki pages, packages, releases. */

import { branchOfRef, issueOfBranch, slugOfRepo } from '../../factory/names.ts';
import type { Picture } from '../../factory/picture.ts';
import { actionOf, draft, latestOf, repoData, UNTRUSTED_LIMIT, type Draft } from './draft.ts';
import { cut, REPO, SHA, type Fields } from './fields.ts';

const REF_NAME = /^[^\s\p{Cc}~^:?*[\\]{1,300}$/u;
const ZERO = /^0+$/;

/** A push. It has no time of its own: the times of its commits are whatever the committer's clock or hand wrote. */
export function draftPush(body: Fields, _eventType: string, picture: Picture): Draft {
  const head = repoData(body);
  const ref = body.needFact('ref', REF_NAME);
  const branch = branchOfRef(ref);
  const before = body.fact('before', SHA);
  const after = body.needFact('after', SHA);
  const commits = body.list('commits');
  return draft('forge.push', '', {
    ...head,
    author: head.author === '' ? body.words('pusher.login') : head.author,
    action: 'pushed',
    ref,
    branch,
    tag: ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : '',
    pr: picture.pullOfBranch(head.repo, branch),
    issue: issueOfBranch(branch),
    before,
    after,
    sha: after,
    // The list is cut to 15 by the forge; the total is not.
    commits: body.has('total_commits') ? body.number('total_commits') : commits.length,
    created: ZERO.test(before),
    deleted: ZERO.test(after),
    untrusted_text: cut(commits.map((commit) => commit.words('message', UNTRUSTED_LIMIT)).join('\n'), UNTRUSTED_LIMIT),
  });
}

/** `create` and `delete` of a branch or tag. Hooks of type `gitea` send a short ref, those of type `forgejo` a full one. */
export function draftRef(body: Fields, eventType: string): Draft {
  return draft('forge.repository', '', {
    ...repoData(body),
    action: eventType === 'delete' ? 'deleted' : 'created',
    what: body.needFact('ref_type', /^(?:branch|tag)$/),
    ref: body.needFact('ref', REF_NAME).replace(/^refs\/(?:heads|tags)\//, ''),
    sha: body.fact('sha', SHA),
  });
}

/** A fork: `forkee` is the repository that was forked and has the hook, `repository` the new one. */
export function draftFork(body: Fields): Draft {
  return draft('forge.repository', '', {
    ...repoData(body, { repo: 'forkee' }),
    action: 'forked',
    what: 'fork',
    ref: body.needFact('repository.full_name', REPO),
  });
}

/** `repository` and `wiki`. */
export function draftRepository(body: Fields, eventType: string): Draft {
  return draft('forge.repository', '', {
    ...repoData(body),
    action: actionOf(body),
    what: eventType,
    ref: eventType === 'wiki' ? body.words('page') : '',
  });
}

/** A package: it hangs on an owner, and on a repository only when somebody linked the two. */
export function draftPackage(body: Fields): Draft {
  const repo = body.fact('package.repository.full_name', REPO);
  const version = body.words('package.version');
  const name = body.words('package.name');
  if (name === '') body.needFact('package.name', /./);
  return draft('forge.repository', body.time('package.created_at'), {
    repo,
    repo_slug: slugOfRepo(repo),
    author: body.words('sender.login'),
    action: actionOf(body),
    what: 'package',
    ref: version === '' ? name : `${name}@${version}`,
  });
}

/** A release. */
export function draftRelease(body: Fields): Draft {
  return draft('forge.release', latestOf(body.time('release.created_at'), body.time('release.published_at')), {
    ...repoData(body),
    action: actionOf(body),
    tag: body.needFact('release.tag_name', REF_NAME),
    draft: body.bool('release.draft'),
    prerelease: body.bool('release.prerelease'),
    untrusted_text: body.words('release.body', UNTRUSTED_LIMIT),
  });
}
