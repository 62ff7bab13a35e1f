/** Text with `{{path}}` and `{{path | filter}}` in it; no logic. */

export type Filter = 'mb' | 'ago' | 'short';
export const FILTERS: readonly Filter[] = ['mb', 'ago', 'short'];

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly path: readonly string[]; readonly filter: Filter | null };

export interface Template {
  readonly source: string;
  readonly segments: readonly Segment[];
}
