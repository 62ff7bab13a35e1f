/** The box at a glance, folded out of events. What a source can no longer see becomes unavailable. */

import type { AnyEvent } from '../core/event.ts';
import type { Health } from '../core/health.ts';

export interface HealthFold {
  /** Takes an event in. */
  apply(event: AnyEvent): void;
  /** The box of this host now. */
  health(): Health;
}

interface Seen {
  ramMb: number | null;
  swapMb: number | null;
  load: number | null;
  /** Fullest filesystem, as `df` prints it, by filesystem. */
  disks: Map<string, number>;
  /** Null until the engine was seen. */
  containers: Set<string> | null;
  /** Sources that cannot see: what somebody posts in the meantime is no picture of the box. */
  blind: Set<string>;
}

const BLIND: Health = { ramMb: null, swapMb: null, diskPct: null, load: null, containers: null };

/** A fold that has seen nothing: everything is unavailable. */
export function createHealthFold(host: string): HealthFold {
  const seen: Seen = { ramMb: null, swapMb: null, load: null, disks: new Map(), containers: null, blind: new Set() };
  return {
    apply(event) {
      if (event.host === host) take(seen, event);
    },
    health: () => ({
      ...BLIND,
      ramMb: seen.ramMb,
      swapMb: seen.swapMb,
      load: seen.load,
      diskPct: seen.disks.size === 0 ? null : Math.max(...seen.disks.values()),
      containers: seen.blind.has('docker') ? null : (seen.containers?.size ?? null),
    }),
  };
}

function take(seen: Seen, event: AnyEvent): void {
  switch (event.kind) {
    case 'host.memory':
      seen.ramMb = event.data.available_mb;
      seen.swapMb = event.data.swap_used_mb;
      return;
    case 'host.load':
      seen.load = event.data.load1;
      return;
    case 'host.disk':
      seen.disks.set(event.data.fs_id, event.data.used_pct);
      return;
    case 'docker.container':
      return takeContainer(seen, event.subject, event.data);
    case 'docker.daemon':
      if (event.data.action === 'connected') seen.containers ??= new Set();
      if (event.data.action === 'disconnected') seen.containers = null;
      return;
    case 'reactor.source':
      if (event.data.state !== 'unavailable') seen.blind.delete(event.data.source);
      else forget(seen, event.data.source);
      return;
    default:
  }
}

function takeContainer(seen: Seen, subject: string, data: { readonly state: string; readonly exists: boolean }): void {
  seen.containers ??= new Set();
  if (data.exists && data.state === 'running') seen.containers.add(subject);
  else seen.containers.delete(subject);
}

function forget(seen: Seen, source: string): void {
  seen.blind.add(source);
  if (source === 'docker') seen.containers = null;
  if (source !== 'host') return;
  seen.ramMb = null;
  seen.swapMb = null;
  seen.load = null;
  seen.disks.clear();
}
