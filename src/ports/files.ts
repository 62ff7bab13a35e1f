/** Files in a folder that others write to: their versions, their first bytes, and a hint when something moved. */

import type { Instant } from '../core/time.ts';

export interface FileSight {
  /** Base name. */
  readonly name: string;
  /** Inode, modification time in nanoseconds and size; another version is another content. */
  readonly version: string;
  /** When it was last written. */
  readonly modified: Instant;
  readonly what: 'file' | 'folder' | 'link' | 'socket' | 'other';
  readonly bytes: number;
  /** User id of its owner. */
  readonly owner: number;
}

export type Listing =
  /** `folder` names the folder itself (device and inode): it changes when the folder was replaced. */
  | { readonly seen: true; readonly folder: string; readonly files: readonly FileSight[] }
  /** `missing`: it is not there. `shared`: it is the very folder that this machine reads by itself. */
  | { readonly seen: false; readonly reason: string; readonly why?: 'missing' | 'shared' };

export type FileReading =
  | { readonly got: 'text'; readonly text: string; readonly version: string; readonly modified: Instant }
  | { readonly got: 'gone' }
  /** It is there and cannot be read: not allowed, a symbolic link, no regular file, or never still for a moment. */
  | { readonly got: 'refused'; readonly reason: string };

export type WatchStart =
  | { readonly watching: true; close(): void }
  | { readonly watching: false; readonly reason: string };

export interface WatchListener {
  /** Something in the folder changed; only a hint. */
  hint(): void;
  /** No more hints will come. */
  lost(reason: string): void;
}

export interface Files {
  /** The entries directly in a folder whose names are wanted; symbolic links are not followed. Never throws for what the disk says. */
  list(folder: string, wanted: (name: string) => boolean): Promise<Listing>;
  /** The first `maxBytes` of a regular file, read while nobody wrote it. */
  read(path: string, maxBytes: number): Promise<FileReading>;
  /** As `read`, the last `maxBytes`. */
  tail(path: string, maxBytes: number): Promise<FileReading>;
  /** Begins to watch a folder, not what is below it. */
  watch(folder: string, listener: WatchListener): Promise<WatchStart>;
  /** The path without symbolic links; null when there is nothing. */
  realPath(path: string): Promise<string | null>;
}
