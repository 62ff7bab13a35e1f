/** The containers that agents work in, entered by `docker exec`. They are looked for by name and Compose service; only the factory's own count. */

import type { Readable } from 'node:stream';
import { messageOf } from '../core/errors.ts';
import { ownerOf, type Ownership } from '../core/owner.ts';
import { SECOND, type Millis } from '../core/time.ts';
import type { Answer } from '../ports/docker.ts';
import type { Place, PlaceFinder, PlacesFound } from '../ports/place.ts';
import { parseDockerAddress } from './docker-address.ts';
import { parseFrames } from './docker-frames.ts';
import { dockerHttp, type DockerHttp } from './docker-http.ts';
import { shellPlace, type RunShell } from './shell-place.ts';

export interface PlacesOptions {
  /** Name of the box. */
  readonly host: string;
  /** `unix:///path` or `tcp://host:port`. */
  readonly url: string;
  readonly ownership: Ownership;
  /** Name of the only container wanted; `''` for every one that looks like the agents'. */
  readonly container: string;
}

interface ListedJson {
  readonly Id: string;
  readonly Names?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly State?: string;
}

const MOST_BYTES = 16 * 1024 * 1024;
const WITHIN: Millis = 15 * SECOND;

/** A finder over the engine at an address. Contacts nothing yet. */
export function openPlaces(options: PlacesOptions): PlaceFinder {
  const http = dockerHttp(parseDockerAddress(options.url));
  const known = new Map<string, Place>();
  const placeOf = ({ id, name }: Found): Place => {
    const place = known.get(id) ?? shellPlace({ name, id, run: shellIn(http, id) });
    known.set(id, place);
    return place;
  };
  return {
    host: options.host,
    async find(signal) {
      try {
        const listed = await http.get('/containers/json', { all: '1' }, signal);
        if (listed.denied) return { seen: false, reason: listed.reason };
        const found = findAgents((listed.value ?? []) as readonly ListedJson[], options);
        for (const id of known.keys()) if (!found.some((one) => one.id === id)) known.delete(id);
        return toPlaces(found, options, placeOf);
      } catch (error) {
        return { seen: false, reason: messageOf(error) };
      }
    },
  };
}

interface Found {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

/** Exported for its table of cases: which of the listed containers agents work in. */
export function findAgents(
  listed: readonly ListedJson[],
  { ownership, container }: Pick<PlacesOptions, 'ownership' | 'container'>,
): readonly Found[] {
  return listed
    .map((json) => ({ json, name: (json.Names?.[0] ?? '').replace(/^\//, '') }))
    .filter(({ json, name }) => (container === '' ? isAgents(name, json.Labels ?? {}, ownership) : name === container))
    .map(({ json, name }) => ({ id: json.Id, name, state: json.State ?? '' }));
}

function isAgents(name: string, labels: Readonly<Record<string, string>>, ownership: Ownership): boolean {
  const { [STACK]: stack = '', [SERVICE]: service = '', [ONE_OFF]: oneOff = '' } = labels;
  if (oneOff === 'True' || !(AGENTS.test(service) || AGENTS_NAME.test(name))) return false;
  return ownerOf({ name, stack, labels }, ownership).managed;
}

const STACK = 'com.docker.compose.project';
const SERVICE = 'com.docker.compose.service';
const ONE_OFF = 'com.docker.compose.oneoff';

/** `agents`, `agents-llama`; not `agents2`, which nobody of the factory is called. */
const AGENTS = /^agents(?:-[a-z0-9_.-]+)?$/;
const AGENTS_NAME = /^disinto-agents(?:[-_][A-Za-z0-9_.-]+)?$/;

function toPlaces(found: readonly Found[], { container }: PlacesOptions, placeOf: (one: Found) => Place): PlacesFound {
  if (found.length === 0 && container !== '') {
    const reason = `there is no container named ${container}: correct [factory] agents_container`;
    return { seen: false, reason, isConfigured: true };
  }
  const running = found.filter((one) => one.state === 'running');
  const others = found.filter((one) => one.state !== 'running');
  const flaws = others.map((one) => `container ${one.name} is ${one.state === '' ? 'not running' : one.state}`);
  return { seen: true, places: running.map(placeOf), flaws };
}

function shellIn(http: DockerHttp, id: string): RunShell {
  return async (script) => {
    const signal = AbortSignal.timeout(WITHIN);
    try {
      const command = { AttachStdout: true, AttachStderr: true, Cmd: ['sh', '-c', script] };
      const made = unwrap(await http.post(`/containers/${id}/exec`, command, signal));
      const { Id: exec = '' } = (made ?? {}) as { readonly Id?: string };
      if (exec === '') return { ran: false, reason: 'the container is gone' };
      const stream = unwrap(await http.openPost(`/exec/${exec}/start`, { Detach: false, Tty: false }, signal));
      const { stdout, stderr } = parseFrames(await collect(stream));
      return { ran: true, output: stdout === '' ? stderr : stdout };
    } catch (error) {
      if (signal.aborted) return { ran: false, reason: `it did not answer within ${WITHIN / SECOND} s` };
      const said = messageOf(error);
      const state = /\(HTTP code 409\).* Container [0-9a-f]+ (is .+)$/.exec(said)?.[1];
      return { ran: false, reason: state === undefined ? said : `the container ${state}` };
    }
  };
}

function unwrap<T>(answer: Answer<T>): T {
  if (answer.denied) throw new Error(answer.reason);
  return answer.value;
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error(`it said more than ${MOST_BYTES / 1024 / 1024} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
