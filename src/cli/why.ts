/** `reactor why`: the events, the expression that held, the timers, the gates, and what was done. */

import type { OutboxRow } from '../core/effect.ts';
import type { StoredEvent } from '../core/event.ts';
import { formatDuration } from '../core/duration.ts';
import type { Finding } from '../core/finding.ts';
import { toIso, type Instant } from '../core/time.ts';
import type { Store } from '../ports/store.ts';
import type { Cli } from './context.ts';
import type { Register } from './index.ts';
import { withState } from './state.ts';
import { UsageError } from './usage.ts';

interface Explanation {
  readonly finding: Finding;
  /** Oldest first; null for one that the log no longer has. */
  readonly causes: readonly (StoredEvent | null)[];
  readonly effects: readonly OutboxRow[];
}

/** Adds `why`. */
export const whyCommand: Register = (program, cli) => {
  program
    .command('why <finding>')
    .description(
      'explain one finding; the argument is its id or the beginning of it, or a rule name that has one finding',
    )
    .option('--json', 'as one JSON object')
    .action(async (wanted: string, options: { json?: boolean }) => {
      const explanation = await withState(cli.config(), cli.now, (store) => explain(store, wanted));
      if (options.json === true) cli.json(explanation);
      else for (const line of render(cli, explanation)) cli.say(line);
    });
};

function explain(store: Store, wanted: string): Explanation {
  const finding = choose(store, wanted);
  return {
    finding,
    causes: finding.causes.map((id) => store.log.get(id)),
    effects:
      finding.firing === '' ? [] : store.outbox.list({ firing: finding.firing }).toSorted((a, b) => a.seq - b.seq),
  };
}

function choose(store: Store, wanted: string): Finding {
  const all = store.findings.list().filter((finding) => matches(finding, wanted));
  const open = all.filter((finding) => finding.state !== 'resolved');
  const [found, another] = open.length > 0 ? open : all;
  if (found === undefined) throw new UsageError(`no finding "${wanted}"; reactor findings --all lists them`);
  if (another === undefined || open.length === 0) return found;
  const choices = open.map(
    (finding) => `  ${finding.fingerprint.slice(0, 8)} ${finding.title} [${finding.key.join(', ')}]`,
  );
  throw new UsageError([`several findings match "${wanted}"; say which:`, ...choices].join('\n'));
}

function matches(finding: Finding, wanted: string): boolean {
  return finding.fingerprint.startsWith(wanted) || finding.rule === wanted || finding.rule.endsWith(`/${wanted}`);
}

function render(cli: Cli, { finding, causes, effects }: Explanation): readonly string[] {
  const now = cli.now();
  const heading = (text: string): string => `\n${cli.style('bold', text)}`;
  return [
    `${cli.style('bold', `${finding.priority} ${finding.title}`)}  ${finding.state}`,
    finding.text,
    `rule ${finding.rule}, key [${finding.key.join(', ')}], owner ${finding.owner}, id ${finding.fingerprint}`,
    heading('Why'),
    `  ${finding.because}`,
    ...times(finding, now),
    heading(`Events (${causes.length})`),
    ...causes.map(
      (event, i) => `  ${event === null ? `${finding.causes[i]} is no longer in the log` : eventLine(event)}`,
    ),
    heading('Gates'),
    ...orNone(
      finding.gates.map(
        (answer) =>
          `  ${toIso(answer.at)} step ${answer.step} ${answer.pass ? 'passed' : 'held by'} ${answer.gate}: ${answer.reason}`,
      ),
    ),
    heading('Effects'),
    ...orNone(effects.map(effectLine)),
  ];
}

const orNone = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? ['  none'] : lines);

function times(finding: Finding, now: Instant): readonly string[] {
  const line = (name: string, at: Instant | null): readonly string[] =>
    at === null ? [] : [`  ${name} ${toIso(at)} (${formatDuration(now - at)} ago)`];
  return [
    ...line('since', finding.since),
    ...line('fired', finding.firedAt),
    ...line('last', finding.last),
    ...line('resolved', finding.resolvedAt),
  ];
}

function eventLine(event: StoredEvent): string {
  const action = 'action' in event.data ? ` ${event.data.action}` : '';
  return `${toIso(event.time)} ${event.kind}${action} ${event.subject}  ${event.id}`;
}

function effectLine(row: OutboxRow): string {
  const note = row.reason === '' ? row.ref : row.reason;
  const tries = row.attempts > 1 ? `, ${row.attempts} tries` : '';
  return `  ${toIso(row.decidedAt)} ${row.spec.act} ${row.phase} → ${row.target}: ${row.state}${tries}  ${note}`;
}
