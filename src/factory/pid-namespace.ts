/** Whether the process ids written in a folder mean the processes that `/proc` shows us. Pure. */

import type { Mount } from './mounts.ts';

export interface PidNamespace {
  readonly same: boolean;
  readonly reason: string;
}

/** Which processes `/proc` shows: those of our own namespace, and whether that is the first one of the machine. */
export interface NamespaceSeen {
  readonly own: boolean;
  readonly initial: boolean;
}

/**
 * Looks at where a folder comes from. Only two places are known to be written by our own namespace alone:
 * a container's own root filesystem, and the temp folder of a machine that we run on without a container.
 * Everything else may be a volume that another container writes. `path` is free of symbolic links.
 */
export function decidePidNamespace(path: string, mounts: readonly Mount[], view: NamespaceSeen): PidNamespace {
  if (!view.own) return { same: false, reason: '/proc shows another PID namespace than ours' };
  const mount = mountOf(path, mounts);
  if (mount === null) return { same: false, reason: `nothing tells where ${path} comes from` };
  return view.initial ? onMachine(path, mount) : inContainer(mount);
}

function onMachine(path: string, mount: Mount): PidNamespace {
  const isTemp = isBelow(path, '/tmp');
  // A container that shares the machine's PID namespace sees volumes as folders of another filesystem.
  const isOwn = mount.point === '/' || (mount.point === '/tmp' && mount.root === '/');
  if (isTemp && isOwn) return { same: true, reason: "it is this machine's own temp folder" };
  return { same: false, reason: `${path} is not this machine's own /tmp, containers may write it` };
}

function inContainer(mount: Mount): PidNamespace {
  if (mount.point === '/') return { same: true, reason: "it is on this container's own root filesystem" };
  return { same: false, reason: `${mount.point} is mounted into this container, others may write it` };
}

function mountOf(path: string, mounts: readonly Mount[]): Mount | null {
  let best: Mount | null = null;
  for (const mount of mounts) {
    // The later of two mounts at one point hides the earlier.
    if (isBelow(path, mount.point) && (best === null || mount.point.length >= best.point.length)) best = mount;
  }
  return best;
}

function isBelow(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}
