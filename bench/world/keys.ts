/** Many things that rules have to remember: not yet wrong for long enough, so that nothing is said. */

import { Agent, request } from 'node:http';
import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { toIso } from '../../src/core/time.ts';

/** As a script would post them; one request of a thousand is mostly garbage to collect. */
const BATCH = 100;

interface Said {
  readonly type: EventKind;
  readonly data: object;
}

type Maker = (n: number, now: string) => Said;

const say = <K extends EventKind>(type: K, data: Partial<EventData<K>>): Said => ({ type, data });
const repoOf = (n: number) => ({ repo: `acme/widget-${n % 40}`, repo_slug: `widget-${n % 40}` });
const pullOf = (n: number) => ({ ...repoOf(n), number: n, pr: n, issue: n });
const stackOf = (name: string) => ({ name: `${name}-web-1`, stack: name, service: 'web', number: 1 });
const PHASE = { phase: 'escalate', exists: true, issue_state: 'open' };

/** By turns, so that the keys spread over the rules: each remembers 10,000 at most. */
const MAKERS: readonly Maker[] = [
  (n, now) => say('ci.pipeline', { ...pullOf(n), status: 'running', started_at: now, created_at: now }),
  (n, now) => say('ci.pipeline', { ...pullOf(n), status: 'pending', created_at: now }),
  (n, now) => say('ci.pipeline', { ...pullOf(n), status: 'success', created_at: now }),
  (n, now) => say('session.phase', { ...PHASE, session: `dev-widget-${n}`, phase_since: now }),
  (n) => say('lock.file', { path: `/tmp/agent-${n}.lock`, exists: true, owner: 'dead', pid: n, age_s: 900 }),
  (n) => say('host.disk', { fs_id: `8:${n}`, mount: `/mnt/${n}`, used_pct: 95, free_mb: 10, total_mb: 200 }),
  (n) => say('docker.container', { ...stackOf(`sick-${n}`), action: 'die', exit_code: 1, stack_owner: '@johba' }),
  (n) => say('docker.container', { ...stackOf(`well-${n}`), action: 'observed', state: 'running' }),
  (n) => say('forge.pull', { ...pullOf(n), state: 'open', action: 'opened', branch: `fix/issue-${n}` }),
  (n) =>
    say('forge.issue', { ...repoOf(n), number: n, issue: n, state: 'open', action: 'opened', title: `Widget ${n}` }),
];

/** Posts so many events, each about a thing of its own; answers how many of them rules remember. */
export async function postKeys(port: number, keys: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 0; n < keys; n += BATCH) {
    const now = toIso(Date.now());
    const batch = Array.from({ length: Math.min(BATCH, keys - n) }, (_, i) => toCloudEvent(n + i + 1, now));
    const answer = await call({ port, agent, path: '/events', body: JSON.stringify(batch) });
    if (answer.status !== 202) throw new Error(`the reactor answered ${answer.status}: ${answer.text.slice(0, 300)}`);
  }
  const metrics = await call({ port, agent, path: '/metrics' });
  agent.destroy();
  const counts = [...metrics.text.matchAll(/^reactor_rule_keys\{[^}]*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

function toCloudEvent(n: number, now: string): object {
  const maker = MAKERS[n % MAKERS.length];
  return { specversion: '1.0', id: String(n), source: 'bench://box', time: now, ...maker?.(n, now) };
}

interface Call {
  readonly port: number;
  readonly agent: Agent;
  readonly path: string;
  readonly body?: string;
}

function call({ port, agent, path, body }: Call): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request({ host: '127.0.0.1', port, path, agent, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
