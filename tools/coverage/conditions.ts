/** What the factory's shell supervisor looked for, in its formula, its preflight and its recipes, and the rules that find it here. */

export interface Condition {
  readonly priority: 'P0' | 'P1' | 'P2' | 'P3' | 'P4';
  readonly what: string;
  /** Names of rules; each must be shipped, with cases in which it fires and in which it does not. */
  readonly rules: readonly string[];
}

export const CONDITIONS: readonly Condition[] = [
  { priority: 'P0', what: 'less than 500 MB of memory available', rules: ['mem-floor'] },
  { priority: 'P0', what: 'more than 3 GB of swap used and less than 2000 MB available', rules: ['mem-swap'] },
  { priority: 'P1', what: 'a filesystem more than 80 % full', rules: ['disk-high'] },
  { priority: 'P2', what: 'a pipeline running for more than 20 min', rules: ['ci-running-long', 'ci-ghost'] },
  { priority: 'P2', what: 'a pipeline pending for more than 30 min', rules: ['ci-pending-long'] },
  { priority: 'P2', what: 'a dev lock whose process is gone', rules: ['dev-lock-dead'] },
  { priority: 'P2', what: 'agent status unchanged for more than 30 min', rules: ['agent-run-dead', 'agent-run-stuck'] },
  { priority: 'P2', what: 'an agent session that is dead', rules: ['session-dead'] },
  { priority: 'P2', what: 'a clone on the wrong branch', rules: ['git-wrong-branch'] },
  { priority: 'P2', what: 'a clone in a broken rebase', rules: ['git-broken-rebase'] },
  { priority: 'P2', what: 'backlog, and no agent ran for 20 min', rules: ['queue-stalled'] },
  { priority: 'P2', what: 'the last six polls found no ready issue', rules: ['no-ready-issues'] },
  { priority: 'P2', what: 'an escalation unanswered for 24 h, its issue open', rules: ['escalate-timeout'] },
  { priority: 'P2', what: 'an unhealthy CI agent', rules: ['ci-agent-unhealthy', 'ci-fast-failures'] },
  { priority: 'P2', what: 'CI that cannot be trusted', rules: ['ci-untrusted'] },
  { priority: 'P2', what: 'a pull request in conflict for 24 h', rules: ['pr-conflicted'] },
  { priority: 'P2', what: 'a review given before the session was ready for it', rules: ['review-unheard'] },
  { priority: 'P2', what: 'a container of another stack in a restart loop', rules: ['restart-loop-foreign'] },
  { priority: 'P3', what: 'CI finished more than 20 min ago and no push since', rules: ['pr-stale'] },
  { priority: 'P3', what: 'issues that depend on each other in a circle', rules: ['dependency-circle'] },
  { priority: 'P3', what: 'a dependency open for more than 30 d', rules: ['dependency-old'] },
  { priority: 'P3', what: 'a pull request green and unreviewed for 60 min', rules: ['pr-unreviewed'] },
  { priority: 'P3', what: 'a pull request red for 30 min', rules: ['pr-red'] },
  { priority: 'P3', what: 'changes made as asked, and not looked at again', rules: ['pr-changes-forgotten'] },
  { priority: 'P4', what: 'a worktree without activity for 2 h', rules: ['worktree-stale'] },
  { priority: 'P4', what: 'a lock whose process is gone', rules: ['lock-dead'] },
  { priority: 'P4', what: 'a one-shot agent running for more than 3 h', rules: ['oneshot-stale'] },
  { priority: 'P4', what: 'a phase file of an issue that is closed for 24 h', rules: ['phase-of-closed-issue'] },
  { priority: 'P4', what: 'an agent log over 10 MB', rules: ['log-large'] },
  { priority: 'P4', what: 'a decomposed parent whose children are all closed', rules: ['parent-done'] },
  { priority: 'P4', what: 'an ops repository not pushed for a day', rules: ['ops-unpushed'] },
  { priority: 'P4', what: 'no page of evidence for today', rules: ['evidence-missing'] },
  {
    priority: 'P4',
    what: 'a container that runs another image than the one its Compose file pins',
    rules: ['image-drift'],
  },
];
