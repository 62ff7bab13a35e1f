/** A container with a real tmux in it, and agents that read like Claude: nothing of it is shared with the test. */

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeLabels, type Dockerd } from './dockerd.ts';

export interface AgentsContainer {
  readonly name: string;
  /** Starts an agent in a session of its own; resolves when its input box is drawn. */
  agent(session: string, how?: AgentHow): Promise<void>;
  /** What was sent to the agent of a session, in order. */
  sent(session: string): Promise<readonly unknown[]>;
  screen(session: string): Promise<string>;
  /** Runs a shell line in it as root. */
  sh(script: string): Promise<string>;
}

export interface AgentHow {
  /** What its screen shows above the input box. */
  readonly above?: string;
  /** Whose tmux it is in. */
  readonly user?: 'agent' | 'root';
}

const AGENT = fileURLToPath(new URL('fake-agent.ts', import.meta.url));
const AGENT_USER = 1000;

/** The tools of this machine, and the Node that runs the test. */
const TOOLS = ['/usr', '/lib', '/lib64', '/etc/terminfo', dirname(process.execPath), AGENT].flatMap((path) => [
  '-v',
  `${path}:${path}:ro`,
]);

const LIFE = `mkdir -p /tmp && chmod 1777 /tmp
printf 'root:x:0:0::/:/bin/sh\\nagent:x:${AGENT_USER}:${AGENT_USER}::/tmp:/bin/sh\\n' > /etc/passwd
trap 'exit 0' TERM; sleep 100000 & wait $!`;

/** Starts the container as the service `agents` of the stack `disinto`. */
export async function startAgentsContainer(engine: Dockerd, name = 'disinto-agents'): Promise<AgentsContainer> {
  const options = [...TOOLS, '-e', 'LC_ALL=C.UTF-8', '-e', 'TERM=screen'];
  await engine.runContainer({ name, labels: composeLabels('disinto', 'agents'), cmd: LIFE, options });
  const sh = (script: string): Promise<string> => engine.docker('exec', name, 'sh', '-c', script);
  const users = new Map<string, number>();
  const tmux = (session: string, command: string): Promise<string> =>
    sh(`exec setpriv --reuid ${users.get(session)} --regid ${users.get(session)} --clear-groups tmux -u ${command}`);
  const screen = (session: string): Promise<string> => tmux(session, `capture-pane -p -t '=${session}:'`);
  return {
    name,
    sh,
    screen,
    async agent(session, { above = '⏺ Done.', user = 'agent' } = {}) {
      users.set(session, user === 'root' ? 0 : AGENT_USER);
      const command = `exec '${process.execPath}' '${AGENT}' '/tmp/received-${session}' 0 '${above}'`;
      await tmux(session, `new-session -d -s ${session} -x 100 -y 30 "${command}"`);
      for (let tries = 0; !(await screen(session)).includes('bypass permissions'); tries += 1) {
        if (tries > 100) throw new Error(`the agent of ${session} does not draw:\n${await screen(session)}`);
      }
    },
    async sent(session) {
      const text = await sh(`cat /tmp/received-${session} 2>/dev/null || true`);
      return text === '' ? [] : text.split('\n').map((line): unknown => JSON.parse(line));
    },
  };
}
