/** What `doctor` asks of the world: one short question each. Asking changes nothing, and nothing rejects. */

/** How a server answered, or why none did. */
export type WebAnswer =
  | {
      readonly reached: true;
      readonly status: number;
      /** Parsed JSON, else the text. */
      readonly body: unknown;
    }
  /** `code` is the system's: `ENOENT`, `EACCES`, `ECONNREFUSED`, `ENOTFOUND`; `TIMEOUT` when there was no answer in time. */
  | { readonly reached: false; readonly code: string; readonly reason: string };

/** Something in the filesystem, as this process may use it. */
export interface Place {
  readonly is: 'folder' | 'file' | 'other' | 'missing' | 'hidden';
  readonly readable: boolean;
  /** Of what is missing: whether it could be made. */
  readonly writable: boolean;
  /** Group that owns it, -1 when it is missing or hidden. */
  readonly gid: number;
}

export interface Probe {
  /** GET of a path with its query on a Docker Engine: `unix:///var/run/docker.sock` or `tcp://host:port`. */
  docker(url: string, path: string, signal: AbortSignal): Promise<WebAnswer>;
  /** GET of an address. */
  web(url: string, signal: AbortSignal): Promise<WebAnswer>;
  /** `''` when the address is free to listen on, else the system's code: `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`. */
  listen(address: { readonly host: string; readonly port: number }): Promise<string>;
  place(path: string): Promise<Place>;
}
