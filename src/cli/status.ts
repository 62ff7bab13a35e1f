/** `reactor status`: what the reactor sees and has to say, also while it is down. */

import { findDaemon, type Daemon } from '../app/client.ts';
import { formatDuration } from '../core/duration.ts';
import type { OrderState } from '../core/effect.ts';
import { PRIORITIES, type Finding, type Priority } from '../core/finding.ts';
import { toIso, type Instant } from '../core/time.ts';
import type { Store } from '../ports/store.ts';
import type { Cli, Style } from './context.ts';
import { field, teach, type Shape } from './guide.ts';
import type { Register } from './index.ts';
import { nothingWrong } from './sight.ts';
import { withState } from './state.ts';
import { toTable } from './table.ts';

interface SourceLine {
  readonly source: string;
  readonly host: string;
  readonly state: string;
  readonly reason: string;
  readonly since: string;
}

interface SilenceLine {
  readonly rule: string;
  readonly key: readonly string[];
  readonly until: string;
  readonly by: string;
}

interface Status {
  readonly daemon: Daemon['state'];
  readonly reasons: readonly string[];
  /** ISO, `''` when it never ran. */
  readonly alive_at: string;
  readonly sources: readonly SourceLine[];
  readonly findings: Readonly<Record<Priority, number>>;
  readonly unconfirmed: number;
  readonly pending: number;
  readonly silences: number;
  readonly silenced: readonly SilenceLine[];
  readonly outbox: Readonly<Record<OrderState, number>>;
  readonly events: { readonly count: number; readonly newest: string };
}

const SHAPE: Shape = {
  daemon: field('string', 'ready starting down, or stranger: something else answers at the address'),
  'reasons[]': field('string', 'why it is not ready'),
  alive_at: field('string', 'when it was last known to run, empty when it never did'),
  'sources[].source': field('string', 'its name'),
  'sources[].host': field('string', 'the box it looks at'),
  'sources[].state': field('string', 'available degraded unavailable'),
  'sources[].reason': field('string', 'why, in words'),
  'sources[].since': field('string', 'since when it has been so'),
  ...Object.fromEntries(PRIORITIES.map((name) => [`findings.${name}`, field('number', `open findings of ${name}`)])),
  unconfirmed: field(
    'number',
    'open findings of which nobody can say whether they are still so: their source cannot see',
  ),
  pending: field('number', 'findings that are true, but not for long enough'),
  silences: field('number', 'silences in force'),
  'silenced[].rule': field('string', '`pack/rule` that is held back, or * for every rule'),
  'silenced[].key[]': field('string', 'the subject, or the beginning of its key; none for every subject'),
  'silenced[].until': field('string', 'when it ends by itself'),
  'silenced[].by': field('string', 'who said so'),
  ...Object.fromEntries(
    ['waiting', 'running', 'done', 'skipped', 'dead', 'interrupted'].map((name) => [
      `outbox.${name}`,
      field('number', `orders that are ${name}`),
    ]),
  ),
  'events.count': field('number', 'events in the log'),
  'events.newest': field('string', 'when the newest was taken in, empty without one'),
};

/** Adds `status`. */
export const statusCommand: Register = (program, cli) => {
  const command = program
    .command('status')
    .description('what the reactor sees: daemon, sources, findings, outbox; works while the daemon is down')
    .option('--json', 'as one JSON object')
    .action(async (options: { json?: boolean }) => {
      const config = cli.config();
      const [daemon, state] = await Promise.all([
        findDaemon(config),
        withState(config, cli.now, (store) => readState(store, cli.now())),
      ]);
      const status: Status = { daemon: daemon.state, reasons: daemon.reasons, ...state };
      if (options.json === true) cli.json(status);
      else for (const line of render(cli, status)) cli.say(line);
    });
  teach(command, {
    examples: [
      ['reactor status', 'is it running, what can it see, how much is wrong'],
      ['reactor status --json | jq -e \'.daemon == "ready"\'', 'in a script'],
    ],
    json: SHAPE,
  });
};

function readState(store: Store, now: Instant): Omit<Status, 'daemon' | 'reasons'> {
  const open = store.findings.list({ states: ['firing', 'flapping'] });
  const alive = store.meta.get('alive_at');
  const [newest] = store.log.recent({ limit: 1 });
  const silences = store.silences.active(now);
  return {
    alive_at: alive === null ? '' : toIso(Number(alive)),
    sources: [...store.log.latest('reactor.source')].flatMap((event) => {
      if (event.kind !== 'reactor.source' || event.data.state === 'retired') return [];
      const { source, state, reason, since } = event.data;
      return [{ source, host: event.host, state, reason, since }];
    }),
    findings: byPriority(open),
    unconfirmed: open.filter((finding) => finding.unconfirmed !== null).length,
    pending: store.findings.list({ states: ['pending'] }).length,
    silences: silences.length,
    silenced: silences.map(({ rule, key, until, by }) => ({ rule, key, until: toIso(until), by })),
    outbox: store.outbox.counts(),
    events: { count: store.log.count(), newest: newest === undefined ? '' : toIso(newest.received) },
  };
}

function byPriority(findings: readonly Finding[]): Readonly<Record<Priority, number>> {
  const counts: Record<Priority, number> = { P0: 0, P1: 0, P2: 0, P3: 0, P4: 0 };
  for (const { priority } of findings) counts[priority]++;
  return counts;
}

function render(cli: Cli, status: Status): readonly string[] {
  const now = cli.now();
  const { waiting, running, done, dead, interrupted } = status.outbox;
  const lost = dead + interrupted === 0 ? '' : cli.style('red', `, ${dead} dead, ${interrupted} interrupted`);
  return toTable([
    ['daemon', daemonLine(cli, status, now)],
    ['findings', findingsLine(cli, status)],
    ['outbox', `${waiting + running} waiting, ${done} done${lost}`],
    ['events', `${status.events.count} in the log, newest ${ago(status.events.newest, now)}`],
    ...status.silenced.map((silence) => ['silence', silenceLine(silence, now)]),
    ...status.sources.map((source) => ['source', sourceLine(cli, source, now)]),
  ]);
}

function daemonLine(cli: Cli, { daemon, reasons, alive_at }: Status, now: Instant): string {
  const age = alive_at === '' ? 'it never ran' : `last alive ${ago(alive_at, now)}`;
  const last = `${age}; what follows is what it knew. Start it: reactor run`;
  switch (daemon) {
    case 'ready':
      return cli.style('green', 'ready');
    case 'starting':
      return `${cli.style('yellow', 'not ready')}: ${reasons.join('; ')}`;
    case 'stranger':
      return `${cli.style('red', 'not there')}: ${reasons.join('; ')}; ${last}`;
    case 'down':
      return `${cli.style('red', 'down')}, ${last}`;
  }
}

function findingsLine(cli: Cli, { daemon, sources, findings, unconfirmed, pending }: Status): string {
  const open = PRIORITIES.filter((priority) => findings[priority] > 0);
  const counts = open.map((priority) => `${findings[priority]} ${priority}`).join(', ');
  const unseen = sources.flatMap(({ source, host, state }) => (state === 'available' ? [] : [`${source}@${host}`]));
  const said = counts === '' ? nothingWrong(cli, daemon, unseen) : cli.style('red', counts);
  const doubts = unconfirmed === 0 ? '' : cli.style('yellow', `, ${unconfirmed} of them unconfirmed`);
  return `${said}${doubts}${pending === 0 ? '' : `, ${pending} pending`}`;
}

const STATE_STYLE: ReadonlyMap<string, Style> = new Map([
  ['available', 'green'],
  ['degraded', 'yellow'],
]);

function sourceLine(cli: Cli, { source, host, state, reason, since }: SourceLine, now: Instant): string {
  const styled = cli.style(STATE_STYLE.get(state) ?? 'red', state);
  const span = since === '' ? '' : ` for ${formatDuration(now - Date.parse(since))}`;
  return `${source}@${host} ${styled}${span}${reason === '' ? '' : `: ${reason}`}`;
}

function silenceLine({ rule, key, until, by }: SilenceLine, now: Instant): string {
  const about = key.length === 0 ? '' : ` about [${key.join(', ')}]`;
  return `${rule}${about} for ${formatDuration(Date.parse(until) - now)} more, by ${by}; end it: reactor unsilence ${rule}`;
}

/** `3m ago`, `never`. */
function ago(iso: string, now: Instant): string {
  return iso === '' ? 'never' : `${formatDuration(now - Date.parse(iso))} ago`;
}
