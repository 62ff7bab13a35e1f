/** One step of a test case: exactly one verb, and what belongs to it. */

import { parseDuration } from '../core/duration.ts';
import type { Millis } from '../core/time.ts';
import { complete, toData, type Given } from './given.ts';
import type { DocPath, Notebook } from './mistake.ts';
import type { TestStep, TestVerb } from './test-file.ts';
import type { TestStepDoc } from './test-shape.ts';

const VERBS = ['emit', 'expect', 'restart', 'gap', 'clock', 'silence', 'ack', 'reload', 'replay'] as const;
type Verb = (typeof VERBS)[number];

/** What may stand beside a verb. */
const COMPANIONS: Readonly<Record<Verb, readonly (keyof TestStepDoc)[]>> = {
  emit: ['with', 'late'],
  expect: ['key', 'acts'],
  restart: [],
  gap: ['for'],
  clock: [],
  silence: ['key'],
  ack: ['key'],
  reload: [],
  replay: [],
};

interface Place {
  readonly path: DocPath;
  readonly notebook: Notebook;
  readonly given: Given;
}

/** A step of the document as a step to run; null, and the mistake in the notebook, when it is none. */
export function toStep(doc: TestStepDoc, place: Place): TestStep | null {
  const verbs = VERBS.filter((verb) => doc[verb] !== undefined);
  const [verb] = verbs;
  if (verb === undefined || verbs.length > 1) {
    place.notebook.add(place.path, 'a step has exactly one verb.', `one of ${VERBS.join(', ')}`);
    return null;
  }
  if (!companionsFit(doc, verb, place)) return null;
  const what = toVerb(doc, place);
  return what === null ? null : { at: ms(doc.at), ...what };
}

function companionsFit(doc: TestStepDoc, verb: Verb, { path, notebook }: Place): boolean {
  const allowed: readonly string[] = ['at', verb, ...COMPANIONS[verb]];
  const wrong = Object.keys(doc).filter((key) => !allowed.includes(key));
  const hint = `only ${allowed.join(', ')}`;
  for (const key of wrong) notebook.add([...path, key], `does not belong to ${verb}.`, hint);
  return wrong.length === 0;
}

function toVerb(doc: TestStepDoc, place: Place): TestVerb | null {
  if (doc.emit !== undefined) return toEmit(doc, doc.emit, place);
  const key = doc.key?.map(String) ?? null;
  if (doc.expect !== undefined) return { verb: 'expect', state: doc.expect, key, acts: doc.acts ?? null };
  if (doc.silence !== undefined) return { verb: 'silence', for: ms(doc.silence), key };
  if (doc.ack !== undefined) return { verb: 'ack', key };
  return toHappening(doc);
}

function toHappening(doc: TestStepDoc): TestVerb | null {
  if (doc.restart !== undefined) return { verb: 'restart' };
  if (doc.gap !== undefined) {
    return { verb: 'gap', source: doc.gap, for: doc.for === undefined ? null : ms(doc.for) };
  }
  if (doc.clock !== undefined) return { verb: 'clock', jump: jump(doc.clock) };
  if (doc.reload !== undefined) return { verb: 'reload', packs: doc.reload === true ? null : doc.reload };
  return doc.replay === undefined ? null : { verb: 'replay', file: doc.replay };
}

function toEmit(doc: TestStepDoc, kind: NonNullable<TestStepDoc['emit']>, place: Place): TestVerb | null {
  const given = place.given.get(kind);
  if (given === undefined && doc.with === undefined) {
    const hint = `given.${kind} = { … } above the steps, or with = { … } here`;
    place.notebook.add([...place.path, 'emit'], `nothing is given for ${kind}.`, hint);
    return null;
  }
  const patch = toData(kind, doc.with ?? {}, [...place.path, 'with'], place.notebook);
  return { verb: 'emit', kind, data: complete(kind, given ?? {}, patch), late: ms(doc.late ?? '0s') };
}

function jump(text: string): Millis {
  return (text.startsWith('-') ? -1 : 1) * ms(text.slice(1));
}

function ms(text: string): Millis {
  return parseDuration(text) ?? 0;
}
