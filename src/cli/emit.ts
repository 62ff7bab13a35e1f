/** `reactor emit`: hands an event of any kind to the running reactor. */

import { sendEvent } from '../app/client.ts';
import { EVENT_KINDS, fieldsOf, isEventKind, type EventKind } from '../core/catalog/catalog.ts';
import type { FieldSpec } from '../core/catalog/field.ts';
import { subjectOf } from '../core/catalog/subject.ts';
import { stableId } from '../core/event.ts';
import { parseIso, toIso } from '../core/time.ts';
import type { Cli } from './context.ts';
import { field, teach } from './guide.ts';
import type { Register } from './index.ts';
import { nearest } from './nearest.ts';
import { acceptedBy } from './tell.ts';
import { UsageError } from './usage.ts';

interface EmitOptions {
  readonly subject?: string;
  readonly id?: string;
  readonly time?: string;
  readonly json?: boolean;
}

/** Adds `emit`. */
export const emitCommand: Register = (program, cli) => {
  const command = program
    .command('emit')
    .description('hand an event to the running reactor')
    .argument('<kind>', 'what it is about, such as docker.container')
    .argument(
      '[fields...]',
      'name=value each, what is left out is 0, false or empty; a list as a,b and a table as a:1,b:2',
    )
    .option('--subject <text>', 'the one thing it is about; made from the fields when it is left out')
    .option('--id <text>', 'a stable id: the same event sent twice is taken once')
    .option('--time <iso>', 'when it happened; now when it is left out')
    .option('--json', 'print what the reactor answered')
    .action(async (kind: string, fields: readonly string[], options: EmitOptions) => {
      const config = cli.config();
      const event = toCloudEvent(cli, toKind(kind), fields, options);
      const body = acceptedBy(await sendEvent(config, { ...event, source: `cli://${config.host}` }));
      if (options.json === true) cli.json(body);
      else cli.say(`${body.accepted > 0 ? 'taken' : 'known already'}: ${kind} ${body.ids.join(', ')}`);
    });
  teach(command, {
    examples: [
      ['reactor emit ci.pipeline repo=johba/harb number=91 status=running', 'a pipeline began'],
      ['reactor emit host.memory available_mb=100 --id drill-1', 'a drill; sent twice it is taken once'],
    ],
    json: {
      accepted: field('number', '1 when it was new'),
      known: field('number', '1 when the reactor had it already'),
      'ids[]': field('string', 'its id in the event log'),
    },
  });
};

function toKind(kind: string): EventKind {
  if (isEventKind(kind)) return kind;
  throw new UsageError(`no event kind "${kind}". Write: ${nearest(kind, EVENT_KINDS)}`);
}

function toCloudEvent(cli: Cli, kind: EventKind, fields: readonly string[], options: EmitOptions): object {
  const known = fieldsOf(kind);
  const data = Object.fromEntries(fields.map((text) => readField(text, known)));
  const time = options.time ?? toIso(cli.now());
  if (parseIso(time) === null) throw new UsageError(`"${time}" is not a time. Write: ${toIso(cli.now())}`);
  // All zeros would be read as a box without memory, or without a disk.
  if (fields.length === 0) throw new UsageError(`${kind} of what? Write fields, of ${Object.keys(known).join(', ')}`);
  const made = subjectOf(kind, { host: cli.config().host, ...data });
  return {
    specversion: '1.0',
    id: options.id ?? stableId('emit', kind, time, ...fields),
    type: kind,
    // A container without a number, say: what was given is all that can name it.
    subject: options.subject ?? (made || fields.slice(0, 2).join(' ') || kind),
    time,
    data,
  };
}

function readField(text: string, known: Readonly<Record<string, FieldSpec>>): readonly [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`"${text}" is not a field. Write: name=value`);
  const name = text.slice(0, at);
  const spec = Object.hasOwn(known, name) ? known[name] : undefined;
  if (spec === undefined) throw new UsageError(`no such field "${name}". Write: ${nearest(name, Object.keys(known))}`);
  return [name, toValue(name, text.slice(at + 1), spec)];
}

function toValue(name: string, text: string, spec: FieldSpec): unknown {
  switch (spec.type) {
    case 'string':
    case 'time':
      return text;
    case 'number':
      if (text.trim() === '' || !Number.isFinite(Number(text))) throw wrong(name, text, 'a number');
      return Number(text);
    case 'bool':
      if (text !== 'true' && text !== 'false') throw wrong(name, text, 'true or false');
      return text === 'true';
    case 'strings':
      return listOf(text);
    case 'map':
      return Object.fromEntries(listOf(text).map((pair) => readPair(name, pair)));
  }
}

const listOf = (text: string): readonly string[] => (text === '' ? [] : text.split(','));

function readPair(name: string, pair: string): readonly [string, string] {
  const at = pair.indexOf(':');
  if (at < 1) throw wrong(name, pair, 'a table such as a:1,b:2');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function wrong(name: string, text: string, wanted: string): UsageError {
  return new UsageError(`${name} is ${wanted}, not "${text}"`);
}
