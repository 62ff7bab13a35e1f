/** Counts what the HTTP face does, and reads the figures of others when they are asked for. */

import { Counter, Gauge, Registry } from 'prom-client';
import type { AnyEvent } from '../core/event.ts';
import type { Accepted } from '../core/source.ts';
import type { GaugeSpec } from './options.ts';

export interface Metrics {
  readonly contentType: string;
  request(route: string, status: number): void;
  refused(route: string, reason: string): void;
  ignored(): void;
  accepted(events: readonly AnyEvent[], became: Accepted): void;
  text(): Promise<string>;
}

/** Registers the counters and the gauges. */
export function createMetrics(gauges: readonly GaugeSpec[], registry: Registry = new Registry()): Metrics {
  const requests = tally(registry, 'http_requests_total', 'Requests by route and status', ['route', 'status']);
  const refused = tally(registry, 'http_refused_total', 'Requests that were refused, not stored', ['route', 'reason']);
  const ignored = tally(registry, 'http_ignored_total', 'Webhooks of which no event is made');
  const events = tally(registry, 'http_events_total', 'Events that were posted, by kind', ['kind']);
  const known = tally(registry, 'http_events_known_total', 'Posted events that the log had already');
  for (const spec of gauges) registerGauge(spec, registry);
  return {
    contentType: registry.contentType,
    request: (route, status) => requests(1, route, String(status)),
    refused: (route, reason) => refused(1, route, reason),
    ignored: () => ignored(1),
    accepted: (posted, became) => {
      for (const event of posted) events(1, event.kind);
      known(became.known);
    },
    text: () => registry.metrics(),
  };
}

type Add = (more: number, ...values: readonly string[]) => void;

/** A counter that costs a map look-up: the registry's own sorts and joins its labels at every step, which each request would pay. */
function tally(registry: Registry, name: string, help: string, labelNames: readonly string[] = []): Add {
  const counts = new Map<string, { readonly values: readonly string[]; count: number }>();
  const counter = new Counter({
    name: `reactor_${name}`,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const { values, count } of counts.values()) {
        this.inc(Object.fromEntries(labelNames.map((label, i) => [label, values[i] ?? ''])), count);
      }
    },
  });
  registry.registerMetric(counter);
  return (more, ...values) => {
    const key = values.join(' ');
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { values, count: more });
    else entry.count += more;
  };
}

function registerGauge(spec: GaugeSpec, registry: Registry): void {
  const { label } = spec;
  const gauge = new Gauge({
    name: `reactor_${spec.name}`,
    help: spec.help,
    labelNames: label === undefined ? [] : [label],
    registers: [],
    collect() {
      const value = spec.read();
      this.reset();
      if (typeof value === 'number') this.set(value);
      else for (const [name, each] of value) this.set(label === undefined ? {} : { [label]: name }, each);
    },
  });
  registry.registerMetric(gauge);
}
