/** One run of the source: looks on a schedule, follows the stream, reads what is hinted at, and says what is new. */

import { isOpenStatus } from '../../core/ci-status.ts';
import type { SourceContext } from '../../core/source.ts';
import { MINUTE, SECOND, type Millis } from '../../core/time.ts';
import type { AgentBoxes } from '../../factory/ci-agents.ts';
import type { Picture } from '../../factory/picture.ts';
import { CiError, type Ci, type CiHint, type WantedRepo } from '../../ports/ci.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContainerLogs } from '../../ports/docker.ts';
import type { Log } from '../../ports/log.ts';
import type { EventLog } from '../../ports/store.ts';
import { createAgents } from './agents.ts';
import { createAlarm } from './alarm.ts';
import { factsOf } from './facts.ts';
import { createGrpcLog } from './grpc-log.ts';
import { createHints } from './hints.ts';
import { readHistory } from './history.ts';
import { openLedger } from './ledger.ts';
import { createLook, keyOf } from './look.ts';
import { createRepos } from './repos.ts';
import { createSay } from './say.ts';
import { createSight } from './sight.ts';
import { followStream } from './stream.ts';
import type { Table } from './table.ts';
import { createTasks } from './task.ts';

export interface WatchOptions {
  /** Name of this box. */
  readonly host: string;
  /** Address of the server. */
  readonly server: string;
  readonly ci: Ci;
  readonly repos: readonly WantedRepo[];
  readonly picture: Picture;
  readonly boxes: AgentBoxes;
  /** The logs of containers on the engine of a box; null when that is not one we can ask. */
  logsOf(host: string): ContainerLogs | null;
  /** What the event log last heard of each entity. */
  readonly latest: EventLog['latest'];
  readonly clock: Clock;
  readonly log: Log;
}

export interface Watch {
  /** Looks on schedule until the signal aborts. */
  looks(): Promise<void>;
  /** Follows the stream until the signal aborts. */
  follow(): Promise<void>;
  /** Reads the logs of agents until the signal aborts. */
  readLogs(): Promise<void>;
  /** Looks at everything now. */
  sweep(): Promise<void>;
  /** Reads a pipeline soon, and until it has ended. */
  hint(repo: string, number: number): void;
  /** Judges the agents again: a container of theirs changed. */
  reconsider(): void;
  close(): void;
}

const LOOK_EVERY: Millis = MINUTE;
const LOGS_EVERY: Millis = 2 * SECOND;
/** The first request fails at once when nobody is there. */
const LOOK_WHEN_BLIND: Millis = 10 * SECOND;
const NO_REPOS = 'none to watch: set FORGE_REPO, or WOODPECKER_REPO_ID';

/** Opens a run; nothing is asked before `looks`. */
export function openWatch(options: WatchOptions, context: SourceContext): Watch {
  const { ci, clock, log, host, boxes } = options;
  const { signal } = context;
  const place = URL.canParse(options.server) ? new URL(options.server).host : options.server;
  const begun = clock.now();
  const history = readHistory(options.latest, host);
  const sight = createSight(context);
  const repos = createRepos(ci, options.repos, sight);
  const ledger = openLedger({ host, place, begun, before: history.status });
  const tasks = createTasks();
  const logs = createGrpcLog({ boxes, logsOf: (box) => options.logsOf(box), sight });
  const agents = createAgents({ ci, host, place, begun, boxes, logs });
  const look = createLook({ ci, clock, signal, sight, repos, agents, tasks, openBefore: history.open });
  const alarm = createAlarm(clock);
  const state = { hasLooked: false, blind: false };
  sight.note('extras', 'repositories', options.repos.length === 0 ? NO_REPOS : '');

  const say = createSay(context, log, () => {
    const now = clock.now();
    const tables = repos.tables();
    const facts = tables.flatMap((table) =>
      factsOf(table, options.picture, (one) => tasks.of(keyOf(table, one.number), one.status)),
    );
    const news = ledger.news(facts, now);
    // Before the first look, an agent may still turn out to be the one in a container that is already known.
    const pipelines = tables.flatMap((table) => table.all());
    const agentNews = state.hasLooked ? agents.news(pipelines, now) : [];
    return {
      events: [...news, ...agentNews].map(({ event }) => event),
      said() {
        ledger.said(news);
        agents.said(agentNews);
      },
    };
  });
  const report = (): void => {
    const count = repos.tables().length;
    const server = `Woodpecker ${look.version()}`.trimEnd();
    sight.report(`${server}: ${count} ${count === 1 ? 'repository' : 'repositories'}`);
  };
  const keepWhatIsKnown = (): void => {
    const all = repos.tables().flatMap((table) => table.all().map(({ number }) => ({ table, number })));
    ledger.keep(new Set(all.map(({ table, number }) => `${table.repo.repo}/${number}`)));
    tasks.keep(new Set(all.map(({ table, number }) => keyOf(table, number))));
  };
  const lookOnce = async (full: boolean): Promise<void> => {
    try {
      const { isNew } = await look.run(full);
      if (isNew && state.hasLooked) stream.renew();
      sight.reach('');
      state.blind = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CiError)) throw error;
      sight.reach(error.message);
      state.blind = true;
    }
    state.hasLooked = true;
    keepWhatIsKnown();
    await say();
    report();
  };
  const inTurn = serial(lookOnce);
  const hints = createHints({
    clock,
    overflow: () => alarm.ring(),
    async read(key) {
      const [id = 0, number = 0] = key.split('/').map(Number);
      const table = repos.byId(id);
      if (table === null || !(await readOne(table, number))) return table === null;
      await say();
      const known = table.get(number);
      return known !== null && !isOpenStatus(known.status);
    },
  });
  /** What is missing here may only be hidden: the next look finds out. */
  const readOne = async (table: Table, number: number): Promise<boolean> => {
    try {
      const answer = await ci.pipeline(table.repo.id, number, signal);
      if (answer.got === 'value') table.take([answer.value]);
      return answer.got === 'value';
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      return false;
    }
  };
  const onHint = (hint: CiHint): void => {
    const table = hint.type === 'pipeline' ? repos.byId(hint.repoId) : null;
    if (hint.type === 'alive' || table === null) return;
    if (table.get(hint.number)?.status !== hint.status) hints.hint(keyOf(table, hint.number));
  };
  const noteStream = (flaw: string): void => {
    sight.note('extras', 'stream', flaw);
    if (state.hasLooked) report();
  };
  const stream = followStream({
    ci,
    clock,
    signal,
    onHint,
    onOpen() {
      noteStream('');
      alarm.ring();
    },
    onLost: (reason) => noteStream(`${reason}; looking every minute`),
  });

  return {
    async looks() {
      while (!signal.aborted) {
        await inTurn(false);
        await alarm.wait(state.blind ? LOOK_WHEN_BLIND : LOOK_EVERY, signal);
      }
    },
    follow: () => stream.run(),
    async readLogs() {
      let before = '';
      for (; !signal.aborted; await clock.sleep(LOGS_EVERY, signal)) {
        await logs.read(clock.now(), signal);
        const counts = JSON.stringify([...logs.counts(clock.now())]);
        if (counts === before || !state.hasLooked) continue;
        before = counts;
        await say();
        report();
      }
    },
    sweep: () => inTurn(true),
    hint(repo, number) {
      const table = repos.byName(repo);
      if (table === null) alarm.ring();
      else hints.hint(keyOf(table, number), true);
    },
    reconsider() {
      if (state.hasLooked) void say();
    },
    close: () => hints.close(),
  };
}

/** One after another. */
function serial<A>(work: (argument: A) => Promise<void>): (argument: A) => Promise<void> {
  let tail: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const turn = tail.then(() => work(argument));
    tail = turn.catch(() => undefined);
    return turn;
  };
}
