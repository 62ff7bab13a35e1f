/** The things on a box, each with a life of its own. */

import type { EventData } from '../../src/core/catalog/catalog.ts';
import { HOUR, MINUTE, SECOND, toIso, type Millis } from '../../src/core/time.ts';
import { pull } from './pull.ts';
import type { Random } from './random.ts';
import { speak, type Thing } from './thing.ts';

/** A box with about so many things. */
export function createBox(keys: number): readonly Thing[] {
  const many = (share: number, make: (n: number) => Thing): readonly Thing[] =>
    Array.from({ length: Math.max(1, Math.round(keys * share)) }, (_, n) => make(n));
  return [
    memory(),
    load(),
    ...many(0.6, container),
    ...many(0.2, pull),
    ...many(0.12, session),
    ...many(0.07, lock),
    ...many(0.01, disk),
  ];
}

/** About so long, half to one and a half times. */
const about =
  (span: Millis) =>
  (random: Random): Millis =>
    span * (0.5 + random.next());

/** Mostly seen to be well; now and then restarted on purpose; one in two hundred dies and dies again. */
function container(n: number): Thing {
  const stack = `stack-${Math.floor(n / 6)}`;
  const service = `service-${n % 6}`;
  const isOurs = n % 3 === 0;
  const isSick = n % 200 === 7;
  const fixed = {
    id: n.toString(16).padStart(64, 'a'),
    name: `${stack}-${service}-1`,
    image: `registry.example.org/${stack}/${service}:1.${n % 9}`,
    stack,
    service,
    number: 1,
    managed: isOurs,
    stack_owner: isOurs ? 'factory' : '@johba',
    exists: true,
    labels: {
      'com.docker.compose.project': stack,
      'com.docker.compose.service': service,
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
    },
  };
  let ahead: readonly Partial<EventData<'docker.container'>>[] = [];
  return {
    gap: about(isSick ? 100 * SECOND : 8 * MINUTE),
    next(random, at) {
      const [first, ...rest] = ahead;
      ahead = first === undefined ? fate(random, isSick) : rest;
      const said = first ?? { action: 'observed', state: 'running', health: 'healthy' };
      return speak(random, at, 'docker.container', { ...fixed, ...said });
    },
  };
}

function fate(random: Random, isSick: boolean): readonly Partial<EventData<'docker.container'>>[] {
  const start = { action: 'start', state: 'running', health: 'starting', exit_code: -1 };
  const well = { action: 'health', state: 'running', health: 'healthy', exit_code: -1 };
  if (isSick) return [{ action: 'die', state: 'exited', exit_code: 1 }, start];
  const luck = random.next();
  if (luck < 0.6) return [];
  if (luck < 0.97) {
    return [
      { action: 'kill', state: 'running', signal: '15', requested: true },
      { action: 'die', state: 'exited', exit_code: 143, requested: true },
      { action: 'stop', state: 'exited', requested: true },
      start,
      well,
    ];
  }
  return [{ action: 'die', state: 'exited', exit_code: luck < 0.99 ? 0 : 1 }, start, well];
}

/** Short of memory for three minutes, three times a day. */
function memory(): Thing {
  return {
    gap: about(5 * SECOND),
    next(random, at) {
      const isShort = Math.floor(at / HOUR) % 9 === 4 && Math.floor(at / MINUTE) % 60 < 3;
      return speak(random, at, 'host.memory', {
        available_mb: isShort ? 300 : 4_000 + random.below(8_000),
        total_mb: 32_000,
        swap_used_mb: random.below(1_000),
        swap_total_mb: 8_000,
        psi_some_avg10: random.next(),
        psi_full_avg10: 0,
        top_rss: isShort ? 'node 2100 MB, claude 1800 MB, postgres 900 MB' : '',
      });
    },
  };
}

function load(): Thing {
  return {
    gap: about(15 * SECOND),
    next: (random, at) => speak(random, at, 'host.load', { load1: random.next() * 4, load5: 2, load15: 2, cpus: 8 }),
  };
}

/** One in ten is near its limit, and over it at times. */
function disk(n: number): Thing {
  return {
    gap: about(2 * MINUTE),
    next: (random, at) =>
      speak(random, at, 'host.disk', {
        fs_id: `8:${n}`,
        mount: n === 0 ? '/' : `/mnt/data-${n}`,
        fs_type: 'ext4',
        used_pct: (n % 10 === 3 ? 78 : 40) + random.next() * 4,
        free_mb: 90_000,
        total_mb: 200_000,
        inodes_used_pct: 12,
      }),
  };
}

/** A session that works and waits; one in sixty escalated two days ago. */
function session(n: number): Thing {
  const phases = ['working', 'working', 'awaiting_ci', 'awaiting_review', 'awaiting_changes'];
  const isStuck = n % 60 === 11;
  return {
    gap: about(12 * MINUTE),
    next: (random, at) =>
      speak(random, at, 'session.phase', {
        session: `dev-widget-${n}`,
        role: 'dev',
        project: 'widget',
        repo: 'acme/widget',
        number: n,
        issue: n,
        path: `/tmp/dev-session-widget-${n}.phase`,
        exists: true,
        phase: isStuck ? 'escalate' : random.pick(phases),
        phase_since: toIso(isStuck ? at - (at % (48 * HOUR)) : at - MINUTE),
        issue_state: 'open',
      }),
  };
}

/** A lock that is taken and let go; the owner of one in thirty dies. */
function lock(n: number): Thing {
  let isHeld = false;
  return {
    gap: about(6 * MINUTE),
    next(random, at) {
      isHeld = !isHeld;
      const isDead = n % 30 === 4 && isHeld;
      return speak(random, at, 'lock.file', {
        path: `/tmp/agent-${n}.lock`,
        name: `agent-${n}.lock`,
        exists: isHeld,
        pid: isHeld ? 4_000 + n : 0,
        owner: isDead ? 'dead' : 'alive',
        age_s: isDead ? 900 : random.below(200),
        locked_at: toIso(at - MINUTE),
      });
    },
  };
}
