/** Whether a container runs what its Compose files name. A wrong accusation is worse than silence: what cannot be known is unknown. */

import { redact } from '../../core/redact.ts';
import { isSameReference, keyOf, parseReference, spellingsOf, type Reference } from './reference.ts';
import {
  canBecome,
  fillIn,
  fixedTexts,
  parseTemplate,
  variablesIn,
  type Template,
  type Variables,
} from './variables.ts';

/** What runs. */
export interface Running {
  /** The reference it was made from. */
  readonly image: string;
  /** Ids of the image it was made from, as the engine and as Compose wrote it down. */
  readonly ids: readonly string[];
  /** This container was seen to run what the files named. */
  readonly agreed: boolean;
}

export interface Verdict {
  readonly state: 'same' | 'other' | 'moved' | 'unknown';
  /** What the files name, fit to be shown. */
  readonly pinned: string;
  readonly reason: string;
}

/** The id that a reference has on the engine: null when it has none there; `{ denied }` when nobody may ask. */
export type ImageId = string | null | { readonly denied: string };

/** True when the engine may not be asked. */
export function isDenied(id: ImageId): id is { readonly denied: string } {
  return typeof id === 'object' && id !== null;
}

export interface Pin {
  readonly template: Template;
  /** With what is known put in; null when that is not enough. */
  readonly filled: Reference | null;
  /** Fit to be shown. */
  readonly shown: string;
}

/** What an `image:` pins; a text is why it pins nothing that could be compared. */
export function readPin(text: string, variables: Variables | null): Pin | string {
  const template = parseTemplate(text);
  if (template === null) return 'its variables make no sense';
  const secret = variablesIn(template).find(isSecret);
  if (secret !== undefined) return `its image comes from ${secret}, which is not looked at: it is named like a secret`;
  if (!isPlausible(template)) return 'what it names is no reference to an image';
  const filled = fillIn(template, variables);
  if (filled === null) return { template, filled: null, shown: fixedTexts(template).join('…') };
  const reference = parseReference(filled);
  if (reference === null) return 'what it names is no reference to an image';
  return { template, filled: reference, shown: filled };
}

/** Compares names, and what is behind them: an image under two names is one image. `id` is that of the pin on the engine now. */
export function judge(pin: Pin, running: Running, id: ImageId): Verdict {
  const say = (state: Verdict['state'], reason = ''): Verdict => ({ state, pinned: pin.shown, reason });
  if (isDenied(id)) return say('unknown', id.denied);
  if (id !== null && running.ids.includes(id)) return say('same');
  if (isNamedAlike(pin, running.image)) {
    return isMoved(pin, id) ? say('moved', `${pin.shown} is another image by now`) : say('same');
  }
  const doubt = doubtOf(pin, running, id);
  return doubt === '' ? say('other', `the file names ${pin.shown}`) : say('unknown', doubt);
}

/** True when what was made from `made` agrees with the pin by name, so that a later difference is a change of the files. */
export function isNamedAlike({ filled }: Pin, image: string): boolean {
  const made = parseReference(image);
  return filled !== null && made !== null && isSameReference(filled, made);
}

/** What the engine is asked for; null when there is nothing to ask. */
export const askedFor = ({ filled }: Pin): string | null => (filled === null ? null : keyOf(filled));

/** An image as it may be shown; `''` for what is no reference. */
export const shownImage = (image: string): string => (parseReference(image) === null ? '' : image);

/** A name without a digest that is on an image, and as was seen before, not on that of the container. */
function isMoved({ filled }: Pin, id: string | null): boolean {
  return id !== null && filled?.is === 'name' && filled.digest === '';
}

/** Why it may be what the files named after all; `''` when it is not. */
function doubtOf({ template, filled }: Pin, { image, agreed }: Running, id: string | null): string {
  const made = parseReference(image);
  // Made by id: only another id tells it apart.
  if (made === null || (made.is === 'id' && id === null)) return 'its image has no name';
  const names = [...new Set(variablesIn(template))];
  if (names.length === 0 || (agreed && filled !== null)) return '';
  const couldBe = made.is === 'id' || [image, ...spellingsOf(made)].some((spelling) => canBecome(template, spelling));
  return couldBe ? `${names.join(', ')} may have been set otherwise for whoever started it` : '';
}

const isSecret = (name: string): boolean => redact(`${name}=x1y2z3`) !== `${name}=x1y2z3`;

/** Whatever the variables are, it is a reference: then the texts around them are no secrets. */
function isPlausible(template: Template): boolean {
  const texts = fixedTexts(template);
  return FILLERS.some((filler) => parseReference(texts.join(filler)) !== null);
}

const FILLERS = ['x', `sha256:${'0'.repeat(64)}`, '0'.repeat(64)];
