/** The command line inside of the test: streams that remember, a state file in a folder of its own, and a clock that stands still. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import type { EventData, EventKind } from '../../src/core/catalog/catalog.ts';
import { toEvent, type AnyEvent } from '../../src/core/event.ts';
import { fingerprintOf, type Finding } from '../../src/core/finding.ts';
import { MINUTE, type Instant } from '../../src/core/time.ts';
import { runCli } from '../../src/cli/index.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/store/store.ts';

export const NOW: Instant = Date.UTC(2026, 0, 2, 12, 0, 0);

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine extends Disposable {
  readonly folder: string;
  /** Writes into the state file before a command reads it. */
  remember(write: (store: Store) => unknown): Promise<void>;
  /** Stores events as if each had been received when it happened. */
  happen(...events: readonly AnyEvent[]): Promise<void>;
  write(file: string, text: string): void;
  run(...args: readonly string[]): Promise<Said>;
  json(...args: readonly string[]): Promise<unknown>;
}

/** A command line over an empty folder; nobody listens at its address. */
export function openCommandLine(env: Readonly<Record<string, string>> = {}): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), 'reactor-cli-'));
  const run = async (...args: readonly string[]): Promise<Said> => {
    const stdout = memory();
    const stderr = memory();
    const code = await runCli(args, {
      // Port 1 is one that HTTP clients refuse to call: the answer needs no network.
      env: {
        REACTOR_HOME: join(folder, 'home'),
        REACTOR_HOST: 'box',
        REACTOR_LISTEN: '127.0.0.1:1',
        USER: 'op',
        ...env,
      },
      cwd: folder,
      stdout,
      stderr,
      now: () => NOW,
      exit: () => undefined,
    });
    return { code, out: stdout.text(), err: stderr.text() };
  };
  const open = async (at: Instant, write: (store: Store) => unknown): Promise<void> => {
    const store = openStore({ path: join(folder, 'home/reactor.db'), now: () => at });
    await write(store);
    await store.close();
  };
  return {
    folder,
    run,
    remember: (write) => open(NOW, write),
    async happen(...events) {
      for (const event of events) await open(event.time, (store) => store.log.append([event]));
    },
    write: (file, text) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    json: async (...args) => JSON.parse((await run(...args, '--json')).out),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A stream that keeps what it is given, or that fails as told. */
export function memory(failWith: string | null = null): Writable & { text(): string } {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    autoDestroy: false,
    write(chunk, _, done) {
      text += String(chunk);
      done(failWith === null ? null : Object.assign(new Error(`write ${failWith}`), { code: failWith }));
    },
  });
  return Object.assign(stream, { text: () => text });
}

/** A restart loop of harb/anvil that fired ten minutes ago, unless the parts say otherwise. */
export function makeFinding(more: Partial<Finding> = {}): Finding {
  const rule = more.rule ?? 'factory-core/restart-loop-foreign';
  const key = more.key ?? ['harb', 'anvil'];
  return {
    fingerprint: fingerprintOf(rule, ['box', ...key]),
    rule,
    key,
    host: 'box',
    priority: 'P2',
    title: 'Restart loop in harb',
    text: 'harb/anvil died 3x in 10m',
    owner: '@johba',
    runbook: '',
    state: 'firing',
    acked: false,
    silenced: false,
    inhibitedBy: '',
    since: NOW - 12 * MINUTE,
    firedAt: NOW - 10 * MINUTE,
    resolvedAt: null,
    last: NOW - 9 * MINUTE,
    count: 3,
    unconfirmed: null,
    firing: 'firing-1',
    causes: [],
    gates: [],
    because: 'e.action == "die"; 3 within 10m',
    ...more,
  };
}

/** An event so long before now. */
export function eventAgo<K extends EventKind>(
  ago: number,
  kind: K,
  data: Partial<EventData<K>>,
  id = `${kind}-${ago}`,
): AnyEvent {
  const head = { id, source: 'test://box', subject: 'thing', time: NOW - ago, host: 'box' };
  return toEvent(kind, head, data);
}
