/** What was thrown, in words. */

/** The message of an error; of anything else that was thrown, the thing itself as text. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
