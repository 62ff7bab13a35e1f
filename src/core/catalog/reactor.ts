/** Kinds about the reactor itself, and what operators say to it. */

import { number, strings, text, time, words, type KindSpec } from './field.ts';

export const REACTOR = {
  'reactor.source': {
    doc: 'A source of events: can it see?',
    fields: {
      source: text('docker forge files host …'),
      state: text('available degraded unavailable retired: it is not configured any more'),
      reason: words('why, in words'),
      since: time('since when it has been so'),
      sees: text(
        'address of what it looks at, where there may be several of its kind: docker://box, forge://codeberg.org',
      ),
    },
  },
  'reactor.effect': {
    doc: 'An effect that the world did not take.',
    fields: {
      act: text('vault notify nudge journal incident'),
      target: words('which queue'),
      state: text('failing dead delivered interrupted'),
      attempts: number('how many tries'),
      reason: words('last answer'),
      effect: text('effect id'),
      finding: text('fingerprint it was for'),
    },
  },
  'reactor.rule': {
    doc: 'A rule that misbehaves.',
    fields: {
      rule: text('pack/rule'),
      state: text('broken slow overflow ok'),
      reason: words('what happened'),
      errors: number('errors so far'),
    },
  },
  'reactor.store': {
    doc: 'The event log and state.',
    fields: {
      state: text('ok reset full'),
      reason: words('what happened'),
      moved_to: words('where the damaged file went'),
    },
  },
  'reactor.tick': {
    doc: 'Start, stop, clock jumps and blind intervals of the reactor.',
    fields: {
      action: text('started stopped clock_jump lag reload reload_failed'),
      blind_s: number('seconds in which nobody looked'),
      jump_s: number('wall clock against monotonic clock, seconds'),
      reason: words('why'),
    },
  },
  'operator.command': {
    doc: 'What an operator told the reactor.',
    fields: {
      from: words('who'),
      room: words('where'),
      verb: text('ack silence unsilence status why'),
      args: strings('arguments'),
      finding: text('fingerprint it is about'),
    },
  },
} as const satisfies Record<string, KindSpec>;
