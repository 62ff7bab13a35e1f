/** Templates to text: on one line, bounded, and for sessions with safe tokens only. */

import { defaultOf } from '../core/catalog/field.ts';
import type { Scope } from '../core/rule.ts';
import { UnsafeValue, type Segment, type Template } from '../core/template.ts';
import { toIso } from '../core/time.ts';
import type { Names } from './field-use.ts';
import { applyFilter, type Shown } from './filters.ts';

/** The longest text that a template makes. */
export const MAX_RENDERED = 500;

const SAFE = /^[A-Za-z0-9._/#-]{1,64}$/;

/** Control and format characters (newlines, escapes, direction marks), which could make a value look like something else. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu;

/** The text of a template, on one line, at most 500 characters. A field that the event does not have is its default. */
export function render(template: Template, scope: Scope, names: Names): string {
  const text = template.segments
    .map((segment) => (segment.kind === 'text' ? segment.text : plain(valueOf(segment, scope, names))))
    .join('');
  return text.length > MAX_RENDERED ? `${text.slice(0, MAX_RENDERED - 1)}…` : text;
}

/** The text of a template for a session. Throws an UnsafeValue when a value is not a short token. */
export function renderSafe(template: Template, scope: Scope, names: Names): string {
  return template.segments
    .map((segment) => {
      if (segment.kind === 'text') return segment.text;
      const value = valueOf(segment, scope, names);
      if (!SAFE.test(value)) throw new UnsafeValue(segment.path.join('.'), value);
      return value;
    })
    .join('');
}

function valueOf({ path, filter }: Extract<Segment, { kind: 'value' }>, scope: Scope, names: Names): string {
  const [root = '', name = ''] = path;
  const value = read(root, name, scope, names);
  return filter === null ? toText(value) : applyFilter(filter, value, scope.now);
}

function read(root: string, name: string, scope: Scope, names: Names): Shown {
  switch (root) {
    case 'e':
      return shown(Reflect.get(scope.event.data, name)) ?? defaultFor(name, names);
    case 'event':
      return envelope(shown(Reflect.get(scope.event, name)) ?? '');
    case 'f':
      return shown(Reflect.get(scope.f, name)) ?? '';
    default:
      return names.vars[name] ?? '';
  }
}

function shown(value: unknown): Shown | null {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** What a field of another kind of the same rule is. */
function defaultFor(name: string, names: Names): Shown {
  const type = names.union.fields.get(name)?.type;
  return type === undefined ? '' : (shown(defaultOf(type)) ?? '');
}

/** In the envelope, a number is an instant. */
function envelope(value: Shown): Shown {
  return typeof value === 'number' ? toIso(value) : value;
}

function toText(value: Shown): string {
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return typeof value === 'object' ? value.join(', ') : String(value);
}

function plain(value: string): string {
  return value.replaceAll(UNPRINTABLE, ' ');
}
