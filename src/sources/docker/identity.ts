/** Which entity a container is: a recreated container is still the same one. */

import { ownerOf, type Owner, type Ownership } from '../../core/owner.ts';

export interface Identity {
  /** Compose project, `''` when there is none. */
  readonly stack: string;
  /** Compose service; the container's name outside Compose and for a one-off `compose run`. */
  readonly service: string;
  readonly number: number;
  /** `stack/service/number`; the container's name outside Compose; `stack/name` for a one-off. */
  readonly subject: string;
  readonly owner: Owner;
}

export type Labels = Readonly<Record<string, string>>;

const COMPOSE = 'com.docker.compose.';

/** Who a container of this name and these labels is, and whose. */
export function identify(name: string, labels: Labels, ownership: Ownership): Identity {
  const stack = stackOf(labels);
  const owner = ownerOf({ name, stack, labels }, ownership);
  const service = labels[`${COMPOSE}service`] ?? '';
  if (stack === '' || service === '' || isOneOff(labels)) {
    return { stack, service: name, number: 1, subject: stack === '' ? name : `${stack}/${name}`, owner };
  }
  const number = Number.parseInt(labels[`${COMPOSE}container-number`] ?? '1', 10) || 1;
  return { stack, service, number, subject: `${stack}/${service}/${number}`, owner };
}

/** Made by `compose run`: it carries the service's name and number 1, and would pass for the service's first container. */
function isOneOff(labels: Labels): boolean {
  return labels[`${COMPOSE}oneoff`]?.toLowerCase() === 'true';
}

/** The Compose project that labels name, `''` when they name none. */
export function stackOf(labels: Labels): string {
  return labels[`${COMPOSE}project`] ?? '';
}

/** The labels of which no more than the stack is known. */
export function labelsOfStack(stack: string): Labels {
  return stack === '' ? {} : { [`${COMPOSE}project`]: stack };
}
