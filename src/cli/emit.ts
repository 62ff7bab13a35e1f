/** `reactor emit`: hands an event of any kind to the running reactor. */

import { sendEvent } from '../app/client.ts';
import { EVENT_KINDS, fieldsOf, isEventKind } from '../core/catalog/catalog.ts';
import type { FieldSpec } from '../core/catalog/field.ts';
import { stableId } from '../core/event.ts';
import { toIso } from '../core/time.ts';
import type { Cli } from './context.ts';
import type { Register } from './index.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage.ts';

interface EmitOptions {
  readonly subject?: string;
  readonly id?: string;
  readonly time?: string;
  readonly json?: boolean;
}

/** Adds `emit`. */
export const emitCommand: Register = (program, cli) => {
  program
    .command('emit <kind> [fields...]')
    .description(
      'hand an event to the running reactor: reactor emit ci.pipeline repo=johba/harb number=91 status=running',
    )
    .option('--subject <text>', 'the entity; made from the fields when it is left out')
    .option('--id <text>', 'a stable id: the same event sent twice is taken once')
    .option('--time <iso>', 'when it happened; now when it is left out')
    .option('--json', 'print what the reactor answered')
    .action(async (kind: string, fields: readonly string[], options: EmitOptions) => {
      const event = toCloudEvent(cli, kind, fields, options);
      const answer = await sendEvent(cli.config(), event);
      if (!answer.reached) throw new UsageError(`no reactor answers (${answer.reason}). Start it: reactor run`);
      if (options.json === true) cli.json(answer.body);
      if (answer.status >= 300) throw new UsageError(`refused with ${answer.status}: ${JSON.stringify(answer.body)}`);
      if (options.json !== true) cli.say(`taken: ${kind} ${event.id}`);
    });
};

function toCloudEvent(cli: Cli, kind: string, fields: readonly string[], options: EmitOptions) {
  if (!isEventKind(kind)) throw new UsageError(`no event kind "${kind}". Write: ${nearest(kind, EVENT_KINDS)}`);
  const known = fieldsOf(kind);
  const data = Object.fromEntries(fields.map((field) => readField(field, known)));
  const time = options.time ?? toIso(cli.now());
  return {
    specversion: '1.0',
    id: options.id ?? stableId('emit', kind, time, ...fields),
    source: `cli://${cli.config().host}`,
    type: kind,
    subject: options.subject ?? (fields.slice(0, 2).join(' ') || kind),
    time,
    data,
  };
}

function readField(field: string, known: Readonly<Record<string, FieldSpec>>): readonly [string, unknown] {
  const at = field.indexOf('=');
  if (at < 1) throw new UsageError(`"${field}" is not a field. Write: name=value`);
  const name = field.slice(0, at);
  const spec = known[name];
  if (spec === undefined) throw new UsageError(`no such field "${name}". Write: ${nearest(name, Object.keys(known))}`);
  return [name, toValue(name, field.slice(at + 1), spec)];
}

function toValue(name: string, text: string, spec: FieldSpec): unknown {
  switch (spec.type) {
    case 'string':
    case 'time':
      return text;
    case 'number':
      if (text === '' || !Number.isFinite(Number(text))) throw new UsageError(`${name} is a number, not "${text}"`);
      return Number(text);
    case 'bool':
      if (text !== 'true' && text !== 'false') throw new UsageError(`${name} is true or false, not "${text}"`);
      return text === 'true';
    case 'strings':
      return text === '' ? [] : text.split(',');
    case 'map':
      return Object.fromEntries(text.split(',').map((pair) => pair.split(':', 2)));
  }
}
