/** Whether two looks showed one pane. */

import type { PaneAddress } from '../../ports/terminal.ts';

/** True for the same pane of the same server in the same place: another container of that name is another place. */
export function isSamePane(a: PaneAddress, b: PaneAddress): boolean {
  return a.id === b.id && a.socket === b.socket && a.place === b.place && a.placeId === b.placeId;
}
