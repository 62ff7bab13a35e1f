/** Items of the vault that only their pull request knows: branch `vault/<id>` of the ops repository. */

import type { EventData } from '../../core/catalog/catalog.ts';
import { inParallel } from '../../core/in-parallel.ts';
import { toFact, type Fact } from '../../factory/ledger.ts';
import { fieldsOf, type Fields } from './fields.ts';
import { headBranch } from './head-branch.ts';
import type { OpsLookOptions, PartSeen } from './ops-look.ts';
import { latestOf } from './draft.ts';
import { AT_ONCE } from './part.ts';

interface VaultPull {
  readonly id: string;
  readonly number: number;
  readonly state: 'pending' | 'approved' | 'rejected';
  readonly title: string;
  readonly changed: string;
}

/** Of those that were closed so many of the newest are remembered. */
const MOST_CLOSED = 100;

/** A look at them. What is open is pending, what was merged approved, what was closed without that rejected: nobody is asked who may. */
export function createVaultPulls(options: OpsLookOptions): () => Promise<PartSeen> {
  const { repo, forge, isMain, local, signal } = options;
  const front = isMain ? '' : `${repo}/`;
  const closed = new Map<number, VaultPull>();
  const known = new Set(
    options.before.flatMap((event) => (event.kind === 'vault.item' && event.data.pr > 0 ? [event.data.pr] : [])),
  );
  const readClosed = async (number: number): Promise<void> => {
    const raw = await forge.pull(repo, number, signal);
    const pull = raw === null ? null : readPull(fieldsOf(raw));
    known.delete(number);
    if (pull !== null && pull.state !== 'pending') closed.set(number, pull);
  };
  return async () => {
    const list = await forge.openPulls(repo, signal);
    const open = list.map((raw) => readPull(fieldsOf(raw))).filter((pull) => pull !== null);
    const numbers = new Set(open.map(({ number }) => number));
    for (const number of numbers) closed.delete(number);
    const closedNow = [...known].filter((number) => !numbers.has(number)).slice(0, MOST_CLOSED);
    await inParallel(closedNow, AT_ONCE, readClosed);
    for (const number of numbers) known.add(number);
    for (const number of [...closed.keys()].toSorted((a, b) => a - b).slice(0, -MOST_CLOSED)) closed.delete(number);
    const byId = new Map([...closed.values(), ...open].map((pull) => [pull.id, pull]));
    const facts = [...byId.values()]
      .filter(({ id }) => !local.hasItem(front + id))
      .map((pull) => toItem({ ...pull, id: front + pull.id }, pull.id, repo));
    return { facts, isAsked: true, isWhole: true };
  };
}

/** Null for another pull request, and for the branch of a fork. */
function readPull(pull: Fields): VaultPull | null {
  const number = pull.number('number');
  const id = /^vault\/([\w.-]{1,120})$/.exec(headBranch(pull))?.[1];
  if (id === undefined || number === 0) return null;
  return {
    id,
    number,
    state: stateOf(pull),
    title: pull.words('title').replace(/^vault: /, ''),
    changed: latestOf(pull.time('updated_at'), pull.time('closed_at'), pull.time('merged_at')),
  };
}

function stateOf(pull: Fields): VaultPull['state'] {
  if (pull.words('state') === 'open') return 'pending';
  return pull.bool('merged') ? 'approved' : 'rejected';
}

/** Its file was not read: nothing is said against it, and its tier is the highest. */
function toItem({ id, number, state, title, changed }: VaultPull, name: string, repo: string): Fact {
  const data: Omit<EventData<'vault.item'>, 'host'> = {
    id,
    exists: true,
    state,
    folder: '',
    repo,
    pr: number,
    shape: 'action',
    conforming: true,
    reason: '',
    title,
    formula: '',
    tier: 'high',
    tier_reason: 'only its pull request is known',
    claimed_tier: '',
    exit_code: -1,
    changed_at: changed,
    finding: '',
    path: `vault/actions/${name}.toml`,
  };
  return toFact('vault.item', data);
}
