import { describe, expect, test } from 'vitest';
import { tmuxTerminal } from '../../../src/adapters/tmux.ts';
import type { Place, PlaceFinder, PlacesFound, ProgramRun } from '../../../src/ports/place.ts';
import type { Look, Pane, Terminal } from '../../../src/ports/terminal.ts';
import { makePane } from '../../support/fake-terminal.ts';
import { fakePlace, printed } from '../../support/fake-place.ts';

const NEVER = new AbortController().signal;
const SESSION = 'dev-harb-7';

interface Server {
  readonly socket?: string;
  /** Device and inode of its socket. */
  readonly file: string;
  readonly started?: string;
  /** What its first line says; an idle session when not given. */
  readonly says?: string;
}

interface ServedPlace extends Place {
  /** Command lines that were run, without the script and the word. */
  readonly typed: string[];
}

/** A place whose tmux servers answer every question in the same way. */
function placeWith(name: string, id: string, servers: readonly Server[] | ProgramRun): ServedPlace {
  const typed: string[] = [];
  const run = async (argv: readonly string[]): Promise<ProgramRun> => {
    if (argv[0] === 'tmux') typed.push(argv.slice(3).join(' '));
    if ('ran' in servers) return servers;
    if (argv[0] === 'tmux') return printed('');
    const [word, socketName, session] = argv.slice(4);
    if (session === undefined) return printed(servers.map(() => `= ${SESSION}\n`).join(''));
    const each = servers.map(({ socket = `/tmp/tmux-0/${socketName}`, file, started = '17-100', says }) =>
      [`${word} ${file} ${socket}`, says ?? `%3 ${started} 0 0 1700000000 2 0 0 claude`, 'screen', '❯ ', ''].join('\n'),
    );
    return printed(each.join(''));
  };
  return { ...fakePlace(name, id), run, typed };
}

const finds = (...places: readonly Place[]): PlaceFinder => answers({ seen: true, places, flaws: [] });
const answers = (found: PlacesFound): PlaceFinder => ({ host: 'box', find: async () => found });
const broken = (reason: string, isConfigured = false): PlaceFinder => answers({ seen: false, reason, isConfigured });

function terminalOf(local: Place, finders: readonly PlaceFinder[], isBare = false): Terminal {
  return tmuxTerminal({ socket: 'mine', local, finders, isBare: async () => isBare });
}

const look = (terminal: Terminal): Promise<Look> => terminal.look(SESSION, NEVER);

function paneOf(seen: Look): Pane {
  if (seen.state !== 'present') throw new Error(`it is ${seen.state}`);
  return seen.pane;
}

describe('a session', () => {
  test('in a container is found there, and typed into there alone', async () => {
    const local = placeWith('', '', [{ file: '1:1', says: " 17-100     0 1 \ncan't find session: dev-harb-7" }]);
    const other = placeWith('disinto-agents-2', 'c2', []);
    const agents = placeWith('disinto-agents', 'c1', [{ socket: '/tmp/tmux-1000/default', file: '9:9' }]);
    const terminal = terminalOf(local, [finds(other, agents)]);
    const pane = paneOf(await look(terminal));
    expect(pane).toMatchObject({ place: 'disinto-agents', placeId: 'c1', socket: '/tmp/tmux-1000/default', id: '%3' });
    expect(await terminal.paste(pane, '# it’s a line', NEVER)).toBe('');
    expect(await terminal.enter(pane, NEVER)).toBe('');
    expect(agents.typed).toEqual([
      '/tmp/tmux-1000/default set-buffer -b disinto-reactor -- # it’s a line ; paste-buffer -p -d -b disinto-reactor -t %3',
      '/tmp/tmux-1000/default send-keys -t %3 Enter',
    ]);
    expect([...local.typed, ...other.typed]).toEqual([]);
  });

  test('of one name in two places is neither’s', async () => {
    const terminal = terminalOf(placeWith('', '', [{ file: '1:1' }]), [
      finds(placeWith('disinto-agents', 'c1', [{ file: '9:9' }])),
    ]);
    const where = ['/tmp/tmux-0/mine', 'disinto-agents:/tmp/tmux-0/default'];
    expect(await look(terminal)).toEqual({ state: 'several', where });
  });

  test('of one name with two users of a place is neither’s', async () => {
    const servers = [{ file: '1:1' }, { socket: '/tmp/tmux-1000/default', file: '1:2' }];
    const where = ['disinto-agents:/tmp/tmux-0/default', 'disinto-agents:/tmp/tmux-1000/default'];
    const agents = placeWith('disinto-agents', 'c1', servers);
    expect(await look(terminalOf(placeWith('', '', []), [finds(agents)]))).toEqual({ state: 'several', where });
  });

  test('behind a socket that this machine and a container share is this machine’s', async () => {
    const terminal = terminalOf(placeWith('', '', [{ file: '1:1' }]), [
      finds(placeWith('disinto-agents', 'c1', [{ file: '1:1' }])),
    ]);
    expect(paneOf(await look(terminal)).place).toBe('');
  });

  test('is watched by people: what controls it as a program is nobody’s key', async () => {
    const says = '%3 17-100 0 0 1700000000 2 0 0 claude\n1 1700000099\n0 1700000005';
    const terminal = terminalOf(placeWith('', '', [{ file: '1:1', says }]), []);
    expect(paneOf(await look(terminal)).clients).toEqual([1_700_000_005_000]);
  });

  test.each(['dev-harb-7:0', 'dev.harb', '$3', '%3', '=dev-harb-7', '-t', 'dev harb', ''])(
    'named %j is none: tmux would take it for something else',
    async (name) => {
      const terminal = terminalOf(placeWith('', '', [{ file: '1:1' }]), []);
      expect(await terminal.look(name, NEVER)).toEqual({ state: 'absent' });
    },
  );

  test('that tmux refuses to type into is said with its words', async () => {
    const local = placeWith('', '', [{ file: '1:1' }]);
    const pane = paneOf(await look(terminalOf(local, [])));
    const refusal: ProgramRun = { ran: true, code: 1, stdout: '', stderr: "can't find pane\n" };
    const terminal = terminalOf({ ...local, run: async () => refusal }, []);
    expect(await terminal.paste(pane, '# line', NEVER)).toBe("tmux: can't find pane");
    expect(await terminal.enter(pane, NEVER)).toBe("tmux: can't find pane");
  });

  test('is seen again only where it was', async () => {
    const servers = [{ file: '9:9' }, { socket: '/tmp/tmux-5/default', file: '9:8', says: 'no server running on it' }];
    const agents = placeWith('disinto-agents', 'c1', servers);
    const terminal = terminalOf(placeWith('', '', []), [finds(agents)]);
    const pane = paneOf(await look(terminal));
    expect(paneOf(await terminal.again(pane, NEVER)).id).toBe('%3');
    expect(await terminal.again({ ...pane, socket: '/tmp/tmux-5/default' }, NEVER)).toEqual({ state: 'absent' });
  });
});

describe('nobody could look', () => {
  const here = placeWith('', '', []);
  const NO_ANSWER: ProgramRun = { ran: false, reason: 'it did not answer within 15 s', missing: false };

  test.each([
    [
      'a container does not answer',
      [finds(placeWith('disinto-agents', 'c1', NO_ANSWER))],
      'disinto-agents: it did not',
    ],
    [
      'tmux is missing where there is a server',
      [finds(placeWith('disinto-agents', 'c1', [{ file: '9:9', says: 'not installed' }]))],
      'tmux at /tmp/tmux-0/default: not installed',
    ],
    ['the named container is not there', [broken('there is no container named x', true)], 'there is no container'],
  ])('when %s', async (_, finders, reason) => {
    const seen = await look(terminalOf(here, finders));
    expect(seen).toMatchObject({ state: 'unavailable', reason: expect.stringContaining(reason) });
  });

  test('when the engine is silent and sessions can only be in containers', async () => {
    const finders = [broken('no Docker socket')];
    expect(await look(terminalOf(here, finders, true))).toEqual({ state: 'unavailable', reason: 'no Docker socket' });
    expect(await look(terminalOf(here, finders, false))).toEqual({ state: 'absent' });
  });

  test('when the engine falls silent that showed containers before', async () => {
    let found: PlacesFound = { seen: true, places: [placeWith('disinto-agents', 'c1', [])], flaws: [] };
    const terminal = terminalOf(here, [{ host: 'box', find: async () => found }]);
    expect(await look(terminal)).toEqual({ state: 'absent' });
    found = { seen: false, reason: 'Docker does not answer' };
    for (const _ of ['at once', 'and as long as it is']) {
      expect(await look(terminal)).toEqual({ state: 'unavailable', reason: 'Docker does not answer' });
      expect(await terminal.sessions(NEVER)).toEqual({ state: 'unavailable', reason: 'Docker does not answer' });
    }
  });

  test('and nothing is typed into a container that was there and is not any more', async () => {
    const agents = placeWith('disinto-agents', 'c1', [{ file: '9:9' }]);
    let found: PlacesFound = { seen: true, places: [agents], flaws: [] };
    const terminal = terminalOf(here, [{ host: 'box', find: async () => found }]);
    const pane = paneOf(await look(terminal));
    found = { seen: true, places: [], flaws: [] };
    expect(await look(terminal)).toEqual({ state: 'absent' });
    expect(await terminal.paste(pane, '# line', NEVER)).toBe('container disinto-agents is gone');
    expect(agents.typed).toEqual([]);
  });

  test('and nothing is typed into a container that is gone', async () => {
    const gone = makePane({ place: 'disinto-agents', placeId: 'c1' });
    const terminal = terminalOf(here, [finds()]);
    expect(await terminal.paste(gone, '# line', NEVER)).toBe('container disinto-agents is gone');
    expect(await terminal.again(gone, NEVER)).toEqual({ state: 'absent' });
    expect(here.typed).toEqual([]);
  });
});

test('sessions of all places are listed, also where this machine has no tmux', async () => {
  const none = placeWith('', '', printed('- not installed\n'));
  const agents = placeWith('disinto-agents', 'c1', [{ file: '9:9' }]);
  expect(await terminalOf(none, [finds(agents)]).sessions(NEVER)).toEqual({ state: 'listed', names: [SESSION] });
  expect(await terminalOf(none, []).sessions(NEVER)).toMatchObject({
    state: 'unavailable',
    reason: expect.stringContaining('tmux is not installed here'),
  });
});
