/** The machine and the stacks on it, as they are on a day like any other. */

import type { EventData } from '../../../src/core/catalog/catalog.ts';
import { DAY, HOUR, MINUTE, SECOND, toIso, type Instant, type Millis } from '../../../src/core/time.ts';
import { HOST, type Story } from './story.ts';

/** Memory breathes, swap is used, disks fill and are cleaned, one sample is short of memory for ten seconds. */
export function minute({ say }: Story, at: Instant, ofDay: Millis): void {
  const short = ofDay === 13 * HOUR;
  say(at, 'host.memory', HOST, { available_mb: short ? 450 : 2500 + ((ofDay / MINUTE) % 40) * 50, swap_used_mb: 3500 });
  if (short) say(at + 10 * SECOND, 'host.memory', HOST, { available_mb: 5000, swap_used_mb: 3500 });
  if (ofDay % (10 * MINUTE) !== 0) return;
  say(at, 'host.disk', '8:1', { fs_id: '8:1', mount: '/', used_pct: 60 + (ofDay / DAY) * 18 });
  say(at, 'agent.log', 'dev.log', devLog(at, ofDay));
  say(at, 'git.repo', '/repos/harb', {
    path: '/repos/harb',
    exists: true,
    what: 'project',
    on_primary: true,
    branch: 'main',
  });
}

const devLog = (at: Instant, ofDay: Millis): Partial<EventData<'agent.log'>> => ({
  path: '/logs/dev/dev-agent.log',
  agent: 'dev',
  exists: true,
  size_mb: 3,
  no_ready_polls: Math.floor(ofDay / (10 * MINUTE)) % 5,
  last_run_at: toIso(at - (ofDay % (160 * MINUTE))),
});

/** A sibling stack is taken down and up four times by its owner, and a container of it dies twice by itself. */
export function composeUp({ say }: Story, start: Instant): void {
  const container = { stack: 'harb', service: 'anvil', name: 'harb-anvil-1', exists: true };
  for (let n = 0; n < 4; n++) {
    say(start + n * MINUTE, 'docker.container', 'harb/anvil/1', {
      ...container,
      action: 'die',
      requested: true,
      exit_code: 137,
    });
    say(start + n * MINUTE + SECOND, 'docker.container', 'harb/anvil/1', {
      ...container,
      action: 'start',
      state: 'running',
    });
  }
  for (const at of [start + 2 * HOUR, start + 3 * HOUR]) {
    say(at, 'docker.container', 'harb/anvil/1', { ...container, action: 'die', exit_code: 1 });
    say(at + SECOND, 'docker.container', 'harb/anvil/1', { ...container, action: 'start', state: 'running' });
  }
}

/** An image is replaced as usual, edit, pull and up; another comes from a variable that nobody knows, a third is only built. */
export function images({ say }: Story, midnight: Instant): void {
  const app = { stack: 'harb', service: 'anvil', number: 1, name: 'harb-anvil-1', exists: true };
  const noon = midnight + 12 * HOUR;
  say(midnight, 'compose.service', 'harb/anvil/1', { ...app, state: 'same', pinned: 'anvil:1', running: 'anvil:1' });
  say(noon, 'compose.service', 'harb/anvil/1', { ...app, state: 'other', pinned: 'anvil:2', running: 'anvil:1' });
  say(noon + 6 * MINUTE, 'compose.service', 'harb/anvil/1', { ...app, exists: false });
  say(noon + 7 * MINUTE, 'compose.service', 'harb/anvil/1', {
    ...app,
    state: 'same',
    pinned: 'anvil:2',
    running: 'anvil:2',
  });
  const agents = { stack: 'disinto', service: 'agents', number: 1, name: 'disinto-agents-1', exists: true };
  say(midnight, 'compose.service', 'disinto/agents/1', { ...agents, state: 'unknown', pinned: 'disinto/agents:…' });
  say(midnight, 'compose.service', 'disinto/edge/1', { ...agents, service: 'edge', state: 'built' });
}
