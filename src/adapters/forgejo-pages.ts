/** Reads a list to its end, page by page. */

export interface Page {
  readonly items: readonly unknown[];
  readonly headers: Headers;
}

/** A repository with more than this is not the factory's. */
const MOST_PAGES = 400;

/**
 * Everything of a list, of which the first page is there. How long it is, the forge says in `X-Total-Count` or in `Link`; a
 * list without either ends at a page that is not full. Throws when it does not end.
 */
export async function readPages(
  limit: number,
  first: Page,
  readPage: (page: number) => Promise<Page>,
): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  let page = first;
  for (let number = 2; number <= MOST_PAGES + 1; number += 1) {
    all.push(...page.items);
    if (page.items.length === 0 || !hasMore(page, all.length, limit)) return all;
    page = await readPage(number);
  }
  throw new Error(`a list of more than ${MOST_PAGES} pages`);
}

/** The items of an answer; null stands for none, as Go writes it. Throws when the answer is no list. */
export function itemsOf(list: unknown, what: string): readonly unknown[] {
  if (list === null || list === undefined) return [];
  if (!Array.isArray(list)) throw new Error(`the forge answers no list when asked for ${what}`);
  return list;
}

function hasMore({ items, headers }: Page, seen: number, limit: number): boolean {
  const total = headers.get('x-total-count');
  if (total !== null && /^\d+$/.test(total)) return seen < Number(total);
  const link = headers.get('link');
  return link === null ? items.length >= limit : /;\s*rel="?next"?/i.test(link);
}
