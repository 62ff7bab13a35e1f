/** Errors of the CEL library, in the words of someone who writes rules. */

import { EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { messageOf } from '../core/errors.ts';
import { nearest, type Fault } from './mistake.ts';

const NAMES = ['e', 'event', 'vars', 'f', 'now', 'true', 'false'];

/** For hints: what an expression may call. */
const FUNCTIONS = (
  'size re has duration timestamp int double string bool type dyn ' +
  'startsWith endsWith contains lowerAscii upperAscii trim indexOf substring split join exists all exists_one filter map'
).split(' ');

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/google\.protobuf\.Timestamp/g, 'time'],
  [/google\.protobuf\.Duration/g, 'span'],
  [/\b(?:double|int|uint)\b/g, 'number'],
  [/\bstring\b/g, 'text'],
  [/\bbool\b/g, 'true/false'],
];

/** What is wrong with an expression, as one line. */
export function faultOf(error: unknown, text: string): Fault {
  if (!(error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)) {
    return { message: `${quote(text)}: ${messageOf(error)}.`, hint: '' };
  }
  const place = error.range === undefined ? text : text.slice(error.range.start, error.range.end);
  switch (error.code) {
    case 'unknown_variable':
      return { message: `there is no "${place}".`, hint: nearest(place, NAMES) };
    case 'no_such_overload':
      return ofOverload(error.summary, place);
    case 'no_matching_overload':
      return ofFunction(error.summary);
    case 'limit_exceeded':
      return { message: 'is too big: at most 500 parts, 50 deep.', hint: 'two rules' };
    case 'incompatible_ternary_branches':
      return { message: `${quote(place)}: both sides of the colon must be of one type.`, hint: 'numbers as 1.0' };
    default:
      return error instanceof ParseError
        ? {
            message: `is not CEL: ${error.summary} at ${describePlace(text, error.range?.start)}.`,
            hint: celHint(error),
          }
        : { message: `${quote(place)}: ${inWords(error.summary)}.`, hint: '' };
  }
}

/** What other languages write with one sign. */
function celHint({ summary }: ParseError): string {
  const sign = /^Unexpected character: ([=&|])$/.exec(summary)?.[1];
  return sign === undefined ? '' : sign + sign;
}

/** A CEL type in words. */
export function inWords(text: string): string {
  return TYPES.reduce((said, [type, word]) => said.replaceAll(type, word), text);
}

function ofOverload(summary: string, place: string): Fault {
  const what = inWords(summary.replace(/^no such overload: /, ''));
  return { message: `${quote(place)} would be ${what}, which makes no sense.`, hint: overloadHint(what) };
}

function overloadHint(what: string): string {
  if (what.includes('time')) return 'now - e.<time> > duration("20m")';
  if (what.includes('%')) return 'int(e.<number>) % 2';
  if (what.includes('text') && what.includes('number')) return 'a number without quotes, a text in quotes';
  if (what.startsWith('number in list')) return '[1.0, 2.0]';
  if (what.includes('list') || what.includes('map')) return '"text" in e.<list>, or size(e.<list>) > 0';
  return '';
}

function ofFunction(summary: string): Fault {
  const call = /'(.*)'/.exec(summary)?.[1] ?? summary;
  const name = /([\w]+)\(/.exec(call)?.[1] ?? call;
  const isKnown = FUNCTIONS.includes(name);
  return {
    message: isKnown
      ? `${inWords(call)}: that function takes something else.`
      : `there is no function ${inWords(call)}.`,
    hint: isKnown ? '' : nearest(name, FUNCTIONS),
  };
}

function describePlace(text: string, at: number | undefined): string {
  if (at === undefined || at >= text.length) return 'the end';
  return quote(text.slice(at, at + 12));
}

function quote(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
