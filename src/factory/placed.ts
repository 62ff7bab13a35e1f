/** How a path inside a container is written where paths of several places stand side by side. */

/** The path itself on the box, `disinto-agents:/tmp/x` in a container. */
export function placed(place: string, path: string): string {
  return place === '' ? path : `${place}:${path}`;
}
