/** Work on many things, a few at a time. */

/** Does work on each item, at most `atOnce` together; results in the order of the items. Rejects with the first failure, after which nothing new is begun. */
export async function inParallel<T, R>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = [...items].entries();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (const [at, item] of waiting) {
      results[at] = await work(item).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
      if (hasFailed) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
