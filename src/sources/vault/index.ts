/** The vault in the ops repository's folder, as `vault.item`. */

import { join } from 'node:path';
import type { EventData } from '../../core/catalog/catalog.ts';
import type { Source, SourceContext } from '../../core/source.ts';
import { SECOND, toIso, type Millis } from '../../core/time.ts';
import { openLedger, toFact, type Fact } from '../../factory/ledger.ts';
import { believedThere, createLooks, createSay } from '../../factory/looks.ts';
import { createMemo, type Memo } from '../../factory/memo.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Files, FileSight } from '../../ports/files.ts';
import type { Log } from '../../ports/log.ts';
import type { EventLog } from '../../ports/store.ts';
import { FOLDERS, idOf, isFurther, parseExitCode, readItem, stateOf, type Folder } from './item.ts';
import { decideTier, parsePolicy, type Policy } from './policy.ts';

export interface VaultSourceOptions {
  /** Name of the box. */
  readonly host: string;
  /** Folder of the ops repository. */
  readonly root: string;
  /** Folder with a file for each formula; null when it is not known. */
  readonly formulaFolder: string | null;
  /** True when the factory's clone is somewhere else: in the folder is what the reactor filed, and nothing more. Never when not given. */
  readonly isOwn?: () => Promise<boolean>;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  readonly latest: EventLog['latest'];
}

/** Of its events: what only a pull request shows is said by another source. */
const SCHEME = 'vault';
const EVERY: Millis = SECOND;
const MOST_BYTES = 256 * 1024;
/** Items that are done and over are said as long as they are among the newest of their folder. */
const MOST_CLOSED = 100;
const CLOSED: ReadonlySet<Folder> = new Set<Folder>(['fired', 'rejected', 'withdrawn']);

/** The source; each run says everything once, then only what changed. */
export function vaultSource(options: VaultSourceOptions): Source {
  const looks = createLooks((span, signal) => options.clock.sleep(span, signal));
  return {
    name: 'vault',
    run: (context) => looks.run(createLook(options, context), EVERY, context.signal),
    sweep: () => looks.again(),
  };
}

function createLook(options: VaultSourceOptions, context: SourceContext): () => Promise<void> {
  const { host, root, files, clock, log, latest } = options;
  const before = believedThere(latest('vault.item'), host, '').filter(({ source }) =>
    source.startsWith(`${SCHEME}://`),
  );
  const ledger = openLedger({ host, scheme: SCHEME, run: toIso(clock.now()), before });
  const say = createSay({ ledger, context, warn: (fields, message) => log.warn(fields, message) });
  const memo = createMemo<string>();
  const lossOf = createLoss(files, join(root, 'vault'), before.length > 0);
  return async () => {
    const listings = await Promise.all(FOLDERS.map((folder) => listFolder(files, root, folder)));
    const flaws: string[] = [...(await lossOf()), ...listings.flatMap((one) => one.flaw)];
    const policy = await readPolicy(files, root);
    const formulas = await readFormulas(options);
    const sights = listings.flatMap((one) => one.items);
    memo.keep(new Set(sights.map((item) => item.path)));
    const items = await Promise.all(sights.map((item) => readOne({ item, files, memo, formulas, policy })));
    const seen = items.filter((item) => typeof item === 'object').filter((item) => item !== null);
    flaws.push(...items.filter((item) => typeof item === 'string'));
    const hasAll = flaws.length === 0 && seen.length === items.length;
    await say(furthest(seen), () => hasAll, clock.now());
    const blind = (await options.isOwn?.()) === true ? [`${root} ${NO_CLONE}`] : [];
    if (flaws.length + blind.length > 0) context.report('degraded', [...flaws, ...blind].join('; '));
    else context.report('available', `reading the vault in ${root}`);
  };
}

/** Before the first item there is no folder; one that was there and is not is a disk that is not mounted, and no empty vault. */
function createLoss(files: Files, folder: string, wasThere: boolean): () => Promise<readonly string[]> {
  let isExpected = wasThere;
  return async () => {
    const listing = await files.list(folder, () => false);
    isExpected ||= listing.seen;
    return isExpected && !listing.seen && listing.why === 'missing' ? [listing.reason] : [];
  };
}

const NO_CLONE =
  'is no clone of the ops repo, only what the reactor filed is in it: mount the clone, and set OPS_REPO_ROOT';

interface Item {
  readonly folder: Folder;
  readonly id: string;
  readonly path: string;
  /** Below the ops repository. */
  readonly shown: string;
  readonly sight: FileSight;
  readonly result: FileSight | undefined;
}

async function listFolder(
  files: Files,
  root: string,
  folder: Folder,
): Promise<{ readonly items: readonly Item[]; readonly flaw: readonly string[] }> {
  const path = join(root, 'vault', folder);
  const listing = await files.list(path, () => true);
  if (!listing.seen) return { items: [], flaw: listing.why === 'missing' ? [] : [listing.reason] };
  const items = listing.files.flatMap((sight): readonly Item[] => {
    const id = sight.what === 'file' ? idOf(sight.name) : null;
    const result = listing.files.find((file) => file.name === `${id}.result.json`);
    const shown = `vault/${folder}/${sight.name}`;
    return id === null ? [] : [{ folder, id, path: join(path, sight.name), shown, sight, result }];
  });
  if (!CLOSED.has(folder)) return { items, flaw: [] };
  return { items: items.toSorted((a, b) => b.sight.modified - a.sight.modified).slice(0, MOST_CLOSED), flaw: [] };
}

interface Reader {
  readonly item: Item;
  readonly files: Files;
  readonly memo: Memo<string>;
  readonly formulas: ReadonlySet<string> | null;
  readonly policy: Policy | null;
}

type ItemData = Omit<EventData<'vault.item'>, 'host'>;

/** Why it cannot be read, in words; null when it is gone by now. */
async function readOne({ item, files, memo, formulas, policy }: Reader): Promise<ItemData | string | null> {
  let flaw: string | null = null;
  const text = await memo.of(item.path, item.sight.version, async () => {
    const reading = await files.read(item.path, MOST_BYTES);
    if (reading.got === 'refused') flaw = `${item.path}: ${reading.reason}`;
    return reading.got === 'text' ? reading.text : null;
  });
  if (text === null) return flaw;
  const { shape, reason, title, formula, claimed } = readItem(item.sight.name, text, formulas);
  const exitCode = item.result === undefined ? null : await readExitCode(files, item.path);
  const { tier, reason: tierReason } = decideTier(formula, claimed, policy);
  return {
    id: item.id,
    exists: true,
    state: stateOf(item.folder, shape, exitCode),
    folder: item.folder,
    repo: '',
    pr: 0,
    shape,
    conforming: reason === '',
    reason,
    title,
    formula,
    tier,
    tier_reason: tierReason,
    claimed_tier: claimed,
    exit_code: exitCode ?? -1,
    changed_at: toIso(item.sight.modified),
    finding: '',
    path: item.shown,
  };
}

/** A result that makes no sense is a failure: the dispatcher will not run that action again. */
async function readExitCode(files: Files, path: string): Promise<number> {
  const reading = await files.read(path.replace(/\.toml$/, '.result.json'), MOST_BYTES);
  return (reading.got === 'text' ? parseExitCode(reading.text) : null) ?? 1;
}

async function readPolicy(files: Files, root: string): Promise<Policy | null> {
  const reading = await files.read(join(root, 'vault/policy.toml'), MOST_BYTES);
  return reading.got === 'text' ? parsePolicy(reading.text) : null;
}

async function readFormulas({ files, formulaFolder }: VaultSourceOptions): Promise<ReadonlySet<string> | null> {
  if (formulaFolder === null) return null;
  const listing = await files.list(formulaFolder, (name) => /\.(?:toml|sh)$/.test(name));
  return listing.seen ? new Set(listing.files.map((file) => file.name.replace(/\.(?:toml|sh)$/, ''))) : null;
}

function furthest(items: readonly ItemData[]): readonly Fact[] {
  const byId = new Map<string, ItemData>();
  for (const item of items) {
    const known = byId.get(item.id);
    if (known === undefined || isFurther(item.state, known.state)) byId.set(item.id, item);
  }
  return [...byId.values()].map((data) => toFact('vault.item', data));
}
