/** The mount table of a process, `/proc/self/mountinfo`. */

export interface Mount {
  /** major:minor */
  readonly device: string;
  /** The folder of the filesystem that is mounted; `/` for all of it. */
  readonly root: string;
  readonly point: string;
  readonly fsType: string;
}

/** The mounts in the order of the table; lines that make no sense are left out. */
export function parseMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ', 2);
    const [, , device, root, point] = left.split(' ');
    const fsType = right.split(' ')[0] ?? '';
    if (device === undefined || root === undefined || point === undefined || fsType === '') return [];
    return [{ device, root: unescape(root), point: unescape(point), fsType }];
  });
}

/** Id of the container that this is, as Docker mounts its host name; `''` outside of one. */
export function ownContainer(mountInfo: string): string {
  return /[-/]containers\/([0-9a-f]{64})\//.exec(mountInfo)?.[1] ?? '';
}

/** Blanks, tabs, line ends and backslashes are written as octal numbers. */
function unescape(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
