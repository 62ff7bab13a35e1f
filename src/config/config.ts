/** Everything that can be set, after reading `reactor.toml`, the environment and `projects/*.toml`. */

import type { Sibling } from '../core/owner.ts';
import type { Millis } from '../core/time.ts';

export interface Project {
  readonly name: string;
  /** `''`: it is at the forge of FORGE_URL; else the name of another one. */
  readonly forge: string;
  /** owner/name, with the name of another forge in front; `''` when the file does not say. */
  readonly repo: string;
  readonly repoRoot: string;
  readonly primaryBranch: string;
  /** As `repo`. */
  readonly opsRepo: string;
  readonly opsRepoRoot: string;
  /** Woodpecker's own number of the repository; 0 says that the project has no CI; null leaves it to be looked up by name. */
  readonly ciRepoId: number | null;
}

export interface DockerHost {
  /** Name of the box, part of every key. */
  readonly host: string;
  /** `unix:///var/run/docker.sock` or `tcp://…`. */
  readonly url: string;
}

export interface MatrixConfig {
  readonly homeserver: string;
  readonly token: string;
  /** Room by the name rules use; `ops` is the default room. */
  readonly rooms: Readonly<Record<string, string>>;
}

/** Where a setting was found. */
export type Origin = 'default' | 'environment' | 'reactor.toml' | 'projects';

/** The forge's API, for what webhooks do not say. */
export interface ForgeConfig {
  readonly url: string;
  /** `''` when it was not set. */
  readonly token: string;
  readonly supervisorToken: string;
  /** owner/name, `''` when it was not set. */
  readonly repo: string;
  readonly opsRepo: string;
  readonly adminUsers: readonly string[];
}

/** A forge beside that of FORGE_URL: one that `[[forges]]` tells of, or that a project is at. */
export interface OtherForge {
  /** Host and port, and the path when it has one: `codeberg.org`. Stands before the name of each of its repositories. */
  readonly name: string;
  readonly url: string;
  /** For this address alone; `''` when it was not set. */
  readonly token: string;
  /** What its webhooks are signed with, beside FORGEJO_WEBHOOK_SECRET. */
  readonly webhookSecrets: readonly string[];
}

/** Woodpecker's API. */
export interface CiConfig {
  readonly server: string;
  /** `''` when it was not set. */
  readonly token: string;
  /** Null when it was not set, or set to 0, which says that there is no CI. */
  readonly repoId: number | null;
}

export interface Config {
  /** State folder. */
  readonly home: string;
  /** Name of this box. */
  readonly host: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Newest first; two while a secret is rotated; empty means loopback only. */
  readonly webhookSecrets: readonly string[];
  /** Null closes `POST /events`, except for loopback. */
  readonly apiToken: string | null;
  /** What a step of a pipeline proves itself with, as bearer or by signing; newest first; empty means loopback only. */
  readonly ciWebhookSecrets: readonly string[];
  /** Where phase and lock files are. */
  readonly factoryTmp: string;
  /** Whether who writes there shares our process ids; null leaves it to be found out. */
  readonly pidNamespace: 'same' | 'unknown' | null;
  /** Name of the container that agents work in, `none` when there is none; null leaves it to be found by its service. */
  readonly agentsContainer: string | null;
  /** Null when it was not set. */
  readonly factoryRoot: string | null;
  /** Where the agents' logs are; null when it was not set. */
  readonly logDir: string | null;
  readonly opsRepoRoot: string;
  readonly docker: readonly DockerHost[];
  readonly ownStacks: readonly string[];
  readonly siblings: ReadonlyMap<string, Sibling>;
  readonly projects: readonly Project[];
  readonly matrix: MatrixConfig | null;
  readonly forge: ForgeConfig | null;
  /** Without that of FORGE_URL. A token is in here only for those that `[[forges]]` tells of. */
  readonly forges: readonly OtherForge[];
  readonly ci: CiConfig | null;
  /** tmux socket name (`tmux -L`), `''` for the default one. */
  readonly tmuxSocket: string;
  /** How long a session must have been left alone before a line is typed into it, in ms; null leaves it at the default. */
  readonly nudge: {
    /** Since it last wrote anything. */
    readonly quiet: Millis | null;
    /** Since somebody attached last pressed a key. */
    readonly unattended: Millis | null;
  };
  readonly rules: {
    /** Folders of `*.toml` packs; the shipped one first. */
    readonly folders: readonly string[];
    /** `[vars.<pack>]` overrides. */
    readonly vars: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  };
  readonly retentionDays: number;
  readonly logLevel: string;
  /** Where each setting came from, by its key in `reactor.toml`; for the banner and `doctor`. */
  readonly origins: Readonly<Record<string, Origin>>;
}
