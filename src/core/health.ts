/** The box at a glance, as the journal and an incident show it. What could not be read is unavailable, never 0. */

export interface Health {
  /** Null: it could not be read. */
  readonly ramMb: number | null;
  readonly swapMb: number | null;
  readonly diskPct: number | null;
  readonly load: number | null;
  readonly containers: number | null;
}

/** The four lines of the supervisor's journal, without the leading dash. */
export function formatHealth(health: Health): readonly string[] {
  return [
    `RAM: ${shown(health.ramMb, 'MB available')}, Swap: ${shown(health.swapMb, 'MB')}`,
    `Disk: ${shown(health.diskPct, '%')}`,
    `Load: ${health.load === null ? 'unavailable' : health.load.toFixed(2)}`,
    `Docker: ${shown(health.containers, ' containers')}`,
  ];
}

const shown = (value: number | null, unit: string): string =>
  value === null ? 'unavailable' : `${Math.round(value)}${unit}`;
