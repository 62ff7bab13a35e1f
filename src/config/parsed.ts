/** What a person wrote, turned into a value, or into what is wrong with it and what to write instead. */

import { isAbsolute, join } from 'node:path';
import { parseDuration } from '../core/duration.ts';
import { SECOND, type Millis } from '../core/time.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** Reads text of the environment or a value of a TOML file. `base` is the folder that relative paths start from. Never throws. */
export type Parse<T> = (raw: unknown, base: string) => Parsed<T>;

/** A text that is not empty; spaces around it do not count. */
export const parseText: Parse<string> = (raw) => {
  if (typeof raw !== 'string') return wrong(raw, 'a text', '"text in quotes"');
  return raw.trim() === '' ? refuse('is empty', 'a text, or leave the line out') : accept(raw.trim());
};

/** A path, made absolute. */
export const parsePath: Parse<string> = (raw, base) => {
  const text = parseText(raw, base);
  return text.ok ? accept(isAbsolute(text.value) ? text.value : join(base, text.value)) : text;
};

/** A list of texts: an array, or text with commas or line breaks. */
export const parseList: Parse<readonly string[]> = (raw) => {
  if (typeof raw === 'string') return accept(splitList(raw));
  if (Array.isArray(raw) && raw.every((item): item is string => typeof item === 'string')) return accept(raw);
  return wrong(raw, 'a list of texts', '["one", "two"]');
};

/** A list with at least one text in it: an empty list of secrets would pass for "no secret needed". */
export const parseSome: Parse<readonly string[]> = (raw, base) => {
  const list = parseList(raw, base);
  return list.ok && list.value.length === 0 ? refuse('is empty', 'at least one, or leave it out') : list;
};

/** A name that goes into keys and addresses: letters, digits, dots, dashes. */
export const parseName: Parse<string> = (raw) => {
  const text = typeof raw === 'string' ? raw.trim() : '';
  return /^[\w.-]+$/.test(text) ? accept(text) : wrong(raw, 'a name of letters, digits, dots and dashes', 'box-1');
};

/** A list of paths, made absolute. */
export const parsePaths: Parse<readonly string[]> = (raw, base) => {
  const list = parseList(raw, base);
  return list.ok ? accept(list.value.map((path) => (isAbsolute(path) ? path : join(base, path)))) : list;
};

/** `host:port`, `[::1]:port`. Port 0 stands for any free port. */
export const parseListen: Parse<{ readonly host: string; readonly port: number }> = (raw) => {
  const match = typeof raw === 'string' ? LISTEN.exec(raw.trim()) : null;
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) return wrong(raw, 'host:port', '127.0.0.1:8787');
  return accept({ host: (match[1] ?? '').replaceAll(/[[\]]/g, ''), port });
};

/** An address that starts with `http://` or `https://`; a slash at its end is dropped. */
export const parseUrlLike =
  (example: string): Parse<string> =>
  (raw) => {
    const text = typeof raw === 'string' ? raw.trim() : '';
    const isHttp = /^https?:\/\//.test(text) && URL.canParse(text);
    return isHttp ? accept(withoutLogin(text).replace(/\/+$/, '')) : wrong(raw, 'a web address', example);
  };

/** fetch takes no address with a login in it, the token is the login, and an address is shown to everybody. */
const withoutLogin = (url: string): string => url.replace(/^(https?:\/\/)[^/?#]*@/, '$1');

/** The address of a forge. */
export const parseUrl: Parse<string> = parseUrlLike('https://forge.example');

/** A list of such addresses. */
export const parseUrls: Parse<readonly string[]> = (raw, base) => {
  const list = parseList(raw, base);
  if (!list.ok) return list;
  const urls = list.value.map((item) => parseUrl(item, base));
  return urls.find((url) => !url.ok) ?? accept(urls.flatMap((url) => (url.ok ? [url.value] : [])));
};

/** Where a Docker Engine listens: `unix:///path` or `tcp://host:port`. */
export const parseDockerUrl: Parse<string> = (raw) => {
  const text = typeof raw === 'string' ? raw.trim() : '';
  if (/^unix:\/\/\/.+/.test(text) || /^tcp:\/\/[^/:]+:\d+\/?$/.test(text)) return accept(text.replace(/\/$/, ''));
  if (text.startsWith('/')) return wrong(raw, 'an address of a Docker Engine', `unix://${text}`);
  return wrong(raw, 'an address of a Docker Engine', 'unix:///var/run/docker.sock or tcp://host:2375');
};

/** owner/name of a repository. */
export const parseRepo: Parse<string> = (raw) => {
  const text = typeof raw === 'string' ? raw.trim() : '';
  return /^[\w.-]+\/[\w.-]+$/.test(text) ? accept(text) : wrong(raw, 'a repository', 'owner/name');
};

/** A Matrix room id. Aliases (`#ops:…`) can be pointed elsewhere by others, and are refused. */
export const parseRoom: Parse<string> = (raw) => {
  const text = typeof raw === 'string' ? raw.trim() : '';
  return /^![^\s:]+(:\S+)?$/.test(text) ? accept(text) : wrong(raw, 'a Matrix room id', '!abc123:server.example');
};

/** A whole number from `least` on. */
export const parseCount =
  (least: number, example: number): Parse<number> =>
  (raw) => {
    const count = typeof raw === 'string' && /^\d+$/.test(raw.trim()) ? Number(raw) : raw;
    if (typeof count === 'number' && Number.isSafeInteger(count) && count >= least) return accept(count);
    return wrong(raw, `a whole number from ${least} on`, String(example));
  };

/** A span of time, in ms; at least a second. */
export const parseSpan: Parse<Millis> = (raw) => {
  const span = typeof raw === 'string' ? parseDuration(raw.trim()) : null;
  return span === null || span < SECOND ? wrong(raw, 'a span of time from 1s on', '3m') : accept(span);
};

/** One of a few words. */
export const parseWord =
  <const W extends string>(words: readonly W[]): Parse<W> =>
  (raw) => {
    const text = typeof raw === 'string' ? raw.trim().toLowerCase() : '';
    const word = words.find((known) => known === text);
    return word === undefined ? wrong(raw, 'one of the known words', words.join(', ')) : accept(word);
  };

/** Says yes. */
export const accept = <T>(value: T): Parsed<T> => ({ ok: true, value });

/** Says no, and what to write instead. */
export const refuse = (message: string, hint: string): Parsed<never> => ({ ok: false, message, hint });

/** A text with the user name and password of every address in it blotted out. */
export const withoutCredentials = (text: string): string => text.replaceAll(/\/\/[^@/\s]*@/g, '//***@');

/** The parts of a text with commas or line breaks between them. */
const splitList = (text: string): readonly string[] =>
  text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const LISTEN = /^(\[[0-9a-fA-F:.]+\]|[^:\s[\]]+):(\d{1,5})$/;

function wrong(raw: unknown, wanted: string, hint: string): Parsed<never> {
  return refuse(`${show(raw)} is not ${wanted}`, hint);
}

function show(raw: unknown): string {
  if (Array.isArray(raw)) return 'a list';
  if (raw instanceof Object) return 'a table';
  if (typeof raw !== 'string') return String(raw);
  return JSON.stringify(withoutCredentials(raw.length > 80 ? `${raw.slice(0, 80)}…` : raw));
}
