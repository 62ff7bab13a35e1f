/** Text with `{{path}}` and `{{path | filter}}` in it; no logic. */

export type Filter = 'mb' | 'ago' | 'short' | 'known';
export const FILTERS: readonly Filter[] = ['mb', 'ago', 'short', 'known'];

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly path: readonly string[]; readonly filter: Filter | null };

export interface Template {
  readonly source: string;
  readonly segments: readonly Segment[];
}

/** What a template for an agent's session refuses to render: a value that is more than an id or a number. */
export class UnsafeValue extends Error {
  /** The path of the value, as the template has it. */
  readonly path: string;
  constructor(path: string, value: string) {
    super(
      `${path} is ${JSON.stringify(value.slice(0, 80))}, which is not a safe token and is not typed into a session`,
    );
    this.name = 'UnsafeValue';
    this.path = path;
  }
}
