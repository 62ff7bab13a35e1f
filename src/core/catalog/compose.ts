/** Kinds about what Compose files say. Only references to images are taken out of them, never their text. */

import { bool, number, text, words, type KindSpec } from './field.ts';

export const COMPOSE = {
  'compose.service': {
    doc: 'A container that Compose made and that is up, and whether it runs the image that its Compose files name.',
    fields: {
      stack: text('Compose project'),
      service: text('Compose service'),
      number: number('Compose container number'),
      name: words('name of the container'),
      container: text('container id, 64 hex'),
      exists: bool('it is up, and not by `compose run`'),
      state: text(
        'same; other: the files name another image; moved: they name the same, and that name is now on another image; built: they name none, Compose builds it; unknown: nobody can tell',
      ),
      reason: words('for other, moved and unknown: what decided'),
      pinned: words('the image that the files name, a variable that is not known as …; "" when they name none'),
      running: words('the image it was made from, "" when that is no reference'),
      file: words('the file that names the image, "" when none does'),
      agreed: bool('this very container was seen to run what the files named: what differs now is a change of theirs'),
      managed: bool('the factory owns it'),
      stack_owner: text('who answers for the stack: label, siblings table, or "unknown"'),
      stack_owner_room: text('chat room of the owner, "" for the default room'),
    },
  },
} as const satisfies Record<string, KindSpec>;
