/** What a field of an event is: its type, its meaning, and whose words it carries. */

/** `time` is ISO 8601 UTC text, `''` when not known. `number` is a double. */
export type FieldType = 'string' | 'number' | 'bool' | 'time' | 'strings' | 'map';

/**
 * Whose words a field carries.
 * `fact`: ids, numbers, states that a machine made; may stand anywhere, also in a nudge.
 * `words`: chosen by people or agents (titles, branches, log lines); shown to people, never typed into a session.
 * `untrusted`: free text from anybody; kept for people to look up, never read by a rule and never rendered by a template.
 */
export type Trust = 'fact' | 'words' | 'untrusted';

export interface FieldSpec<T extends FieldType = FieldType> {
  readonly type: T;
  readonly doc: string;
  readonly trust: Trust;
}

export interface KindSpec {
  /** What entity an event of this kind is about. */
  readonly doc: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  /** Who tells of it from outside must say these: the value of a field that is left out would be taken for trouble. */
  readonly required?: readonly string[];
}

export type FieldValue<T extends FieldType> = T extends 'string' | 'time'
  ? string
  : T extends 'number'
    ? number
    : T extends 'bool'
      ? boolean
      : T extends 'strings'
        ? readonly string[]
        : Readonly<Record<string, string>>;

const field =
  <T extends FieldType>(type: T, trust: Trust) =>
  (doc: string): FieldSpec<T> => ({ type, doc, trust });

/** A text that a machine made: an id, a state, a name out of a closed alphabet. */
export const text = field('string', 'fact');
/** A text that people or agents chose. Never typed into a session. */
export const words = field('string', 'words');
/** Free text from anybody. No rule reads it and no template renders it. */
export const untrusted = field('string', 'untrusted');
export const number = field('number', 'fact');
export const bool = field('bool', 'fact');
/** ISO 8601 UTC, `''` when not known. */
export const time = field('time', 'fact');
/** A list of texts that people chose (labels). */
export const strings = field('strings', 'words');
/** Text by text, chosen by people (Docker labels). */
export const map = field('map', 'words');

/** The value a field has when nobody said one. */
export function defaultOf(type: FieldType): FieldValue<FieldType> {
  switch (type) {
    case 'string':
    case 'time':
      return '';
    case 'number':
      return 0;
    case 'bool':
      return false;
    case 'strings':
      return [];
    case 'map':
      return {};
  }
}
