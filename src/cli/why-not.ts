/** `reactor why-not`: what stopped a rule. */

import { formatDuration } from '../core/duration.ts';
import { isOpen, type Finding } from '../core/finding.ts';
import { DAY, toIso } from '../core/time.ts';
import { explainWhyNot, type SubjectReport, type WhyNot } from '../engine/why-not.ts';
import type { Cli } from './context.ts';
import type { Register } from './index.ts';
import { findRule } from './rules.ts';
import { withState } from './state.ts';

const SHOWN = 5;

/** Adds `why-not`. */
export const whyNotCommand: Register = (program, cli) => {
  program
    .command('why-not <rule> [key...]')
    .description(
      'why a rule did not fire: the events it saw, what each part of its expression said, its timers and gates',
    )
    .option('--json', 'as one JSON object')
    .action(async (name: string, key: readonly string[], options: { json?: boolean }) => {
      const config = cli.config();
      const { loadRules } = await import('../app/rules.ts');
      const rule = findRule((await loadRules(config, cli.now())).rules, name);
      const since = new Map(rule.on.map((kind) => [kind, cli.now() - config.retentionDays * DAY]));
      const answer = await withState(config, cli.now, (store) => {
        const told = store.findings.list({ rule: rule.id }).filter(isOpen);
        return { ...explainWhyNot(rule, [...store.log.replay(since)], cli.now(), key), told };
      });
      if (options.json === true) cli.json(answer);
      else for (const line of render(cli, answer)) cli.say(line);
    });
};

function render(cli: Cli, answer: WhyNot & { readonly told: readonly Finding[] }): readonly string[] {
  const { subjects } = answer;
  const shown = subjects.toSorted((a, b) => b.lastEvent.time - a.lastEvent.time).slice(0, SHOWN);
  return [
    `${cli.style('bold', answer.rule)} (${answer.mode}) reads ${answer.on.join(', ')}; ${answer.condition}`,
    verdict(answer),
    ...(answer.excepted > 0 ? [`${answer.excepted} events were taken out by an exception`] : []),
    ...shown.flatMap((subject) => renderSubject(cli, subject, answer)),
    ...(subjects.length > SHOWN
      ? [`… and ${subjects.length - SHOWN} more subjects; name one: why-not ${answer.rule} <key>`]
      : []),
  ];
}

function verdict({ events, subjects, told, mode }: WhyNot & { readonly told: readonly Finding[] }): string {
  if (told.length > 0) return `it is firing: reactor why ${told[0]?.fingerprint.slice(0, 8)}`;
  if (mode === 'off') return 'it is switched off (mode = "off")';
  if (events === 0) return 'the log has no event of these kinds: is the source available? reactor status';
  if (subjects.length === 0) return `the log has ${events} events of these kinds, none with this key`;
  return `${events} events of these kinds in the log`;
}

function renderSubject(cli: Cli, subject: SubjectReport, answer: WhyNot): readonly string[] {
  const finding = answer.findings.find((one) => one.key.every((value, i) => value === subject.key[i]));
  const age = formatDuration(cli.now() - subject.lastEvent.time);
  return [
    `\n[${subject.key.join(', ')}] ${subject.events} events, ${subject.matched} matched, last ${toIso(subject.lastEvent.time)} (${age} ago)`,
    ...subject.parts.map(
      ({ source, said }) =>
        `  ${said === true ? cli.style('green', 'true ') : cli.style('red', String(said).padEnd(5))} ${source}`,
    ),
    `  ${standing(finding, cli)}`,
    ...(finding?.gates ?? []).map((gate) => `  ${gate.pass ? 'passed' : 'held by'} ${gate.gate}: ${gate.reason}`),
  ];
}

function standing(finding: Finding | undefined, cli: Cli): string {
  if (finding === undefined) return 'not pending: the condition does not hold now';
  return `${finding.state} since ${toIso(finding.since)} (${formatDuration(cli.now() - finding.since)}), seen ${finding.count} times`;
}
