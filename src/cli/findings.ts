/** `reactor findings`: what is wrong now. */

import { Option } from 'commander';
import { formatDuration } from '../core/duration.ts';
import { isOpen, PRIORITIES, type Finding, type Priority } from '../core/finding.ts';
import type { Silence } from '../core/source.ts';
import { toIso } from '../core/time.ts';
import type { Cli, Style } from './context.ts';
import { teach, under } from './guide.ts';
import type { Register } from './index.ts';
import { complainOfAge, nothingWrong, unseenIn } from './sight.ts';
import { silenceOf } from './silences.ts';
import { withState } from './state.ts';
import { toTable } from './table.ts';
import { FINDING_SHAPE, findingView } from './views.ts';

interface FindingsOptions {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly failOn?: Priority;
}

/** More lines than this nobody reads; `--json` has them all. */
const SHOWN = 100;

/** Adds `findings`. */
export const findingsCommand: Register = (program, cli, end) => {
  const command = program
    .command('findings')
    .description('what is wrong now, worst first; works while the daemon is down')
    .option('--all', 'also what is pending and what was resolved lately')
    .option('--json', 'as a JSON array of findings')
    .addOption(
      new Option(
        '--fail-on <priority>',
        'exit 1 when a finding is open at this priority or worse, or when the reactor does not run',
      ).choices(PRIORITIES),
    )
    .action(async (options: FindingsOptions) => {
      const states = options.all === true ? {} : { states: ['firing', 'flapping'] as const };
      const config = cli.config();
      const { findings, silences, unseen, alive } = await withState(config, cli.now, (store) => ({
        findings: store.findings.list(states).filter(isWorthShowing).toSorted(worstFirst),
        silences: store.silences.active(cli.now()),
        unseen: unseenIn(store),
        alive: store.meta.get('alive_at'),
      }));
      const daemon = await complainOfAge(cli, config, alive);
      if (options.json === true) cli.json(findings.map(findingView));
      else if (findings.length === 0) cli.say(nothingWrong(cli, daemon, unseen));
      else for (const line of render(cli, findings, silences)) cli.say(line);
      const { failOn } = options;
      if (failOn === undefined) return;
      // A script must not take it for health that nobody looks.
      const isBlind = daemon === 'down' || daemon === 'stranger';
      if (isBlind || findings.some((one) => isOpen(one) && one.priority <= failOn)) end(1);
    });
  teach(command, {
    examples: [
      ['reactor findings', 'what is wrong now'],
      ['reactor findings --all', 'and what was'],
      ['reactor findings --fail-on P1', 'in a script: exit 1 when it is serious'],
      ["reactor findings --json | jq -r '.[].title'", 'for programs'],
    ],
    json: under('[]', FINDING_SHAPE),
  });
};

/** A pending finding that never fired and is over is nobody's business. */
function isWorthShowing(finding: Finding): boolean {
  return finding.state !== 'resolved' || finding.firedAt !== null;
}

const RANK: Readonly<Record<Finding['state'], number>> = { firing: 0, flapping: 0, pending: 1, resolved: 2 };

/** What is open comes first and what is over last; then the worse, then the newer. */
function worstFirst(a: Finding, b: Finding): number {
  return RANK[a.state] - RANK[b.state] || a.priority.localeCompare(b.priority) || b.last - a.last;
}

function render(cli: Cli, findings: readonly Finding[], silences: readonly Silence[]): readonly string[] {
  const rows = findings
    .slice(0, SHOWN)
    .map((finding) => [
      cli.style('dim', finding.fingerprint.slice(0, 8)),
      cli.style(styleOf(finding.priority), finding.priority),
      stateOf(finding, silences),
      formatDuration(cli.now() - (finding.firedAt ?? finding.since)),
      finding.text === '' ? finding.title : `${finding.title}: ${finding.text}`,
    ]);
  const more = findings.length - SHOWN;
  return [
    ...toTable(rows),
    ...(more > 0 ? [`… and ${more} more: reactor findings --json has them all`] : []),
    cli.style('dim', 'why one of them: reactor why <first column>'),
  ];
}

function stateOf(finding: Finding, silences: readonly Silence[]): string {
  const { acked, inhibitedBy, unconfirmed } = finding;
  const state =
    unconfirmed === null ? finding.state : `${finding.state}, unconfirmed: ${unconfirmed.source} cannot see`;
  if (!isOpen(finding)) return state;
  if (inhibitedBy !== '') return `explained by ${inhibitedBy}`;
  const silence = silenceOf(finding, silences);
  if (silence !== null) return `${state}, silenced until ${toIso(silence.until).slice(0, 16)}Z`;
  return acked ? `${state}, acked` : state;
}

function styleOf(priority: Priority): Style {
  if (priority === 'P0' || priority === 'P1') return 'red';
  return priority === 'P2' ? 'yellow' : 'dim';
}
