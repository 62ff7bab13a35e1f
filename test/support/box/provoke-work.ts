/** Sessions, phase files, locks, clones, worktrees and logs, made wrong for real. */

import { spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, HOUR, MINUTE, toIso, type Instant, type Millis } from '../../../src/core/time.ts';
import { commit, git, touchAll, write } from './files.ts';
import { issue, reviewed } from './provoke-forge.ts';
import { after, atOnce, dueSoon, type Due, type Scene, type Stage } from './stage.ts';

/** A process id that nobody has any more. */
const gonePid = (): number => spawnSync('true').pid;

/** The lock of a dev agent whose process is gone. */
export function deadDevLock({ box }: Scene): Due {
  write(join(box.tmp, 'dev-agent-widget.lock'), String(gonePid()), box.now() - 10 * MINUTE);
  return after(box, MINUTE, 'dev-agent-widget.lock');
}

/** The lock of another agent whose process is gone. */
export function deadLock({ box }: Scene): Due {
  write(join(box.tmp, 'review-poll.lock'), String(gonePid()), box.now() - 10 * MINUTE);
  return after(box, MINUTE, 'review-poll.lock');
}

const stamp = (at: Instant): string => toIso(at).slice(0, 19).replace('T', ' ');

function status(scene: Scene, file: string, text: string, hold: Millis): Instant {
  const { box } = scene;
  const { began, at } = dueSoon(scene, hold);
  write(join(box.tmp, file), `[${stamp(began)} UTC] ${text}\n`, began);
  return at;
}

/** A run whose process is gone has said the same for almost half an hour. */
export const deadRun = (stage: Scene): Due => ({
  key: 'dev-widget-12',
  at: status(stage, 'dev-agent-status-widget', 'dev-agent #12: implementing', 30 * MINUTE),
});

/** A run of which nobody knows whether it lives has said the same for almost two and a half hours. */
export const stuckRun = (stage: Scene): Due => ({
  key: 'review-widget-31',
  at: status(stage, 'widget-review-status', 'review-agent #31: reading the diff', 150 * MINUTE),
});

/** The program of a session ends, and its pane stays. */
export function deadSession({ box }: Scene): Due {
  box.tmux.tmux('set-option', '-g', 'remain-on-exit', 'on');
  box.tmux.run('architect-widget', 'exit 1');
  return after(box, 10 * MINUTE, 'architect-widget');
}

/** A session asks a person something, and nobody is there. */
export function waitingSession({ box }: Scene): Due {
  box.tmux.run('gardener-widget', "printf 'Do you want to proceed?\\n❯ 1. Yes\\n  2. No\\n'; exec sleep 1000");
  return after(box, 15 * MINUTE, 'gardener-widget');
}

/** A clone is taken to another branch. */
export function wrongBranch(scene: Scene): Due {
  const { box } = scene;
  const { began, at } = dueSoon(scene, 10 * MINUTE);
  git(join(box.clones, 'widget'), began, 'checkout', '-q', '-b', 'fix/issue-3');
  return { key: 'widget', at };
}

/** A rebase stops at a conflict. */
export function brokenRebase(scene: Scene): Due {
  const clone = join(scene.box.clones, 'gadget');
  const { began, at } = dueSoon(scene, 10 * MINUTE);
  const before = began - MINUTE;
  git(clone, before, 'checkout', '-q', '-b', 'other');
  commit(clone, 'README.md', 'two\n', before);
  git(clone, before, 'checkout', '-q', 'main');
  commit(clone, 'README.md', 'three\n', before);
  git(clone, before, 'push', '-q');
  try {
    git(clone, began, 'rebase', 'other');
  } catch {
    // It stops in the middle, which git calls an error.
  }
  const rebase = join(clone, '.git/rebase-merge');
  if (!existsSync(rebase)) throw new Error('git did not stop in the middle of a rebase');
  touchAll(rebase, began);
  return { key: 'gadget', at };
}

/** Six polls in a row found nothing to do. */
export function nothingReady({ box }: Scene): Due {
  const polls = [60, 50, 40, 30, 20, 10].map(
    (minutes) => `[${stamp(box.now() - minutes * MINUTE)} UTC] poll: no ready issues\n`,
  );
  write(join(box.logs, 'dev/dev-agent-widget.log'), polls.join(''), box.now());
  return atOnce(box, 'dev-agent-widget.log');
}

function phase({ box }: Scene, number: number, text: string, at: Instant): void {
  write(join(box.tmp, `dev-session-widget-${number}.phase`), text, at);
}

/** A session has been asking a person for almost a day, and its issue is open. */
export async function unanswered(stage: Scene): Promise<Due> {
  const { began, at } = dueSoon(stage, DAY);
  await issue(stage, 7);
  phase(stage, 7, 'PHASE:escalate\nReason: cannot reach the registry\n', began);
  return { key: 'dev-widget-7', at };
}

/** A session has been waiting for a review for almost five minutes, and had it before. */
export async function unheard(stage: Scene): Promise<Due> {
  await reviewed(stage);
  const { began, at } = dueSoon(stage, 5 * MINUTE);
  phase(stage, 8, 'PHASE:awaiting_review\n', began);
  return { key: 'dev-widget-8', at };
}

/** A phase file is there, and its issue was closed almost a day ago. */
export async function closed(stage: Scene): Promise<Due> {
  const { began, at } = dueSoon(stage, DAY);
  await issue(stage, 9, { state: 'closed', closed: toIso(began) });
  phase(stage, 9, 'PHASE:escalate\nReason: y\n', began - HOUR);
  return { key: 'dev-widget-9', at };
}

const NOBODY = 65_534;

/** Nothing has happened in a worktree for almost two hours. */
export function leftWorktree(scene: Scene): Due {
  const { box } = scene;
  const { began, at } = dueSoon(scene, 2 * HOUR);
  const widget = join(box.clones, 'widget');
  const worktree = join(box.tmp, 'widget-worktree-12');
  git(widget, began, 'worktree', 'add', '-q', '-b', 'fix/issue-12', worktree, 'main');
  touchAll(worktree, began);
  touchAll(join(widget, '.git/worktrees'), began);
  // Root cannot look into every process of root in a container, and then nobody knows whether one of them works here.
  if (process.getuid?.() === 0) chownSync(worktree, NOBODY, NOBODY);
  return { key: 'widget-worktree-12', at };
}

const LARGE = 11 * 1024 * 1024;

/** A log grows beyond ten megabytes. */
export function largeLog({ box }: Scene): Due {
  const log = join(box.logs, 'gardener/gardener.log');
  write(log, '');
  truncateSync(log, LARGE);
  appendFileSync(log, `\n[${stamp(box.now())} UTC] a line\n`);
  return after(box, MINUTE, 'gardener.log');
}

/** A commit of the ops repository has been waiting for almost a day. */
export function unpushed(scene: Scene): Due {
  const { box } = scene;
  const { began, at } = dueSoon(scene, DAY);
  commit(join(box.clones, 'gadget-ops'), 'notes.md', 'a note\n', began);
  return { key: 'gadget-ops', at };
}

/** The newest page of evidence is of five days ago. */
export function noEvidence({ box }: Scene): Due {
  const day = box.ago(5 * DAY).slice(0, 10);
  commit(join(box.clones, 'gadget-ops'), `evidence/engagement/${day}-visits.md`, 'a page\n', box.now() - 5 * DAY);
  git(join(box.clones, 'gadget-ops'), box.now(), 'push', '-q');
  return atOnce(box, 'engagement');
}

/** An agent is started for one answer, and goes on running. */
export function oneShot({ box }: Scene): Due {
  const script = join(box.tmp, 'sleeps.cjs');
  write(script, 'setTimeout(() => undefined, 1e7);\n');
  const pid = box.start(process.execPath, [script, '-p'], { argv0: 'claude', cwd: box.tmp });
  return after(box, 3 * HOUR, String(pid));
}

/** An item of the vault is neither what it asks for nor anything else. */
export function brokenItem({ box, reactor }: Stage): Due {
  write(join(reactor.ops, 'vault/pending/odd.md'), 'nobody knows what this is\n', box.now());
  return after(box, 10 * MINUTE, 'odd');
}
