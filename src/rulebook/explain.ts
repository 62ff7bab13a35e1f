/** A rule in plain English, for `reactor rules explain <id>`. */

import { CATALOG } from '../core/catalog/catalog.ts';
import { formatDuration } from '../core/duration.ts';
import type { Condition, Predicate, Rule, Step } from '../core/rule.ts';
import { NUDGE_LINES } from '../core/nudge-lines.ts';
import { toIso } from '../core/time.ts';

/** What the rule watches, when it fires and clears, and what it does; several lines of text. */
export function explainRule(rule: Rule): string {
  return [
    `${rule.id}  ${rule.origin.file}:${rule.origin.line}`,
    rule.title.source,
    `${rule.priority}, ${MODES[rule.mode]}. ${rule.owner} answers for it.${rule.runbook === '' ? '' : ` Runbook: ${rule.runbook}`}`,
    '',
    ...watches(rule),
    '',
    ...decides(rule),
    '',
    ...acts(rule),
    ...explainExceptions(rule),
    `At a start it reads back ${formatDuration(rule.window)} of the event log.`,
  ].join('\n');
}

const MODES: Readonly<Record<Rule['mode'], string>> = {
  live: 'live',
  shadow: 'in shadow: it decides and does nothing',
  off: 'off',
};

function watches(rule: Rule): readonly string[] {
  const keys = rule.key.map((path) => path.source);
  return [
    'It watches',
    ...rule.on.map((kind) => `  ${kind}: ${CATALOG[kind].doc}`),
    keys.length === 0 ? 'There is one finding in all.' : `There is one finding for each ${list(keys)}.`,
  ];
}

function decides(rule: Rule): readonly string[] {
  return [...fires(rule), `It is over ${clears(rule)}.`, ...heldBack(rule)];
}

function fires({ condition, when }: Rule): readonly string[] {
  switch (condition.type) {
    case 'match':
      return ['It fires as soon as', code(when)];
    case 'hold':
      return [`It fires once this has been true for ${formatDuration(condition.for)}${anchor(condition)}:`, code(when)];
    case 'count': {
      const distinct = condition.distinct === null ? '' : ` with different ${condition.distinct.source}`;
      return [
        `It fires at the ${nth(condition.n)} event${distinct} within ${formatDuration(condition.within)} of which this is true:`,
        code(when),
      ];
    }
    case 'absence':
      return [
        'It fires when after',
        code(condition.start),
        `there was within ${formatDuration(condition.within)} no`,
        code(condition.expect),
      ];
    case 'sequence':
      return [
        `It fires when these come in this order within ${formatDuration(condition.within)}:`,
        ...condition.steps.map(code),
      ];
  }
}

function anchor(hold: Extract<Condition, { type: 'hold' }>): string {
  return hold.since === null ? '' : `, counted from ${hold.since.source} by the source's own clock`;
}

function clears({ condition, clear }: Rule): string {
  const said = clear === null ? 'when that is no longer true' : `when ${clear.source}`;
  switch (condition.type) {
    case 'match':
      return `${formatDuration(condition.ttl)} after the last one${clear === null ? '' : `, or ${said}`}`;
    case 'hold':
      return `${said}${condition.clearFor === 0 ? '' : `, for ${formatDuration(condition.clearFor)}`}. ${SILENCE[condition.missing](formatDuration(condition.missingAfter))}`;
    case 'count':
      return `when ${formatDuration(condition.clearAfter)} pass without another`;
    case 'absence':
      return absenceClears(condition);
    case 'sequence':
      return `after ${formatDuration(condition.ttl)}`;
  }
}

const SILENCE: Readonly<Record<'keep' | 'clear' | 'fire', (after: string) => string>> = {
  keep: () => 'While nothing is heard it stays as it is',
  clear: (after) => `When nothing is heard for ${after} it is over too`,
  fire: (after) => `When nothing is heard for ${after} it fires`,
};

function absenceClears(condition: Extract<Condition, { type: 'absence' }>): string {
  const cancel = condition.cancel === null ? '' : `, or on ${condition.cancel.source}`;
  const ttl = condition.ttl === null ? '' : `, at the latest after ${formatDuration(condition.ttl)}`;
  return `when it comes after all${cancel}${ttl}`;
}

function heldBack(rule: Rule): readonly string[] {
  return rule.inhibitedBy.map(({ rule: by, equal }) => {
    const same = equal.length === 0 ? '' : ` for the same ${list(equal.map((path) => path.source))}`;
    return `Nobody is told while ${by} fires${same}.`;
  });
}

function acts(rule: Rule): readonly string[] {
  const again = rule.repeat === null ? [] : [`While it lasts it is said again every ${formatDuration(rule.repeat)}.`];
  return [`It says: ${rule.text.source}`, 'When it fires', ...rule.steps.map(stepLine), ...again];
}

function stepLine(step: Step): string {
  const after = step.after === 0 ? '' : `, ${formatDuration(step.after)} later if it still lasts`;
  const when = step.if === null ? '' : `, if ${step.if.source}`;
  const max = step.max === Number.MAX_SAFE_INTEGER ? '' : `, ${step.max} times at most`;
  const every = step.every === null ? '' : `, every ${formatDuration(step.every)}${max}`;
  return `  ${step.index + 1}. ${action(step)}${after}${when}${every}`;
}

function action({ action: what }: Step): string {
  switch (what.act) {
    case 'notify':
      return `it tells the room ${what.to.source}`;
    case 'vault': {
      const assignee = what.assignee.source === '' ? '' : ` for ${what.assignee.source}`;
      const named = what.name === null ? '' : ` ${what.name.source}`;
      return `it files a vault item${named}${assignee}, tier ${what.tier}${what.human === null ? '' : `: ${what.human.source}`}`;
    }
    case 'nudge':
      return `it types into the session ${what.session.source}: ${NUDGE_LINES[what.template] ?? what.template}`;
    case 'journal':
      return 'it writes a line in the journal';
    case 'incident':
      return 'it opens an incident file';
  }
}

/** What a rule leaves out, and why, a line each; the dates tell which are over. */
export function explainExceptions(rule: Rule): readonly string[] {
  return rule.exceptions.map(({ if: condition, reason, until, by }) => {
    const who = by === '' ? '' : `, says ${by}`;
    return `Not for ${condition.source}, until ${toIso(until).slice(0, 10)}: ${reason}${who}.`;
  });
}

function code(predicate: Predicate | null): string {
  return `  ${predicate?.source ?? ''}`;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function nth(n: number): string {
  const endings = ['th', 'st', 'nd', 'rd'];
  const isTeen = n % 100 > 10 && n % 100 < 14;
  return `${n}${isTeen ? 'th' : (endings[n % 10] ?? 'th')}`;
}
