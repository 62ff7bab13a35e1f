/** Whether the process ids in a folder's locks mean the processes that `/proc` shows us. */

import { parseMounts } from '../../factory/mounts.ts';
import { decidePidNamespace, type PidNamespace } from '../../factory/pid-namespace.ts';
import type { Files } from '../../ports/files.ts';
import type { Host } from '../../ports/host.ts';

/** Asks the machine what the decision needs. */
export async function findPidNamespace(dir: string, host: Host, files: Files): Promise<PidNamespace> {
  const [path, mounts, view] = await Promise.all([files.realPath(dir), host.proc('self/mountinfo'), host.pidView()]);
  if (path === null || mounts === null) return { same: false, reason: `nothing tells where ${dir} comes from` };
  return decidePidNamespace(path, parseMounts(mounts), view);
}
