/** What the factory's shell supervisor looked for, and what its own pages ask a supervisor to see; the rules that find it here, and what nobody finds yet. */

/** Where something is asked for. */
export const ASKED = {
  formula: 'the steps of the supervisor’s formula, of any of its versions',
  preflight: 'its preflight',
  recipes: 'its recipes and action scripts',
  poll: 'the poll that came before the formula',
  'best practices': 'what its maintainers wrote down after false alarms and misses',
  gardener: 'the formula of the gardener',
  'ops repository': 'sprints and vault items of the ops repository',
  'oversight sprint': 'the sprint for oversight of the whole box',
  'storage sprint': 'the sprint for telemetry of Docker’s storage',
  'built-in supervisor': 'the design of a supervisor built into the agents’ own tool',
} as const;

export interface Condition {
  readonly priority: 'P0' | 'P1' | 'P2' | 'P3' | 'P4';
  readonly what: string;
  readonly asked: readonly (keyof typeof ASKED)[];
  /** Names of rules; each must be shipped, with cases in which it fires and in which it does not. */
  readonly rules: readonly string[];
}

/** What is found. */
export const CONDITIONS: readonly Condition[] = [
  { priority: 'P0', what: 'less than 500 MB of memory available', asked: ['formula'], rules: ['mem-floor'] },
  {
    priority: 'P0',
    what: 'more than 3 GB of swap used and less than 2000 MB available',
    asked: ['formula'],
    rules: ['mem-swap'],
  },
  { priority: 'P1', what: 'a filesystem more than 80 % full', asked: ['formula'], rules: ['disk-high'] },
  {
    priority: 'P2',
    what: 'a pipeline running for more than 20 min',
    asked: ['formula'],
    rules: ['ci-running-long', 'ci-ghost'],
  },
  { priority: 'P2', what: 'a pipeline pending for more than 30 min', asked: ['formula'], rules: ['ci-pending-long'] },
  { priority: 'P2', what: 'a dev lock whose process is gone', asked: ['formula'], rules: ['dev-lock-dead'] },
  {
    priority: 'P2',
    what: 'agent status unchanged for more than 30 min',
    asked: ['formula'],
    rules: ['agent-run-dead', 'agent-run-stuck'],
  },
  { priority: 'P2', what: 'an agent session that is dead', asked: ['formula'], rules: ['session-dead'] },
  { priority: 'P2', what: 'a clone on the wrong branch', asked: ['formula'], rules: ['git-wrong-branch'] },
  { priority: 'P2', what: 'a clone in a broken rebase', asked: ['formula'], rules: ['git-broken-rebase'] },
  { priority: 'P2', what: 'backlog, and no agent ran for 20 min', asked: ['formula'], rules: ['queue-stalled'] },
  { priority: 'P2', what: 'the last six polls found no ready issue', asked: ['formula'], rules: ['no-ready-issues'] },
  {
    priority: 'P2',
    what: 'an escalation unanswered for 24 h, its issue open',
    asked: ['formula'],
    rules: ['escalate-timeout'],
  },
  {
    priority: 'P2',
    what: 'an unhealthy CI agent',
    asked: ['preflight', 'recipes'],
    rules: ['ci-agent-unhealthy', 'ci-fast-failures'],
  },
  { priority: 'P2', what: 'CI that cannot be trusted', asked: ['recipes'], rules: ['ci-untrusted'] },
  { priority: 'P2', what: 'a pull request in conflict for 24 h', asked: ['best practices'], rules: ['pr-conflicted'] },
  {
    priority: 'P2',
    what: 'a review given before the session was ready for it',
    asked: ['best practices'],
    rules: ['review-unheard'],
  },
  {
    priority: 'P2',
    what: 'a container of another stack in a restart loop',
    asked: ['oversight sprint'],
    rules: ['restart-loop-foreign'],
  },
  {
    priority: 'P3',
    what: 'CI finished more than 20 min ago and no push since',
    asked: ['formula'],
    rules: ['pr-stale'],
  },
  {
    priority: 'P3',
    what: 'issues that depend on each other in a circle',
    asked: ['formula'],
    rules: ['dependency-circle'],
  },
  { priority: 'P3', what: 'a dependency open for more than 30 d', asked: ['formula'], rules: ['dependency-old'] },
  { priority: 'P3', what: 'a pull request green and unreviewed for 60 min', asked: ['poll'], rules: ['pr-unreviewed'] },
  { priority: 'P3', what: 'a pull request red for 30 min', asked: ['poll', 'built-in supervisor'], rules: ['pr-red'] },
  {
    priority: 'P3',
    what: 'changes made as asked, and not looked at again',
    asked: ['best practices'],
    rules: ['pr-changes-forgotten'],
  },
  {
    priority: 'P3',
    what: 'an agent that asks a person, and nobody answers',
    asked: ['built-in supervisor'],
    rules: ['session-waits'],
  },
  {
    priority: 'P3',
    what: 'an item of the vault that nothing can carry out',
    asked: ['ops repository'],
    rules: ['vault-item-broken'],
  },
  { priority: 'P4', what: 'a worktree without activity for 2 h', asked: ['formula'], rules: ['worktree-stale'] },
  { priority: 'P4', what: 'a lock whose process is gone', asked: ['formula'], rules: ['lock-dead'] },
  { priority: 'P4', what: 'a one-shot agent running for more than 3 h', asked: ['formula'], rules: ['oneshot-stale'] },
  {
    priority: 'P4',
    what: 'a phase file of an issue that is closed for 24 h',
    asked: ['formula'],
    rules: ['phase-of-closed-issue'],
  },
  { priority: 'P4', what: 'an agent log over 10 MB', asked: ['formula'], rules: ['log-large'] },
  {
    priority: 'P4',
    what: 'a decomposed parent whose children are all closed',
    asked: ['gardener'],
    rules: ['parent-done'],
  },
  {
    priority: 'P4',
    what: 'an ops repository not pushed for a day',
    asked: ['ops repository'],
    rules: ['ops-unpushed', 'ops-silent'],
  },
  { priority: 'P4', what: 'no page of evidence for today', asked: ['ops repository'], rules: ['evidence-missing'] },
  {
    priority: 'P4',
    what: 'a container that runs another image than the one its Compose file pins',
    asked: ['oversight sprint'],
    rules: ['image-drift'],
  },
];

export interface Missing {
  readonly what: string;
  readonly asked: readonly (keyof typeof ASKED)[];
  /** Why not, and what will. */
  readonly why: string;
}

/** What is asked for and not found, or not done, in this version. */
export const MISSING: readonly Missing[] = [
  {
    what: 'a service of another stack that stays unhealthy',
    asked: ['oversight sprint'],
    why: 'health is in `docker.container`, and no shipped rule reads it; it comes with the rules for siblings',
  },
  {
    what: 'which stack uses the memory or the disk, how much images, build cache, volumes and btrfs take, how fast they grow, what is rebuilt again and again',
    asked: ['oversight sprint', 'storage sprint'],
    why: 'the disk that is full is found, and preflight shows containers and volumes; following their figures comes with the storage of Docker',
  },
  {
    what: 'a figure that has been near its limit for several runs',
    asked: ['formula', 'storage sprint'],
    why: 'a rule holds for as long as its condition does, to the second; forecasts come with the storage of Docker',
  },
  {
    what: 'a vault item for a pull request that stays idle over more than three runs',
    asked: ['formula'],
    why: 'the agent is reminded three times, and the operators are told after an hour',
  },
  {
    what: 'answers of people: ignore this, kill that agent, what is stuck',
    asked: ['formula'],
    why: 'what the factory’s listener wrote down is shown in preflight and acted on by nobody; `reactor silence` and `reactor status` do the first and the last',
  },
  {
    what: 'review comments as they come',
    asked: ['built-in supervisor'],
    why: 'they are events that no shipped rule reads; showing them to people comes with the command that supervises pull requests',
  },
  {
    what: 'killing agents, dropping caches, pruning, emptying logs, removing locks, worktrees and phase files, aborting rebases, checking out, restarting the CI agent, retriggering, closing and sweeping issues',
    asked: ['formula', 'preflight', 'recipes', 'gardener'],
    why: 'these are repairs; until there are any, the rules end in a message, the journal, an incident, a nudge or a vault item',
  },
];
