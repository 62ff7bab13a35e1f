/** Figures of a bench: medians of rounds, ratios to a floor, and whether a target was met. Pure. */

/** What one round of one contender measured, by name: `per_s`, `p50_ms`. */
export type Sample = Readonly<Record<string, number>>;

/** `ratio`: ours by floor. `above`: ours minus floor. `ours`: the figure itself; only where the promise is one. */
export type Target =
  | { readonly of: 'ratio' | 'above' | 'ours'; readonly atLeast: number }
  | { readonly of: 'ratio' | 'above' | 'ours'; readonly atMost: number };

export interface Row {
  readonly bench: string;
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly floor: number;
  /** Ours by floor: the median of the rounds' own ratios, so that a machine that slows down for both accuses neither. */
  readonly ratio: number;
  /** Null for a figure that is only told. */
  readonly target: Target | null;
}

export interface JudgedRow extends Row {
  readonly verdict: 'pass' | 'miss' | 'told';
}

/** The middle of some numbers, the mean of the two middle ones when their count is even. Throws for none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value below which `percent` of the numbers lie, between two of them in proportion. Throws for none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).toSorted();
  const place = ((sorted.length - 1) * percent) / 100;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new RangeError('no numbers, no percentile');
  return below + (above - below) * (place - Math.floor(place));
}

/** One figure of two contenders that took turns: the median of each, and of their ratios round by round. Throws when it was not measured. */
export function compare(
  ours: readonly Sample[],
  floor: readonly Sample[],
  figure: string,
): Pick<Row, 'ours' | 'floor' | 'ratio'> {
  const values = (samples: readonly Sample[]): readonly number[] => samples.flatMap((sample) => sample[figure] ?? []);
  const [a, b] = [values(ours), values(floor)];
  if (a.length !== b.length) throw new RangeError(`"${figure}" was measured ${a.length} times against ${b.length}`);
  return { ours: median(a), floor: median(b), ratio: median(a.map((value, i) => value / (b[i] ?? Number.NaN))) };
}

/** A row and whether its target was met; without a target it is only told. A figure that is no number misses. */
export function judge(row: Row): JudgedRow {
  const { target } = row;
  if (target === null) return { ...row, verdict: 'told' };
  const value = valueOf(row, target);
  const met = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
  return { ...row, verdict: met ? 'pass' : 'miss' };
}

function valueOf({ ours, floor, ratio }: Row, target: Target): number {
  switch (target.of) {
    case 'ours':
      return ours;
    case 'ratio':
      return ratio;
    case 'above':
      return ours - floor;
  }
}
