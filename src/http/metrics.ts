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
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: readonly string[]): Counter =>
    new Counter({ name: `reactor_${name}`, help, labelNames, registers });
  const requests = counter('http_requests_total', 'Requests by route and status', ['route', 'status']);
  const refused = counter('http_refused_total', 'Requests that were refused and not stored', ['route', 'reason']);
  const ignored = counter('http_ignored_total', 'Webhooks of which no event is made', []);
  const events = counter('http_events_total', 'Events that were posted, by kind', ['kind']);
  const known = counter('http_events_known_total', 'Posted events that the log had already', []);
  for (const spec of gauges) registerGauge(spec, registry);
  return {
    contentType: registry.contentType,
    request: (route, status) => requests.inc({ route, status }),
    refused: (route, reason) => refused.inc({ route, reason }),
    ignored: () => ignored.inc(),
    accepted: (posted, became) => {
      for (const event of posted) events.inc({ kind: event.kind });
      if (became.known > 0) known.inc(became.known);
    },
    text: () => registry.metrics(),
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
