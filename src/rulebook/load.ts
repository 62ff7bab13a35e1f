/** Rules on disk → a rulebook, and everything that is wrong with them. Never throws on what a person wrote. */

import type { EventKind } from '../core/catalog/catalog.ts';
import { messageOf } from '../core/errors.ts';
import { stableId } from '../core/event.ts';
import type { Problem } from '../core/problem.ts';
import type { Rule, Rulebook } from '../core/rule.ts';
import { toIso, type Instant } from '../core/time.ts';
import { buildRule, varsRead, type Draft, type Workshop } from './build.ts';
import { runEnvironment } from './cel-env.ts';
import { locate } from './document.ts';
import { hashOf } from './identity.ts';
import { linkExceptions, linkInhibitions, refuseCircles, type Registry } from './link.ts';
import { openNotebook, type Mistake, type SourceText } from './mistake.ts';
import { readPack, type Pack } from './pack.ts';
import type { ReadFolder } from './read-folder.ts';
import { regexFor } from './regex.ts';
import { render, renderSafe } from './render.ts';
import { checkMacros, override, refuseUnknownPacks, type Overrides } from './vars.ts';

export interface LoadOptions {
  /** `[vars.<pack>]` of the deployment. */
  readonly vars: Overrides;
  readonly now: Instant;
}

export interface LoadedRules {
  /** The rules that are right; complete when there are no problems. */
  readonly rulebook: Rulebook;
  readonly problems: readonly Problem[];
  /** Nothing wrong, but worth a look: exceptions that have ended. */
  readonly notices: readonly Problem[];
}

/** The file that deployments override variables in, for messages. */
const DEPLOYMENT = 'reactor.toml';

/** Reads and checks all packs of some folders. */
export async function loadRulebook(
  options: LoadOptions & { readonly folders: readonly string[]; readonly readFolder: ReadFolder },
): Promise<LoadedRules> {
  const read = await Promise.all(options.folders.map((folder) => readOne(folder, options.readFolder)));
  const loaded = await loadPacks(
    read.flatMap(({ files }) => files),
    options,
  );
  return { ...loaded, problems: [...read.flatMap(({ problems }) => problems), ...loaded.problems] };
}

/** Checks packs that were read already. */
export async function loadPacks(files: readonly SourceText[], options: LoadOptions): Promise<LoadedRules> {
  const regex = await regexFor(files.map((file) => file.text));
  const workshop: Workshop = { run: runEnvironment(regex), regex, checks: new Map() };
  const read = files.map(readPack);
  const deployment = openNotebook(DEPLOYMENT, options);
  const all = read.flatMap(({ pack }) => (pack === null ? [] : [pack]));
  if (all.length === read.length) refuseUnknownPacks(all, options.vars, deployment);
  const packs = override(distinct(all), options.vars, deployment).map((pack) => checkMacros(pack, workshop.run));
  const rulebook = toRulebook(linkAll(packs, workshop));
  const mistakes = [...read.flatMap(({ mistakes: found }) => found), ...deployment.mistakes];
  return {
    rulebook,
    problems: await locate(mistakes, files),
    notices: await locate(
      packs.flatMap((pack) => endedExceptions(pack, options.now)),
      files,
    ),
  };
}

async function readOne(
  folder: string,
  readFolder: ReadFolder,
): Promise<{ readonly files: readonly SourceText[]; readonly problems: readonly Problem[] }> {
  const problem = (message: string, hint: string): Problem => ({ file: folder, line: 0, key: '', message, hint });
  try {
    const files = await readFolder(folder);
    const missing = [problem('there is no such folder.', 'a folder with *.toml packs')];
    return files === null ? { files: [], problems: missing } : { files, problems: [] };
  } catch (error) {
    const reason = messageOf(error);
    return {
      files: [],
      problems: [problem(`cannot be read: ${reason}.`, 'packs that can be read; anything else under another name')],
    };
  }
}

/** Packs whose id no earlier pack has. */
function distinct(packs: readonly Pack[]): readonly Pack[] {
  return packs.filter((pack, i) => {
    const earlier = packs.slice(0, i).find((one) => one.id === pack.id);
    if (earlier === undefined) return true;
    pack.notebook.add(['pack', 'id'], `"${pack.id}" is the pack in ${earlier.notebook.file} already.`, 'another id');
    return false;
  });
}

function linkAll(packs: readonly Pack[], workshop: Workshop): readonly Rule[] {
  const drafts = new Map<string, Draft>();
  for (const pack of packs) {
    for (const placed of pack.rules) {
      const { id } = placed.doc;
      if (pack.ruleIds.indexOf(id) !== Number(placed.path[1])) {
        pack.notebook.add([...placed.path, 'id'], `"${id}" is a rule of this pack already.`, 'another id');
        continue;
      }
      const draft = buildRule(placed, pack, workshop);
      if (draft !== null) drafts.set(draft.rule.id, draft);
    }
  }
  const ids = new Set(packs.flatMap((pack) => pack.ruleIds.map((id) => `${pack.id}/${id}`)));
  const registry: Registry = { drafts, ids };
  const exceptions = linkExceptions(packs, registry, workshop);
  const circular = refuseCircles(registry);
  return [...drafts.values()].flatMap((draft) => {
    const inhibitedBy = linkInhibitions(draft, registry);
    if (inhibitedBy === null || circular.has(draft.rule.id)) return [];
    return [finish(draft, { ...draft.rule, inhibitedBy, exceptions: exceptions.get(draft.rule.id) ?? [] })];
  });
}

function finish(draft: Draft, rule: Parameters<typeof hashOf>[0]): Rule {
  const { names } = draft;
  return {
    ...rule,
    hash: hashOf(rule, varsRead(draft)),
    render: (template, scope) => render(template, scope, names),
    renderSafe: (template, scope) => renderSafe(template, scope, names),
  };
}

function toRulebook(rules: readonly Rule[]): Rulebook {
  const byKind = new Map<EventKind, Rule[]>();
  for (const rule of rules.filter((one) => one.mode !== 'off')) {
    for (const kind of rule.on) byKind.set(kind, [...(byKind.get(kind) ?? []), rule]);
  }
  const words = rules.map((rule) => [rule.hash, rule.title.source, rule.text.source, rule.owner, rule.runbook]);
  return { rules, byKind, hash: stableId(JSON.stringify(words)) };
}

function endedExceptions(pack: Pack, now: Instant): readonly Mistake[] {
  const notebook = openNotebook(pack.notebook.file, {
    exception: Object.fromEntries(pack.exceptions.map(({ doc, path }) => [String(path[1]), doc])),
  });
  for (const { doc, path } of pack.exceptions) {
    const until = doc.until.getTime();
    const ended = `ended on ${toIso(until).slice(0, 10)}.`;
    if (until <= now) notebook.add([...path, 'until'], ended, 'a later date, or nothing');
  }
  return notebook.mistakes;
}
