/** Kinds that the Docker source makes. */

import { bool, map, number, text, words, type KindSpec } from './field.ts';

const stackFields = {
  action: text('what just happened (create, destroy, …), or "observed" when a snapshot saw it'),
  name: words('the name Docker gives it'),
  stack: text('Compose project, "" when there is none'),
  managed: bool('the factory owns it'),
  stack_owner: text('who answers for the stack: label, siblings table, or "unknown"'),
  exists: bool('still there'),
};

export const DOCKER = {
  'docker.container': {
    doc: 'A container, keyed by stack, service and number so that a recreate is still the same one.',
    fields: {
      ...stackFields,
      action: text('create start die oom health kill stop destroy restart pause unpause rename observed'),
      id: text('container id, 64 hex'),
      image: words('image reference'),
      service: text('Compose service; the container name outside Compose'),
      number: number('Compose container number, 1 outside Compose'),
      state: text('created running paused restarting exited dead removed'),
      health: text('none starting healthy unhealthy'),
      exit_code: number('exit code of the last die, -1 when unknown'),
      signal: text('signal number of a kill'),
      requested: bool('the exit was asked for: a kill, stop or destroy within 30 s before'),
      oom: bool('ran out of memory within 30 s before'),
      restart_count: number("the engine's restart counter"),
      stack_owner_room: text('chat room of the owner, "" for the default room'),
      synthetic: bool('reconstructed from a snapshot after a gap; not seen on the stream'),
      labels: map('container labels'),
    },
  },
  'docker.image': { doc: 'An image.', fields: { ...stackFields, id: text('image id') } },
  'docker.volume': { doc: 'A volume.', fields: { ...stackFields, driver: text('volume driver') } },
  'docker.network': {
    doc: 'A network.',
    fields: { ...stackFields, id: text('network id'), driver: text('network driver') },
  },
  'docker.daemon': {
    doc: 'The engine itself and our connection to it.',
    fields: {
      action: text('connected disconnected gap'),
      version: text('engine version'),
      api_version: text('API version that is spoken'),
      storage_driver: text('overlay2, btrfs, …'),
      gap_from: text('start of a gap, ISO'),
      gap_to: text('end of a gap, ISO'),
      gap_s: number('length of the gap in seconds'),
      missed: number('transitions that the snapshot showed and the stream did not'),
      reason: words('why'),
    },
  },
} as const satisfies Record<string, KindSpec>;
