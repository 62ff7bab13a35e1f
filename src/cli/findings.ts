/** `reactor findings`: what is wrong now. */

import { Option } from 'commander';
import { formatDuration } from '../core/duration.ts';
import { PRIORITIES, type Finding, type Priority } from '../core/finding.ts';
import type { Cli, Style } from './context.ts';
import type { Register } from './index.ts';
import { withState } from './state.ts';
import { toTable } from './table.ts';

interface FindingsOptions {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly failOn?: Priority;
}

const SHOWN = 100;

/** Adds `findings`. */
export const findingsCommand: Register = (program, cli, end) => {
  program
    .command('findings')
    .description('what is wrong now, worst first; works while the daemon is down')
    .option('--all', 'also what is pending and what was resolved lately')
    .option('--json', 'as a JSON array of findings')
    .addOption(
      new Option('--fail-on <priority>', 'exit 1 when a finding is open at this priority or worse').choices(PRIORITIES),
    )
    .action(async (options: FindingsOptions) => {
      const config = cli.config();
      const findings = await withState(config, cli.now, (store) => {
        const states = options.all === true ? {} : { states: ['firing', 'flapping'] as const };
        return store.findings
          .list({ ...states, limit: SHOWN })
          .filter(isWorthShowing)
          .toSorted(worstFirst);
      });
      if (options.json === true) cli.json(findings);
      else for (const line of render(cli, findings)) cli.say(line);
      if (options.failOn !== undefined && findings.some((one) => isAtLeast(one, options.failOn ?? 'P4'))) end(1);
    });
};

/** A pending finding that never fired and is over is nobody's business. */
function isWorthShowing(finding: Finding): boolean {
  return finding.state !== 'resolved' || finding.firedAt !== null;
}

function worstFirst(a: Finding, b: Finding): number {
  return a.priority.localeCompare(b.priority) || b.last - a.last;
}

function isAtLeast(finding: Finding, priority: Priority): boolean {
  return (finding.state === 'firing' || finding.state === 'flapping') && finding.priority <= priority;
}

function render(cli: Cli, findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [cli.style('green', 'nothing is wrong that a rule knows of')];
  const rows = findings.map((finding) => [
    cli.style('dim', finding.fingerprint.slice(0, 8)),
    cli.style(styleOf(finding.priority), finding.priority),
    stateOf(finding),
    formatDuration(cli.now() - (finding.firedAt ?? finding.since)),
    finding.text === '' ? finding.title : `${finding.title}: ${finding.text}`,
  ]);
  return [...toTable(rows), cli.style('dim', 'why one of them: reactor why <first column>')];
}

function stateOf({ state, acked, silenced, inhibitedBy }: Finding): string {
  if (inhibitedBy !== '') return `explained by ${inhibitedBy}`;
  if (silenced) return `${state}, silenced`;
  return acked ? `${state}, acked` : state;
}

function styleOf(priority: Priority): Style {
  if (priority === 'P0' || priority === 'P1') return 'red';
  return priority === 'P2' ? 'yellow' : 'dim';
}
