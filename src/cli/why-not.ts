/** `reactor why-not`: what stopped a rule. */

import { formatDuration } from '../core/duration.ts';
import { isOpen, type Finding } from '../core/finding.ts';
import type { Rule } from '../core/rule.ts';
import { DAY, toIso } from '../core/time.ts';
import { explainWhyNot, type Part, type SubjectReport, type WhyNot } from '../engine/why-not.ts';
import { explainExceptions } from '../rulebook/explain.ts';
import type { Cli } from './context.ts';
import { field, teach, under, type Shape } from './guide.ts';
import type { Register } from './index.ts';
import { findRule } from './rules.ts';
import { countSaid, placeOf, stepSaid, whenSaid } from './said.ts';
import { complainOfAge } from './sight.ts';
import { withState } from './state.ts';
import { stepAnswers } from './steps.ts';
import { EVENT_SHAPE, eventView } from './views.ts';

interface Answer extends WhyNot {
  readonly definition: Rule;
  /** Its findings that are open, as the reactor knows them. */
  readonly open: readonly Finding[];
}

/** Without a key, the subjects that were heard of last. */
const SHOWN = 5;
/** Of a value; labels can be long. */
const LONGEST = 60;

const SHAPE: Shape = {
  rule: field('string', '`pack/rule`'),
  file: field('string', 'where it stands'),
  line: field('number', 'on which line'),
  mode: field('string', 'live shadow off'),
  'on[]': field('string', 'the kinds of events it reads'),
  condition: field('string', 'its temporal block in words'),
  events: field('number', 'events of these kinds in the log'),
  excepted: field('number', 'events that an exception took out'),
  'open[]': field('string', 'fingerprints of its findings that are open'),
  'subjects[].key[]': field('string', 'the subject'),
  'subjects[].events': field('number', 'events about it'),
  'subjects[].matched': field('number', 'events that matched'),
  'subjects[].count': field('number', 'events that count now'),
  'subjects[].phase': field('string', 'idle pending firing: where its condition stands, whatever the gates say'),
  'subjects[].since': field('string', 'since when, empty while idle'),
  'subjects[].timers[].at': field('string', 'when time alone will change something'),
  'subjects[].timers[].what': field('string', 'what will be then'),
  'subjects[].parts[].source': field('string', 'a part of the expression, between two &&'),
  'subjects[].parts[].said': field(['boolean', 'string'], 'what it says of the last event; a text when it breaks'),
  'subjects[].parts[].reads': field('object', 'the values it reads, by name'),
  ...under('subjects[].last_event', EVENT_SHAPE),
};

/** Adds `why-not`. */
export const whyNotCommand: Register = (program, cli) => {
  const command = program
    .command('why-not')
    .description('why a rule did not fire: the events it saw, what each part of its expression said, and its timers')
    .argument('<rule>', 'its name, or pack/name')
    .argument('[key...]', 'one subject: the values of the rule’s key, or the first of them')
    .option('--json', 'as one JSON object')
    .action(async (name: string, key: readonly string[], options: { json?: boolean }) => {
      const answer = await ask(cli, name, key);
      if (options.json === true) cli.json(toJson(answer));
      else for (const line of render(cli, answer)) cli.say(line);
    });
  teach(command, {
    examples: [
      ['reactor why-not disk-high', 'for the subjects that were heard of last'],
      ['reactor why-not restart-loop-foreign harb anvil', 'for one subject'],
    ],
    json: SHAPE,
  });
};

async function ask(cli: Cli, name: string, key: readonly string[]): Promise<Answer> {
  const config = cli.config();
  const { loadRules } = await import('../app/rules.ts');
  const definition = findRule((await loadRules(config, cli.now())).rules, name);
  const since = new Map(definition.on.map((kind) => [kind, cli.now() - config.retentionDays * DAY]));
  cli.progress(`playing ${definition.name} over the log …`);
  const { alive, ...answer } = await withState(config, cli.now, (store) => ({
    ...explainWhyNot(definition, store.log.replay(since), cli.now(), key),
    definition,
    open: store.findings.list({ rule: definition.id }).filter(isOpen),
    alive: store.meta.get('alive_at'),
  }));
  await complainOfAge(cli, config, alive);
  return answer;
}

function toJson({ definition, open, subjects, ...answer }: Answer): object {
  return {
    ...answer,
    ...definition.origin,
    open: open.map(({ fingerprint }) => fingerprint),
    subjects: subjects.map(({ lastEvent, since, timers, ...subject }) => ({
      ...subject,
      since: toIso(since),
      timers: timers.map(({ at, what }) => ({ at: toIso(at), what })),
      last_event: eventView(lastEvent),
    })),
  };
}

function render(cli: Cli, answer: Answer): readonly string[] {
  const { subjects, definition, excepted } = answer;
  const shown = subjects.toSorted((a, b) => b.lastEvent.time - a.lastEvent.time).slice(0, SHOWN);
  const more = subjects.length - shown.length;
  return [
    `${cli.style('bold', answer.rule)}  ${cli.style('dim', placeOf(definition))}`,
    `reads ${answer.on.join(', ')}; ${answer.condition}`,
    verdict(answer),
    ...(excepted > 0 ? [`${countSaid(excepted, 'event')} taken out by an exception:`] : []),
    ...(excepted > 0 ? explainExceptions(definition).map((line) => `  ${line}`) : []),
    ...shown.flatMap((subject) => renderSubject(cli, subject, answer)),
    ...(more > 0
      ? ['', `… and ${countSaid(more, 'more subject')}; name one: reactor why-not ${answer.rule} <key>`]
      : []),
  ];
}

function verdict({ events, subjects, open, mode }: Answer): string {
  const [first] = open;
  if (mode === 'off') return 'it is switched off (mode = "off")';
  if (events === 0) return 'the log has no event of these kinds: is the source available? reactor status';
  if (subjects.length === 0) return `the log has ${countSaid(events, 'event')} of these kinds, none with this key`;
  const shadow = mode === 'shadow' ? '; it is in shadow: it decides and does nothing' : '';
  if (first === undefined) return `${countSaid(events, 'event')} of these kinds in the log${shadow}`;
  return `it is firing: reactor why ${first.fingerprint.slice(0, 8)}${shadow}`;
}

function renderSubject(cli: Cli, subject: SubjectReport, { open, definition }: Answer): readonly string[] {
  const now = cli.now();
  const finding = open.find(
    ({ key, host }) => host === subject.lastEvent.host && key.join('\0') === subject.key.join('\0'),
  );
  const held = finding === undefined ? [] : stepAnswers(finding, definition, []).filter((one) => one.became === 'held');
  return [
    '',
    `[${subject.key.join(', ')}] ${countSaid(subject.events, 'event')}, ${subject.matched} matched; the last of ${whenSaid(subject.lastEvent.time, now)} says`,
    ...subject.parts.map((part) => `  ${renderPart(cli, part)}`),
    `  ${standing(subject, cli)}`,
    ...subject.timers.map(({ at, what }) => `  at ${whenSaid(at, now)}: ${what}`),
    ...held.map((answer) => `  ${stepSaid(answer, now)}`),
  ];
}

function renderPart(cli: Cli, { source, said, reads }: Part): string {
  const values = Object.entries(reads).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${short(value)}`],
  );
  const seen = values.length === 0 ? '' : cli.style('dim', `   (${values.join(', ')})`);
  if (typeof said === 'string') return `${cli.style('yellow', 'broke')}  ${source}${seen}  ${said}`;
  return `${cli.style(said ? 'green' : 'red', String(said).padEnd(5))}  ${source}${seen}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function standing({ phase, since, count }: SubjectReport, cli: Cli): string {
  if (since === null) return 'not pending: the condition does not hold now';
  return `${phase} for ${formatDuration(cli.now() - since)}, since ${toIso(since)}, by ${countSaid(count, 'event')}`;
}
