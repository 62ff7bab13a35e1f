/** Which sources an entity is known by: while one of them cannot see, nobody can say whether what was found is still so. */

import type { EventKind } from './catalog.ts';

export interface Seers {
  /** Who tells of it. Several: each of its own entities, and the scheme of an event's `source` is the name of who told; else it was the first. */
  readonly by: readonly string[];
  /** From whose knowledge some of its fields are filled in. */
  readonly needs: readonly string[];
}

const seenBy = (...by: readonly string[]): Seers => ({ by, needs: [] });
/** Nobody has to look: it is told. */
const TOLD = seenBy();

/** Sources by name, without what comes after `@`. */
export const SEEN_BY: Readonly<Record<EventKind, Seers>> = {
  'agent.guard': seenBy('work'),
  'agent.log': seenBy('work'),
  'ci.agent': seenBy('ci'),
  'ci.pipeline': seenBy('ci'),
  'compose.service': { by: ['compose'], needs: ['docker'] },
  'docker.container': seenBy('docker'),
  'docker.daemon': seenBy('docker'),
  'docker.image': seenBy('docker'),
  'docker.network': seenBy('docker'),
  'docker.volume': seenBy('docker'),
  'evidence.file': seenBy('work', 'ops'),
  'factory.queue': { by: ['queue'], needs: ['forge', 'sessions', 'work'] },
  'forge.comment': seenBy('forge'),
  'forge.issue': seenBy('forge'),
  'forge.pull': seenBy('forge'),
  'forge.push': seenBy('forge'),
  'forge.release': seenBy('forge'),
  'forge.repository': seenBy('forge'),
  'forge.review': seenBy('forge'),
  'forge.status': seenBy('forge'),
  'git.repo': seenBy('work', 'ops'),
  'host.disk': seenBy('host'),
  'host.load': seenBy('host'),
  'host.memory': seenBy('host'),
  'host.process': seenBy('processes'),
  'lock.file': seenBy('files', 'work'),
  'operator.command': TOLD,
  'reactor.effect': TOLD,
  'reactor.rule': TOLD,
  'reactor.source': TOLD,
  'reactor.store': TOLD,
  'reactor.tick': TOLD,
  'session.files': seenBy('work'),
  'session.phase': { by: ['files'], needs: ['forge'] },
  'session.run': seenBy('sessions'),
  'session.terminal': seenBy('sessions'),
  'vault.item': seenBy('vault', 'ops'),
  worktree: seenBy('work'),
};
