/** Stores in temporary folders, a clock that is set by hand, and small builders. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EffectOrder } from '../../../src/core/effect.ts';
import { toEvent, type AnyEvent } from '../../../src/core/event.ts';
import type { Finding } from '../../../src/core/finding.ts';
import type { EventData } from '../../../src/core/catalog/catalog.ts';
import type { Store, StoreOptions } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/store/store.ts';

export const START = Date.UTC(2026, 0, 1);

export interface TempStore extends AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  /** What the stores of this folder take for the time. */
  readonly clock: { now: number };
  open(options?: Partial<StoreOptions>): Store;
}

/** A folder for one store; what was opened is closed and all is removed at the end. */
export function tempStore(): TempStore {
  const folder = mkdtempSync(join(tmpdir(), 'reactor-store-'));
  const path = join(folder, 'reactor.db');
  const clock = { now: START };
  const opened: Store[] = [];
  return {
    folder,
    path,
    clock,
    open: (options = {}) => {
      const store = openStore({ path, now: () => clock.now, ...options });
      opened.push(store);
      return store;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((store) => store.close()));
      rmSync(folder, { recursive: true });
    },
  };
}

/** A container's event; the subject is its name. */
export function container(
  id: string,
  subject = 'harb/anvil/1',
  data: Partial<EventData<'docker.container'>> = {},
): AnyEvent {
  const head = { id, source: 'docker://box', subject, time: START, host: 'box' };
  return toEvent('docker.container', head, { action: 'die', ...data });
}

export function memory(id: string, subject = 'box'): AnyEvent {
  return toEvent('host.memory', { id, source: 'host://box', subject, time: START, host: 'box' }, { available_mb: 400 });
}

export function finding(fingerprint: string, change: Partial<Finding> = {}): Finding {
  return {
    fingerprint,
    rule: 'core/mem-floor',
    key: ['box'],
    host: 'box',
    priority: 'P1',
    title: 'RAM below 500 MB',
    text: 'box: 400 MB available',
    owner: 'ops',
    runbook: '',
    state: 'firing',
    acked: false,
    silenced: false,
    inhibitedBy: '',
    since: START,
    firedAt: START,
    resolvedAt: null,
    last: START,
    count: 1,
    unconfirmed: null,
    firing: `${fingerprint}-1`,
    causes: ['e1'],
    gates: [],
    because: 'e.available_mb < 500',
    ...change,
  };
}

export function order(id: string, change: Partial<EffectOrder> = {}): EffectOrder {
  return {
    id,
    thread: `thread-${id}`,
    rule: 'core/mem-floor',
    fingerprint: 'f',
    firing: 'f-1',
    step: 0,
    phase: 'fire',
    target: 'notify:ops',
    decidedAt: START,
    notBefore: START,
    maxAge: 3_600_000,
    spec: {
      act: 'journal',
      also: [],
      card: {
        fingerprint: 'f',
        firing: 'f-1',
        rule: 'core/mem-floor',
        key: ['box'],
        host: 'box',
        priority: 'P1',
        title: 'RAM below 500 MB',
        text: '',
        owner: 'ops',
        runbook: '',
        state: 'firing',
        since: START,
        firedAt: START,
        resolvedAt: null,
        last: START,
        count: 1,
        unconfirmed: null,
        causes: [],
      },
    },
    ...change,
  };
}

/** Numbers that look random and are the same in every run: 0 ≤ n < below. */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
