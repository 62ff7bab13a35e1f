/** Which branch a pull request is made of. */

import type { Fields } from './fields.ts';

/**
 * The branch the work is on. Once it is deleted `ref` becomes `refs/pull/N/head` and only `label` still names it.
 * A branch of a fork is `owner:branch`: a stranger's `fix/issue-7` must not be taken for the factory's own.
 */
export function headBranch(pull: Fields): string {
  const ref = pull.words('head.ref');
  const label = pull.words('head.label');
  const name = ref === '' || ref.startsWith('refs/pull/') ? label.slice(label.indexOf(':') + 1) : ref;
  if (!isFork(pull)) return name;
  const owner = pull.words('head.repo.owner.login');
  return `${owner === '' ? 'deleted-fork' : owner}:${name}`;
}

/** The repository of a deleted fork is null and its id -1; short bodies have no ids, and then it is the same repository. */
function isFork(pull: Fields): boolean {
  if (!pull.has('head.repo_id') || !pull.has('base.repo_id')) return false;
  return pull.number('head.repo_id') !== pull.number('base.repo_id');
}
