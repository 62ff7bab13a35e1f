/** Variables and macros of a pack: what a deployment may change, and what is refused before a rule uses it. */

import type { Environment } from '@marcbachmann/cel-js';
import { faultOf } from './cel-words.ts';
import { typeOfScalar, type Scalar } from './field-use.ts';
import { expandMacros } from './macros.ts';
import { nearest, type Notebook } from './mistake.ts';
import type { Pack } from './pack.ts';

/** `[vars.<pack>]` of a deployment. */
export type Overrides = Readonly<Record<string, Readonly<Record<string, Scalar>>>>;

/** Packs with the values of the deployment; each keeps the type that the pack gave it. `notebook` is that of the deployment's file. */
export function override(packs: readonly Pack[], overrides: Overrides, notebook: Notebook): readonly Pack[] {
  return packs.map((pack) => {
    const values = Object.entries(overrides[pack.id] ?? {}).filter(([name, value]) =>
      fits(name, value, pack, notebook),
    );
    return { ...pack, vars: { ...pack.vars, ...Object.fromEntries(values) } };
  });
}

/** Says which `[vars.<pack>]` tables name no pack. */
export function refuseUnknownPacks(packs: readonly Pack[], overrides: Overrides, notebook: Notebook): void {
  const ids = packs.map((pack) => pack.id);
  for (const id of Object.keys(overrides).filter((one) => !ids.includes(one))) {
    notebook.add(['vars', id], 'there is no such pack.', nearest(id, ids));
  }
}

/** A pack whose macros can be parsed; those that cannot are said once, here, and not by every rule that uses them. */
export function checkMacros(pack: Pack, run: Environment): Pack {
  const checked = Object.entries(pack.macros).map(([name, body]) => {
    const expanded = expandMacros(body, pack.macros);
    const fault = 'message' in expanded ? expanded : syntaxFault(expanded.text, run);
    if (fault !== null) pack.notebook.add(['macros', name], fault.message, fault.hint);
    return [name, fault === null ? body : 'true'] as const;
  });
  return { ...pack, macros: Object.fromEntries(checked) };
}

function syntaxFault(text: string, run: Environment): { readonly message: string; readonly hint: string } | null {
  try {
    run.parse(text);
    return null;
  } catch (error) {
    return faultOf(error, text);
  }
}

function fits(name: string, value: Scalar, pack: Pack, notebook: Notebook): boolean {
  const known = Object.hasOwn(pack.vars, name) ? pack.vars[name] : undefined;
  if (known === undefined) {
    const message = `${pack.id} has no variable "${name}".`;
    notebook.add(['vars', pack.id, name], message, nearest(name, Object.keys(pack.vars)));
    return false;
  }
  if (typeOfScalar(known) === typeOfScalar(value)) return true;
  const message = `${JSON.stringify(value)} is not of the type that the pack gives it.`;
  notebook.add(['vars', pack.id, name], message, `something like ${JSON.stringify(known)}`);
  return false;
}
