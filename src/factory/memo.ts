/** What was read of files, so that a file is read again only when it is another version. */

export interface Memo<T> {
  /** What was made of a file's version; made anew when it is another one than last time. */
  of(path: string, version: string, read: () => Promise<T | null>): Promise<T | null>;
  /** Forgets all but these paths. */
  keep(paths: ReadonlySet<string>): void;
}

/** An empty memo. A reading that failed (null) is tried again. */
export function createMemo<T>(): Memo<T> {
  const known = new Map<string, { readonly version: string; readonly value: T }>();
  return {
    async of(path, version, read) {
      const before = known.get(path);
      if (before?.version === version) return before.value;
      const value = await read();
      if (value === null) known.delete(path);
      else known.set(path, { version, value });
      return value;
    },
    keep(paths) {
      for (const path of known.keys()) if (!paths.has(path)) known.delete(path);
    },
  };
}
