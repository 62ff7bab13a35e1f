/** Where a Docker engine is: what `DOCKER_HOST` says, as dockerode takes it. */

export interface DockerAddress {
  readonly isLocal: boolean;
  /** For people. */
  readonly place: string;
  /** Options of dockerode; each one is given, because it fills what is missing from the environment. */
  readonly options: {
    readonly socketPath: string;
    readonly host: string;
    readonly port: string;
    readonly protocol: 'http' | 'https';
  };
}

const TLS_PORT = '2376';

/** Reads `unix:///path`, a plain path, `tcp://host:port`, `http://…` or `https://…`; throws with what to write instead. */
export function parseDockerAddress(url: string): DockerAddress {
  if (url.startsWith('unix://')) return socketAt(url.slice('unix://'.length));
  if (url.startsWith('/')) return socketAt(url);
  if (!/^(tcp|https?):\/\//.test(url)) throw new Error(wrongAddress(url));
  const parsed = URL.parse(url.replace(/^tcp:/, 'http:'));
  if (parsed === null || parsed.hostname === '') throw new Error(wrongAddress(url));
  const isTls = url.startsWith('https:') || parsed.port === TLS_PORT;
  const usual = isTls ? TLS_PORT : '2375';
  const port = parsed.port === '' ? usual : parsed.port;
  const options = {
    socketPath: '',
    host: parsed.hostname,
    port,
    protocol: isTls ? ('https' as const) : ('http' as const),
  };
  return { isLocal: false, place: `${parsed.hostname}:${port}`, options };
}

function socketAt(path: string): DockerAddress {
  const socketPath = path === '' ? '/var/run/docker.sock' : path;
  return { isLocal: true, place: socketPath, options: { socketPath, host: '', port: '', protocol: 'http' } };
}

function wrongAddress(url: string): string {
  return `cannot use "${url}" as a Docker address: write unix:///var/run/docker.sock or tcp://host:2375`;
}
