/** Settings that are right one by one and wrong together. */

import type { Problem } from '../core/problem.ts';
import type { Config } from './config.ts';

/** Everything in a configuration that cannot be meant. */
export function contradictions(config: Config): readonly Problem[] {
  return [...halfOfMatrix(config), ...ownSiblings(config)];
}

/** A channel that was half set up would stay silent, and look fine. */
function halfOfMatrix({ origins }: Config): readonly Problem[] {
  const missing = MATRIX.filter(({ key }) => origins[key] === 'default');
  if (missing.length === 0 || missing.length === MATRIX.length) return [];
  return missing.map(({ key, env, example }) => ({
    file: 'environment',
    line: 0,
    key: env,
    message: `is not set, but other settings of Matrix are`,
    hint: `${env}=${example}, or [matrix] ${key.replace('matrix.', '')} in reactor.toml`,
  }));
}

function ownSiblings({ ownStacks, siblings, origins }: Config): readonly Problem[] {
  const both = ownStacks.filter((stack) => siblings.has(stack));
  return both.map((stack) => ({
    file: origins['siblings'] ?? '',
    line: 0,
    key: `siblings.${stack}`,
    message: 'is a sibling, and among own_stacks',
    hint: "it in one of the two: what is ours is repaired, what is a sibling's is only reported",
  }));
}

const MATRIX = [
  { key: 'matrix.homeserver', env: 'MATRIX_HOMESERVER', example: 'https://matrix.example' },
  { key: 'matrix.token', env: 'MATRIX_TOKEN', example: 'the access token of the bot' },
  { key: 'matrix.rooms.ops', env: 'MATRIX_ROOM_ID', example: '!abc123:server.example' },
];
