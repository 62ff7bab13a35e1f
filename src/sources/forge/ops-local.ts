/** What of the ops repositories can be read without the forge, as other sources tell. A fold. */

import type { AnyEvent } from '../../core/event.ts';

export interface LocalSight {
  /** Takes in an event of another source; true when a clone or its evidence can be read now and could not, or the other way round. */
  note(event: AnyEvent): boolean;
  /** A clone of an ops repository, by its name at the forge or by its project. */
  hasClone(repo: string, project: string): boolean;
  /** Its folder of evidence. */
  hasEvidence(): boolean;
  /** The file of an item of the vault. */
  hasItem(id: string): boolean;
}

/** Nothing can be read yet. */
export function createLocalSight(): LocalSight {
  const clones = new Map<string, { readonly repo: string; readonly project: string }>();
  const areas = new Set<string>();
  const items = new Set<string>();
  // Of an item the forge need not be asked again: the reactor files many itself.
  const size = (): number => clones.size + areas.size;
  const take = (event: AnyEvent): void => {
    switch (event.kind) {
      case 'git.repo':
        if (event.data.what !== 'ops') return;
        if (event.data.exists) clones.set(`${event.host} ${event.subject}`, event.data);
        else clones.delete(`${event.host} ${event.subject}`);
        return;
      case 'evidence.file':
        // An area without a page was looked at, too; one that had a page and is gone was not.
        if (event.data.exists || event.data.date === '') areas.add(event.data.area);
        else areas.delete(event.data.area);
        return;
      case 'vault.item':
        if (event.data.exists) items.add(event.data.id);
        else items.delete(event.data.id);
        return;
      default:
    }
  };
  return {
    note(event) {
      const before = size();
      take(event);
      return size() !== before;
    },
    hasClone: (repo, project) =>
      [...clones.values()].some((one) =>
        one.repo === '' ? one.project !== '' && one.project === project : one.repo === repo,
      ),
    hasEvidence: () => areas.size > 0,
    hasItem: (id) => items.has(id),
  };
}
