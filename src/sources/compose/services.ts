/** Containers of Compose services beside what their files name, as data of `compose.service`. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { ownerOf, type Ownership } from '../../core/owner.ts';
import { parseComposeLabels, type ComposeLabels } from '../../factory/compose-labels.ts';
import type { ContainerSeen, Docker } from '../../ports/docker.ts';
import type { Reader } from './reader.ts';
import { askedFor, isDenied, isNamedAlike, judge, readPin, shownImage, type ImageId, type Verdict } from './verdict.ts';
import { wantedImage, type NamedFile, type Wanted } from './wanted.ts';

export interface Service {
  readonly container: ContainerSeen;
  readonly labels: ComposeLabels;
}

export interface Compared {
  readonly data: Omit<EventData<'compose.service'>, 'host'>;
  /** What kept us from looking, `''` when nothing did. */
  readonly flaw: string;
}

export interface CompareParts {
  readonly docker: Pick<Docker, 'imageId'>;
  readonly host: string;
  /** The files are on this box. */
  readonly isOwn: boolean;
  readonly ownership: Ownership;
  readonly reader: Pick<Reader, 'compose' | 'variables'>;
  /** Containers that were seen to run what their files named. */
  readonly agreed: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** True while a container runs, is paused, or is about to be started again. */
export function isUp(state: string): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

/** The containers that are up and that Compose made for a service. */
export function servicesOf(containers: readonly ContainerSeen[]): readonly Service[] {
  return containers.flatMap((container) => {
    const labels = isUp(container.state) ? parseComposeLabels(container.labels) : null;
    return labels === null ? [] : [{ container, labels }];
  });
}

/** Compares all of them; each file is read and each name looked up once. Rejects when the engine is lost. */
export async function compare(services: readonly Service[], parts: CompareParts): Promise<readonly Compared[]> {
  const files = remember(async (path: string) => parts.reader.compose(path));
  const ids = remember(async (reference: string): Promise<ImageId> => {
    const answer = await parts.docker.imageId(reference, parts.signal);
    return answer.denied ? { denied: answer.reason } : answer.value;
  });
  return Promise.all(services.map((service) => compareOne(service, { ...parts, files, ids })));
}

interface Asking extends CompareParts {
  readonly files: (path: string) => Promise<NamedFile>;
  readonly ids: (reference: string) => Promise<ImageId>;
}

type Outcome = Verdict | { readonly state: 'built'; readonly pinned: ''; readonly reason: '' };

interface Judged {
  readonly outcome: Outcome;
  readonly file: string;
  readonly agreed: boolean;
  readonly flaw: string;
}

async function compareOne(service: Service, asking: Asking): Promise<Compared> {
  const { container, labels } = service;
  const { outcome, file, agreed, flaw } = await judgeOne(service, asking);
  const owner = ownerOf({ name: container.name, stack: labels.stack, labels: container.labels }, asking.ownership);
  const data = {
    stack: labels.stack,
    service: labels.service,
    number: labels.number,
    name: container.name,
    container: container.id,
    exists: true,
    ...outcome,
    running: shownImage(container.image),
    file,
    agreed,
    managed: owner.managed,
    stack_owner: owner.owner,
    stack_owner_room: owner.room,
  };
  return { data, flaw };
}

async function judgeOne({ container, labels }: Service, asking: Asking): Promise<Judged> {
  const agreed = asking.agreed.has(container.id);
  const nothing = { file: '', agreed, flaw: '' };
  if (labels.flaw !== '') return { ...nothing, outcome: unknown(labels.flaw) };
  if (!asking.isOwn) {
    const flaw = `the files are on ${asking.host}, and are not read from here`;
    return { ...nothing, outcome: unknown(flaw), flaw };
  }
  const files = await Promise.all(labels.files.map(asking.files));
  const wanted = wantedImage(files, labels.service);
  switch (wanted.is) {
    case 'built':
      return { ...nothing, outcome: { state: 'built', pinned: '', reason: '' } };
    case 'unknown': {
      const flaw = files.every(({ read }) => read) ? '' : wanted.reason;
      return { ...nothing, outcome: unknown(wanted.reason), flaw };
    }
    case 'image':
      return judgeImage({ container, labels }, wanted, asking);
  }
}

async function judgeImage(
  { container, labels }: Service,
  { text, file }: Extract<Wanted, { is: 'image' }>,
  asking: Asking,
): Promise<Judged> {
  const hadAgreed = asking.agreed.has(container.id);
  // Read only when the image names a variable: it is where passwords are.
  const variables = text.includes('$') ? await asking.reader.variables(labels.environment) : new Map();
  const pin = readPin(text, variables);
  if (typeof pin === 'string') {
    const outcome = unknown(`${file}: service ${labels.service}: ${pin}`);
    return { outcome, file, agreed: hadAgreed, flaw: '' };
  }
  const reference = askedFor(pin);
  const id = reference === null ? null : await asking.ids(reference);
  const ids = [container.imageId, container.labels['com.docker.compose.image'] ?? ''].filter((one) => one !== '');
  const outcome = judge(pin, { image: container.image, ids, agreed: hadAgreed }, id);
  const agrees = outcome.state === 'same' && isNamedAlike(pin, container.image);
  return { outcome, file, agreed: hadAgreed || agrees, flaw: isDenied(id) ? id.denied : '' };
}

const unknown = (reason: string): Outcome => ({ state: 'unknown', pinned: '', reason });

/** What could not be looked at, in words; `''` when everything could. */
export function flawsOf(compared: readonly Compared[]): string {
  const flaws = [...new Set(compared.flatMap(({ flaw }) => (flaw === '' ? [] : [flaw])))];
  if (flaws.length === 0) return '';
  const blind = compared.filter(({ flaw }) => flaw !== '').length;
  const more = flaws.length > MOST_SHOWN ? `; and ${flaws.length - MOST_SHOWN} more` : '';
  const shown = flaws.slice(0, MOST_SHOWN).join('; ');
  return `the images of ${blind} of ${compared.length} containers are not compared: ${shown}${more}`;
}

const MOST_SHOWN = 3;

/** Asks once for each. */
function remember<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return async (name) => {
    const answer = asked.get(name) ?? ask(name);
    asked.set(name, answer);
    return answer;
  };
}
