/** `[[forges]]`: forges beside that of FORGE_URL, each with a token of its own. */

import { dirname, resolve } from 'node:path';
import { nameOfForge } from '../core/repo-name.ts';
import type { Checker, Path } from './checker.ts';
import type { ForgeConfig, OtherForge } from './config.ts';
import { readText, type ConfigFiles } from './lookup.ts';
import { parseSome, parseText, parseUrl, type Parse } from './parsed.ts';
import { isTable, type Table, type TomlDocument } from './toml.ts';

export interface TellingOf {
  readonly files: ConfigFiles;
  /** The one of FORGE_URL, which is none of these. */
  readonly main: ForgeConfig | null;
}

const KEYS = ['url', 'token', 'token_file', 'webhook_secret', 'webhook_secret_file'];

/** What `[[forges]]` tells of; none when it is not there. Two of one address are a mistake. */
export function readForges(check: Checker, document: TomlDocument, telling: TellingOf): readonly OtherForge[] {
  const list = document.root['forges'];
  if (list === undefined) return [];
  if (!Array.isArray(list) || !list.every(isTable)) {
    check.complain(['forges'], 'is not a list of tables', '[[forges]]');
    return [];
  }
  const names = new Set(telling.main === null ? [] : [nameOfForge(telling.main.url)]);
  return list.flatMap((table, i) => {
    const path = ['forges', String(i)];
    check.only(path, table, KEYS);
    const url = check.read([...path, 'url'], table['url'] ?? '', parseUrl);
    if (url === null) return [];
    const name = nameOfForge(url);
    if (names.has(name)) check.complain([...path, 'url'], `"${name}" is told of already`, 'each forge once');
    names.add(name);
    const secret = <T>(key: string, parse: Parse<T>): T | null =>
      readSecret({ check, document, files: telling.files, table, path }, key, parse);
    const token = secret('token', parseText) ?? '';
    return [{ name, url, token, webhookSecrets: secret('webhook_secret', parseSome) ?? [] }];
  });
}

interface SecretAt {
  readonly check: Checker;
  readonly document: TomlDocument;
  readonly files: ConfigFiles;
  readonly table: Table;
  readonly path: Path;
}

/** The value, or what is in the file that `key_file` names; null when neither is there, or it is wrong. Nothing secret is complained about in words. */
function readSecret<T>({ check, document, files, table, path }: SecretAt, key: string, parse: Parse<T>): T | null {
  const file = table[`${key}_file`];
  const at = [...path, file === undefined ? key : `${key}_file`];
  if (file === undefined && table[key] === undefined) return null;
  if (file !== undefined && table[key] !== undefined) {
    check.complain(at, `is set beside ${key}`, 'one of the two');
    return null;
  }
  const text = file === undefined ? { text: table[key] } : readFile(files, document, file);
  if ('failure' in text) {
    check.complain(at, text.failure, 'the path of a file that holds the secret');
    return null;
  }
  const parsed = parse(text.text, '');
  if (parsed.ok) return parsed.value;
  check.complain(at, 'is empty or not a text', parsed.hint);
  return null;
}

function readFile(
  files: ConfigFiles,
  document: TomlDocument,
  path: unknown,
): { readonly text: unknown } | { readonly failure: string } {
  if (typeof path !== 'string') return { failure: 'is not a path' };
  return readText(files, resolve(dirname(document.file), path));
}
