/** The reactor's way in, in a process of its own: its HTTP face, its reading of pushes, its store. No engine behind it. */

import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock.ts';
import { createPicture } from '../../src/factory/picture.ts';
import { createHttp } from '../../src/http/http.ts';
import { parseForgejoWebhook } from '../../src/sources/forge/parse.ts';
import { openStore } from '../../src/store/store.ts';
import { SECRET } from '../world/push.ts';

const [folder = ''] = process.argv.slice(2);
const store = openStore({ path: join(folder, 'reactor.db'), now: () => systemClock.now() });
const context = { host: 'box', forgeHost: 'forge.example.org', others: [], picture: createPicture() };
const silent = (): void => {};

const http = createHttp({
  listen: { host: '127.0.0.1', port: 0 },
  host: 'box',
  webhookSecrets: [SECRET],
  apiToken: null,
  readWebhook: (delivery) => parseForgejoWebhook(delivery, context),
  intake: async (events) => {
    const stored = await store.log.append(events);
    return { stored: stored.length, known: events.length - stored.length };
  },
  readiness: () => ({ ready: true, reasons: [] }),
  clock: systemClock,
  log: { debug: silent, info: silent, warn: silent, error: (fields, message) => console.error(message, fields) },
});
const { port } = await http.listen();
process.on('message', () => process.send?.(store.log.count()));
for (const end of ['disconnect', 'SIGTERM']) process.on(end, () => process.exit());
process.send?.({ port });
