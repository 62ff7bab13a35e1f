/** Takes secrets out of text that is about to be written where people and agents read. Every pattern is linear: each start is followed at most a bounded number of times. */

const GONE = '[redacted]';

/** Words that, as or within a name, say that the value is a secret. `tokens: 4096` is a count. */
const KEY = [
  'pass(?:word|wd|phrase|code)',
  '(?<=[_;-])(?:pass|pwd)\\b',
  '\\bpasswd',
  'secret',
  'token(?!s\\b)',
  '(?:api|access|private|signing|encryption)[_-]?key',
  'credentials?\\b',
  '(?<=["\'])auth(?=["\'])',
].join('|');

/** What stands where a secret would, when there is none. */
const NO_SECRET =
  '(?!(?:none|not|no|missing|unset|empty|null|undefined|true|false|expired|invalid|required|rejected)\\b)';

/** A quoted value to its end (or the line's, when the quote is never closed), or a bare one; commas belong to it unless they end it. */
const VALUE = [
  '\\[redacted\\](?=[\\s)}\\]]|$)',
  '\\\\{0,2}"[^"\\n]*"?',
  "\\\\{0,2}'[^'\\n]*'?",
  '(?:[^\\s"\',;&]|[,;&](?!\\s|$|["\']|[\\w.-]{1,40}[=:]))+',
].join('|');

/** Each keeps what its first group says and drops the rest. */
const PATTERNS: readonly RegExp[] = [
  // A key that is never closed was cut off: everything behind it may be key.
  /()-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----|$)/g,
  /(:\/\/)(?:[^\s/?#:@"'<>]*:[^\s/"'<>]+|[^\s/?#"'<>]+)(?=@)/g,
  /(\bauthorization["'\\]{0,4}\s*[:=]\s*["'\\]{0,4}(?:(?:basic|bearer|token|digest|negotiate)\s+)?)[^\s"',]+/gi,
  /(\b(?:set-)?cookie["'\\]{0,4}\s*[:=]\s*["'\\]{0,4})(?:[^\s;]+;\s*)*[^\s;]+/gi,
  new RegExp(`((?:${KEY})[\\w-]{0,32}[\\\\"'\\]]{0,4}\\s*(?::=|=>|[:=])\\s*)${NO_SECRET}(?:${VALUE})`, 'gi'),
  new RegExp(`((?:${KEY})(?<=--[\\w-]{0,40})[\\w-]{0,32}\\s+)(?!-)(?:${VALUE})`, 'gi'),
  /(\bbearer\s+)[\w.~+/=-]{8,}/gi,
  /(\b[Bb](?:asic|ASIC)\s+)(?=[A-Za-z0-9+/]{1,200}[0-9A-Z=+/])[A-Za-z0-9+/]{8,}={0,2}/g,
  /(\btoken\s+["']?)[\w-]{20,}/gi,
  /()(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){0,3}/g,
  /()(?<![A-Za-z0-9])sk-(?=[\w-]{0,200}\d)[\w-]{16,}/g,
  /()(?<![A-Za-z0-9])(?:gh[pousr]_|github_pat_|npm_|syt_|mct_|hf_|dop_v1_)\w{16,}/g,
  /()(?<![A-Za-z0-9])(?:gl(?:pat|ptt|soat|rt|cbt|dt|agent|ft|imt)-|xox[a-z]-|AIza)[\w-]{10,}/g,
  /()(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[0-9A-Z]{16,}|AGE-SECRET-KEY-1\w{20,})/g,
];

/**
 * The text with secrets replaced by `[redacted]`: by key (`password=…`, `FORGE_TOKEN: …`, `--token …`, `Authorization: …`, user info in URLs)
 * and by shape (private key blocks, JWTs, tokens with a known prefix). Hashes that no such word announces stay. Doing it twice changes nothing.
 */
export function redact(text: string): string {
  return PATTERNS.reduce((rest, pattern) => rest.replaceAll(pattern, `$1${GONE}`), text);
}
