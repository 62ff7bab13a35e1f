/** Who may import whom, and who alone may touch what. The linter runs this table; CONTRIBUTING.md shows it. Type imports count too. */

/** A folder of `src/`, or a file that stands beside the folders: `src/app.ts` is the layer `app`. */
export const LAYERS = {
  core: [],
  ports: ['core'],
  rulebook: ['core'],
  config: ['core'],
  factory: ['core'],
  log: ['core', 'ports'],
  engine: ['core', 'ports', 'rulebook', 'factory'],
  sources: ['core', 'ports', 'factory'],
  effects: ['core', 'ports', 'factory'],
  store: ['core', 'ports', 'factory'],
  adapters: ['core', 'ports', 'factory'],
  http: ['core', 'ports', 'factory'],
  app: [
    'core',
    'ports',
    'rulebook',
    'config',
    'factory',
    'log',
    'engine',
    'sources',
    'effects',
    'store',
    'adapters',
    'http',
  ],
  cli: ['core', 'ports', 'rulebook', 'config', 'factory', 'log', 'engine', 'store', 'app'],
  main: ['core', 'config', 'log', 'app', 'cli'],
} as const satisfies Record<string, readonly string[]>;

export type Layer = keyof typeof LAYERS;

/** Layers made of folders that do not know each other; only the `index.ts` beside the folders sees them all. */
export const FOLDERS_APART: readonly Layer[] = ['sources', 'effects'];

/** Packages and the layers that may import them. A package that is not listed may be imported by nobody. */
export const PACKAGES: Readonly<Record<string, readonly Layer[]>> = {
  '@hono/node-server': ['http'],
  '@marcbachmann/cel-js': ['rulebook'],
  '@octokit/webhooks-methods': ['http'],
  commander: ['cli', 'main'],
  dockerode: ['adapters'],
  'fastest-levenshtein': ['rulebook', 'config', 'cli', 'http'],
  'forgejo-js': ['adapters'],
  hono: ['http'],
  pino: ['log', 'app'],
  'prom-client': ['http', 'app'],
  re2js: ['rulebook'],
  rxjs: ['engine', 'app'],
  'smol-toml': ['rulebook', 'config'],
  'toml-eslint-parser': ['rulebook', 'config'],
  yaml: ['sources'],
  zod: ['rulebook', 'config', 'sources', 'effects', 'adapters', 'http'],
};

/** Node's own modules that compute and touch nothing: everybody may import them. */
export const PURE_BUILTINS: readonly string[] = [
  'assert',
  'buffer',
  'crypto',
  'events',
  'path',
  'stream',
  'string_decoder',
  'url',
  'util',
];

/** Node's own modules that touch the world, and the layers that may import them. One that is not listed may be imported by nobody. */
export const BUILTINS: Readonly<Record<string, readonly Layer[]>> = {
  child_process: ['adapters'],
  dns: ['adapters'],
  fs: ['adapters', 'store'],
  http: ['adapters'],
  https: ['adapters'],
  module: ['main'],
  net: ['adapters'],
  os: ['adapters', 'app'],
  sqlite: ['store'],
  timers: ['adapters'],
  tls: ['adapters'],
};

/** Globals that touch the world or tell the time, and the layers that may use them. Everywhere else they come in through a port. */
export const GLOBALS: Readonly<Record<string, readonly Layer[]>> = {
  'process.env': ['config'],
  'process.exit': ['main'],
  'process.kill': ['adapters'],
  fetch: ['adapters'],
  WebSocket: ['adapters'],
  EventSource: ['adapters'],
  'Date.now': ['adapters', 'app', 'cli', 'log', 'main'],
  'new Date()': ['adapters', 'app', 'cli', 'log', 'main'],
  'performance.now': ['adapters', 'app'],
  'Math.random': ['adapters', 'app'],
  setTimeout: ['adapters', 'app'],
  setInterval: ['adapters', 'app'],
  'AbortSignal.timeout': ['adapters', 'app', 'cli'],
};
