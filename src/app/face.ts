/** The HTTP face of a running reactor: webhooks and events in, health and figures out. */

import type { Config } from '../config/config.ts';
import type { Intake, SourceState } from '../core/source.ts';
import type { ReadWebhook } from '../core/webhook.ts';
import type { Engine } from '../engine/engine.ts';
import { createHttp, type Http } from '../http/http.ts';
import type { GaugeSpec, Readiness } from '../http/options.ts';
import type { Picture } from '../factory/picture.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { noticeReader } from '../sources/ci/notice.ts';
import { parseForgejoWebhook } from '../sources/forge/parse.ts';
import type { World } from './world.ts';

export interface FaceOptions {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly intake: Intake;
  readonly picture: Picture;
  /** Null: not configured. */
  readonly ci: World['ci'];
  readonly engine: () => Engine | null;
  readonly sources: ReadonlyMap<string, SourceState>;
  readonly readiness: () => Readiness;
}

/** The face; nothing is bound before `listen`. */
export function openFace(options: FaceOptions): Http {
  const { config, picture } = options;
  return createHttp({
    listen: config.listen,
    host: config.host,
    webhookSecrets: secretsOf(config).map(({ secret }) => secret),
    apiToken: config.apiToken,
    readWebhook: readWebhooks(config, picture),
    notices: { secrets: config.ciWebhookSecrets, read: readNotices(options) },
    intake: options.intake,
    readiness: options.readiness,
    clock: options.clock,
    log: options.log,
    gauges: gaugesOf(options),
  });
}

/** Every secret of webhooks; `forge` is the one that alone may use it, null for those that any may use. */
function secretsOf({ webhookSecrets, forges }: Config) {
  return [
    ...webhookSecrets.map((secret) => ({ secret, forge: null })),
    ...forges.flatMap(({ name, webhookSecrets: own }) => own.map((secret) => ({ secret, forge: name }))),
  ];
}

function readWebhooks(config: Config, picture: Picture): ReadWebhook {
  const secrets = secretsOf(config);
  const forgeHost = config.forge === null ? '' : hostOf(config.forge.url);
  const others = config.forges.map(({ name, webhookSecrets }) => ({ name, isSigned: webhookSecrets.length > 0 }));
  const context = { host: config.host, forgeHost, others, picture };
  return (delivery) => parseForgejoWebhook(delivery, context, secrets[delivery.signedBy ?? -1]?.forge ?? null);
}

function readNotices({ config, picture, ci }: FaceOptions): ReadWebhook {
  return noticeReader({ host: config.host, picture, hint: (repo, number) => ci?.hint(repo, number) ?? false });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}

function gaugesOf({ store, engine, sources }: FaceOptions): readonly GaugeSpec[] {
  return [
    {
      name: 'source_up',
      help: '1 when the source can see, 0.5 when degraded, 0 when it cannot',
      label: 'source',
      read: () => new Map([...sources].map(([name, state]) => [name, UP[state]])),
    },
    {
      name: 'outbox_orders',
      help: 'orders in the outbox by state',
      label: 'state',
      read: () => new Map(Object.entries(store.outbox.counts())),
    },
    {
      name: 'findings_open',
      help: 'findings that are firing, by priority',
      label: 'priority',
      read: () => openByPriority(engine()),
    },
    { name: 'rule_keys', help: 'subjects a rule remembers', label: 'rule', read: () => keysByRule(engine()) },
    { name: 'log_events', help: 'events in the log', read: () => store.log.count() },
  ];
}

const UP: Readonly<Record<SourceState, number>> = { available: 1, degraded: 0.5, unavailable: 0 };

function openByPriority(engine: Engine | null): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule, open } of engine?.states.values() ?? []) {
    counts.set(rule.priority, (counts.get(rule.priority) ?? 0) + open.size);
  }
  return counts;
}

function keysByRule(engine: Engine | null): ReadonlyMap<string, number> {
  return new Map([...(engine?.states.values() ?? [])].map(({ rule, tracks }) => [rule.id, tracks.size]));
}
