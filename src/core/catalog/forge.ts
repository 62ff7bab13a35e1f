/** Kinds that the forge and CI make. */

import { bool, number, strings, text, time, untrusted, words, type KindSpec } from './field.ts';

const repoFields = {
  repo: text('owner/name'),
  repo_slug: text('name alone'),
  action: text('what just happened'),
  author: words('login of who did it'),
};

const pullFields = {
  ...repoFields,
  number: number('pull request number'),
  pr: number('same as number: the key a rule joins on'),
  issue: number('issue the branch works on, 0 when it names none'),
  state: text('open closed'),
  draft: bool('work in progress'),
  merged: bool('merged'),
  merged_by: words('login, "" when not merged'),
  merge_sha: text('merge commit'),
  mergeable: bool('the forge says it can be merged; false also while it is still checking'),
  branch: words('head branch'),
  base: words('base branch'),
  sha: text('head commit'),
  labels: strings('label names'),
  created_at: time('opened'),
  updated_at: time('last change'),
  title: words('title'),
  untrusted_text: untrusted('body'),
};

export const FORGE = {
  'forge.push': {
    doc: 'Commits that arrived on a branch or tag.',
    fields: {
      ...repoFields,
      ref: words('full ref'),
      branch: words('branch name, "" for a tag'),
      tag: words('tag name, "" for a branch'),
      pr: number('open pull request of the branch, 0 when there is none'),
      issue: number('issue the branch works on, 0 when it names none'),
      before: text('commit before, 40 zeros for a new ref'),
      after: text('commit after, 40 zeros for a deleted ref'),
      sha: text('same as after'),
      commits: number('how many commits'),
      created: bool('new ref'),
      deleted: bool('ref is gone'),
      untrusted_text: untrusted('commit messages'),
    },
  },
  'forge.pull': { doc: 'A pull request.', fields: pullFields },
  'forge.review': {
    doc: 'A review of a pull request.',
    fields: {
      ...repoFields,
      number: number('pull request number'),
      pr: number('same as number'),
      issue: number('issue the branch works on, 0 when it names none'),
      state: text('approved rejected comment requested request_removed'),
      branch: words('head branch'),
      sha: text('head commit when it was given'),
      reviewer: words('login'),
      untrusted_text: untrusted('review text'),
    },
  },
  'forge.issue': {
    doc: 'An issue.',
    fields: {
      ...repoFields,
      number: number('issue number'),
      issue: number('same as number'),
      state: text('open closed'),
      labels: strings('label names'),
      assignees: strings('logins'),
      created_at: time('opened'),
      updated_at: time('last change'),
      closed_at: time('closed, "" while open'),
      title: words('title'),
      untrusted_text: untrusted('body'),
    },
  },
  'forge.comment': {
    doc: 'A comment on an issue or pull request.',
    fields: {
      ...repoFields,
      number: number('issue or pull request number'),
      pr: number('pull request number, 0 on an issue'),
      issue: number('issue number, 0 on a pull request'),
      comment: number('comment id'),
      untrusted_text: untrusted('comment'),
    },
  },
  'forge.status': {
    doc: 'A commit status, or a finished Actions run.',
    fields: {
      ...repoFields,
      sha: text('commit'),
      branch: words('branch'),
      context: words('which check'),
      state: text('pending success failure error warning cancelled skipped'),
      run: number('Actions run number, 0 for a plain status'),
    },
  },
  'forge.release': {
    doc: 'A release.',
    fields: {
      ...repoFields,
      tag: words('tag'),
      draft: bool('draft'),
      prerelease: bool('prerelease'),
      untrusted_text: untrusted('notes'),
    },
  },
  'forge.repository': {
    doc: 'A repository, its branches and tags, wiki, packages and forks.',
    fields: {
      ...repoFields,
      what: text('repository branch tag fork wiki package'),
      ref: words('branch, tag, page or package name'),
      sha: text('commit'),
    },
  },
  'ci.pipeline': {
    doc: 'A CI pipeline.',
    fields: {
      ...repoFields,
      number: number('pipeline number'),
      pr: number('pull request it belongs to, 0 when none'),
      issue: number('issue the branch works on, 0 when it names none'),
      branch: words('head branch'),
      sha: text('commit'),
      event: text('push pull_request tag release deployment cron manual …'),
      status: text('pending running blocked success failure error killed canceled declined skipped created'),
      created_at: time('created'),
      started_at: time('started'),
      finished_at: time('finished'),
    },
  },
} as const satisfies Record<string, KindSpec>;
