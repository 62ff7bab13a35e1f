import { expect, test } from 'vitest';
import { judgeChecks, readChecks } from '../../../../src/sources/forge/checks.ts';
import { judgeReviews, newestReviews, readReviews } from '../../../../src/sources/forge/reviews.ts';
import { makeReview, makeStatus, SHA, type ReviewSpec } from '../../../support/forge-objects.ts';

const at = (minute: number): string => `2026-01-01T10:0${minute}:00Z`;
const ISO = (minute: number): string => `2026-01-01T10:0${minute}:00.000Z`;

type Given = Pick<ReviewSpec, 'state'> & Partial<ReviewSpec>;
const review = (spec: Given, index: number) => makeReview({ by: 'r1', sha: SHA(1), at: at(index), ...spec });
const NONE = {
  reviewed: false,
  reviewed_at: '',
  approved: false,
  changes_requested: false,
  changes_requested_stale: false,
};

test.each<readonly [string, readonly Given[], object]>([
  ['nothing', [], {}],
  ['a request alone', [{ state: 'REQUEST_REVIEW' }], {}],
  ['one that is still being written', [{ state: 'PENDING' }], {}],
  ['an approval', [{ state: 'APPROVED' }], { reviewed: true, reviewed_at: ISO(0), approved: true }],
  ['an approval of an older head', [{ state: 'APPROVED', stale: true }], {}],
  ['an approval that was taken back', [{ state: 'APPROVED', dismissed: true }], {}],
  ['a comment', [{ state: 'COMMENT' }], { reviewed: true, reviewed_at: ISO(0) }],
  [
    "the opener's own words",
    [
      { state: 'COMMENT', by: 'dev-bot' },
      { state: 'APPROVED', by: 'dev-bot' },
    ],
    {},
  ],
  [
    'a comment after an approval, which takes nothing back',
    [{ state: 'APPROVED' }, { state: 'COMMENT' }],
    { reviewed: true, reviewed_at: ISO(1), approved: true },
  ],
  [
    'a second thought',
    [{ state: 'APPROVED' }, { state: 'REQUEST_CHANGES' }],
    { reviewed: true, reviewed_at: ISO(1), changes_requested: true },
  ],
  [
    'changes asked for and then approved',
    [{ state: 'REQUEST_CHANGES', stale: true }, { state: 'APPROVED' }],
    { reviewed: true, reviewed_at: ISO(1), approved: true },
  ],
  ['changes asked for before a push', [{ state: 'REQUEST_CHANGES', stale: true }], { changes_requested_stale: true }],
  [
    'two who do not agree',
    [{ state: 'APPROVED' }, { state: 'REQUEST_CHANGES', by: 'r2' }],
    { reviewed: true, reviewed_at: ISO(1), approved: true, changes_requested: true },
  ],
])('reviews come to: %s', (_, given, expected) => {
  expect(judgeReviews(readReviews(given.map(review)), 'dev-bot')).toEqual({ ...NONE, ...expected });
});

test('the last word of a reviewer is the latest, whatever the order of the list; a team has a name too', () => {
  const list = [
    makeReview({ by: 'r1', state: 'APPROVED', sha: SHA(1), at: at(5) }),
    makeReview({ by: 'r1', state: 'COMMENT', sha: SHA(1), at: at(1) }),
    { ...makeReview({ by: '', state: 'REQUEST_REVIEW', sha: '', at: at(2) }), user: null, team: { name: 'owners' } },
  ];
  expect(newestReviews(readReviews(list)).map(({ reviewer, state }) => [reviewer, state])).toEqual([
    ['r1', 'approved'],
    ['owners', 'requested'],
  ]);
});

test.each<readonly [string, readonly (readonly [string, number])[], readonly [string, string, string]]>([
  ['nothing', [], ['', '', '']],
  [
    'green since its last check',
    [
      ['success', 1],
      ['success', 3],
    ],
    ['success', ISO(3), ISO(3)],
  ],
  [
    'pending since its first',
    [
      ['pending', 2],
      ['pending', 1],
      ['success', 0],
    ],
    ['pending', ISO(1), ''],
  ],
  [
    'red since its first failure',
    [
      ['failure', 2],
      ['error', 1],
      ['success', 3],
    ],
    ['failure', ISO(1), ISO(3)],
  ],
  [
    'red and not yet at an end',
    [
      ['failure', 2],
      ['pending', 3],
    ],
    ['failure', ISO(2), ''],
  ],
  [
    'a warning',
    [
      ['warning', 2],
      ['success', 3],
    ],
    ['warning', ISO(2), ISO(3)],
  ],
  [
    'a check that was left out',
    [
      ['skipped', 2],
      ['success', 1],
    ],
    ['success', ISO(2), ISO(2)],
  ],
  [
    'a state that nobody knows, which is not an end',
    [
      ['brewing', 2],
      ['success', 1],
    ],
    ['pending', ISO(2), ''],
  ],
])('checks come to: %s', (_, given, [ci_state, ci_since, ci_finished_at]) => {
  const checks = readChecks(given.map(([state, minute], index) => makeStatus(`c${index}`, state, at(minute))));
  expect(judgeChecks(checks)).toEqual({ ci_state, ci_since, ci_finished_at });
});
