import { expect, test } from 'vitest';
import { checkpoint, onRoom, openCore, openEngine, readiness, show, type Core } from '../../src/app/core.ts';
import { readCheckpoint } from '../../src/app/checkpoints.ts';
import { reactions } from '../../src/app/reactions.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { AnyEvent } from '../../src/core/event.ts';
import type { Rule } from '../../src/core/rule.ts';
import { MINUTE } from '../../src/core/time.ts';
import type { Store } from '../../src/ports/store.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { makeRule, makeRulebook } from '../support/make-rule.ts';
import { memory, order, START, tempStore } from './store/support.ts';

const hold = { type: 'hold', for: 0, since: null, clearFor: 0, missing: 'keep', missingAfter: 0 } as const;
const always = { source: 'true', test: () => true };
const silent = (): void => undefined;

interface Stage extends AsyncDisposable {
  readonly core: Core;
  readonly store: Store;
  /** The disk takes no decisions. */
  readonly disk: { full: boolean };
  start(): Promise<void>;
  take(event: AnyEvent): Promise<void>;
  settle(): Promise<void>;
  /** Of the log, of one kind. */
  said(kind: AnyEvent['kind']): readonly AnyEvent['data'][];
}

/** The middle of a reactor over a real state: no sources, and nobody to tell. */
function stage(rule: Rule = makeRule({ name: 'a', condition: hold, when: always })): Stage {
  const temp = tempStore();
  const clock = fakeClock(START);
  const opened = temp.open({ now: clock.now });
  const disk = { full: false };
  const save: Store['findings']['save'] = (findings) => {
    if (disk.full && findings.length > 0) throw Object.assign(new Error('no space'), { code: 'STORE_FULL' });
    opened.findings.save(findings);
  };
  const store: Store = { ...opened, findings: { ...opened.findings, save } };
  const { config } = loadConfig({
    env: {},
    cwd: temp.folder,
    hostname: 'box',
    files: { read: () => null, list: () => [] },
  });
  const core = openCore({
    config: { ...config, rules: { ...config.rules, folders: [] } },
    store,
    clock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    console: { write: silent, stream: process.stderr },
    onSource: silent,
  });
  let stop = silent;
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await clock.settle();
  };
  return {
    core,
    store,
    disk,
    settle,
    async start() {
      store.log.onStored((events) => show(core, events));
      const running = reactions(core, makeRulebook([rule])).subscribe();
      stop = () => running.unsubscribe();
      await settle();
    },
    async take(event) {
      await core.intakes.kept([event]);
      await settle();
    },
    said: (kind) => store.log.recent({ kind, limit: 100 }).map(({ data }) => data),
    async [Symbol.asyncDispose]() {
      core.stop.abort();
      stop();
      await settle();
      await temp[Symbol.asyncDispose]();
    },
  };
}

test('what was decided while nothing may be said is said at the moment at which it may', async () => {
  await using it = stage();
  await it.start();
  await it.take(memory('e1'));
  expect(it.store.outbox.list()).toEqual([]);
  expect(readiness(it.core)).toEqual({ ready: false, reasons: ['the sources have not all looked yet'] });
  openEngine(it.core);
  expect(it.store.outbox.list().map(({ rule }) => rule)).toContain('test/a');
  expect(readiness(it.core)).toEqual({ ready: true, reasons: [] });
});

test('a checkpoint covers the very event that brought it', async () => {
  await using it = stage();
  await it.start();
  openEngine(it.core);
  await it.take(memory('e1'));
  const event = it.store.log.get('e1');
  expect(event !== null && readCheckpoint(it.store)?.covers(event)).toBe(true);
});

test('while decisions cannot be written the reactor is not ready, remembers nothing newer, and writes them as soon as there is room', async () => {
  await using it = stage();
  await it.start();
  openEngine(it.core);
  it.disk.full = true;
  await it.take(memory('e1'));
  expect(readiness(it.core)).toEqual({ ready: false, reasons: ['no space'] });
  it.core.checkpoints.undo();
  checkpoint(it.core);
  expect(readCheckpoint(it.store)).toBeNull();
  it.disk.full = false;
  onRoom(it.core, false);
  expect(it.store.findings.list().map(({ rule }) => rule)).toEqual(['test/a']);
  expect(readiness(it.core).ready).toBe(true);
});

test('an order that the process before it left half done is told of', async () => {
  await using it = stage();
  const card = order('n').spec.card;
  it.store.outbox.add([order('n', { target: 'nudge:x', spec: { act: 'nudge', session: 'x', line: 'y', card } })]);
  it.store.outbox.begin('n', START - MINUTE);
  await it.start();
  expect(it.said('reactor.effect')).toMatchObject([{ state: 'interrupted' }]);
});

test('a rule that breaks is told of', async () => {
  const broken = (): never => {
    throw new Error('no such field');
  };
  await using it = stage(makeRule({ name: 'a', condition: hold, when: { source: 'broken', test: broken } }));
  await it.start();
  openEngine(it.core);
  await it.take(memory('e1'));
  expect(it.said('reactor.rule')).toMatchObject([{ state: 'broken', reason: 'no such field' }]);
});
