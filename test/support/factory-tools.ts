/** How the factory's own tools read preflight: they look for a heading, then for words in the lines below it. */

/** The lines below a heading, up to the next other heading. A heading is found exactly, or with ` (` behind it. */
export function sectionOf(text: string, heading: string): readonly string[] {
  const lines: string[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (line === `## ${heading}` || line.startsWith(`## ${heading}(`) || line.startsWith(`## ${heading} (`)) {
      inside = true;
    } else if (inside && line.startsWith('## ')) {
      break;
    } else if (inside) {
      lines.push(line);
    }
  }
  return lines;
}

/** The first number behind a pattern, as `grep -oP '…\K[0-9]+' | head -1`; null when nothing matches. */
function numberAfter(lines: readonly string[], pattern: RegExp): number | null {
  for (const line of lines) {
    const match = new RegExp(`${pattern.source}([0-9]+)`).exec(line);
    if (match !== null) return Number(match[1]);
  }
  return null;
}

/** What `field: ` says in the first line that begins with it. */
function fieldIn(lines: readonly string[], field: string): string {
  const line = lines.find((one) => one.toLowerCase().startsWith(`${field.toLowerCase()}:`)) ?? '';
  return line.slice(field.length + 1).trimStart();
}

/** Everything the factory's recipes take out of preflight. */
export function recipesSee(text: string) {
  const resources = sectionOf(text, 'System Resources');
  const pipelines = sectionOf(text, 'CI Pipelines');
  const locks = sectionOf(text, 'Lock Files');
  const ages = sectionOf(text, 'Stale Worktrees').map((line) => Number(/([0-9]+)(?=min old)/.exec(line)?.[1] ?? 0));
  const count = (heading: string, pattern: RegExp): number =>
    sectionOf(text, heading).filter((line) => pattern.test(line)).length;
  return {
    ram_available_mb: numberAfter(resources, /RAM:\s+/),
    swap_mb: numberAfter(resources, /Swap:\s+/),
    disk_pct: numberAfter(resources, /Disk:\s+/),
    wp_agent_health: fieldIn(sectionOf(text, 'Woodpecker Agent Health'), 'WP Agent Health'),
    stuck: numberAfter(pipelines, /Stuck\s*\(/),
    pending: numberAfter(pipelines, /Pending\s*\(/),
    git_rebase: fieldIn(locks, 'git-rebase'),
    dead_locks: locks.filter((line) => line.includes('dead')).length,
    open_prs: count('Open PRs', /^#\d+/),
    oldest_worktree_min: Math.max(0, ...ages),
    blocked_issues: count('Blocked Issues', /^ {2}#\d+/),
    escalated: count('Phase Files', /PHASE:escalate/),
  };
}

/** The headings of preflight as the factory's own tool writes them, in its order; those of a project have its name behind them. */
export function headingsOf(...projects: readonly string[]): readonly string[] {
  const each = (heading: string): readonly string[] => projects.map((project) => `${heading} (${project})`);
  return [
    'System Resources',
    'Docker',
    'Docker Allocs',
    'Host Volumes',
    'Active Sessions',
    'Phase Files',
    'Stale Phase Cleanup',
    'Lock Files',
    'Recent Agent Logs',
    ...each('CI Pipelines'),
    ...each('Open PRs'),
    ...each('Issue Status'),
    'Stale Worktrees',
    'Blocked Issues',
    'Escalation Replies (from Matrix)',
    'Pending Vault Items',
    'Woodpecker Agent Health',
    'WP Agent Health History',
  ];
}
