import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../src/core/time.ts';
import { toNanos } from '../../../../src/sources/docker/nanos.ts';
import { seenContainer } from '../../../support/fake-docker.ts';
import { rig, settle } from './running.ts';

const web = seenContainer({ name: 'web' });

test('a stream that ends without a word is as good as broken', async () => {
  await using box = rig();
  await box.start();
  await box.clock.advance(MINUTE);
  box.docker.end();
  await settle(box.clock);
  await box.clock.advance(SECOND);
  expect(box.told('docker.daemon')).toEqual(['connected box', 'disconnected box', 'connected box', 'gap box']);
});

test('what a dead stream kept back is taken from the replay at the next look, as it was', async () => {
  await using box = rig();
  box.docker.show(web);
  await box.start();
  await box.clock.advance(MINUTE + SECOND);
  box.docker.mute(true);
  box.docker.log('kill', web, { signal: '15' });
  box.docker.log('die', web, { exitCode: '7' });
  box.docker.show({ ...web, state: 'exited', finishedAt: toNanos(box.clock.now()), exitCode: 7 });
  await box.clock.advance(MINUTE);
  const die = box.events.find((event) => event.kind === 'docker.container' && event.data.action === 'die');
  expect(die?.data).toMatchObject({ synthetic: false, requested: true, exit_code: 7 });
});

test('what happened while a connection was dead without a word is a gap once it is renewed', async () => {
  await using box = rig({ reconcileEvery: HOUR });
  box.docker.show(web);
  await box.start();
  box.docker.mute(true);
  await box.clock.advance(5 * MINUTE);
  box.docker.show({ ...web, state: 'exited', finishedAt: toNanos(box.clock.now()), exitCode: 7 });
  await box.clock.advance(5 * MINUTE);
  await settle(box.clock);
  expect(box.told()).toEqual(['observed web', 'die web']);
  const gap = box.events.find((event) => event.kind === 'docker.daemon' && event.data.action === 'gap');
  expect(gap?.data).toMatchObject({ missed: 1, reason: 'the connection had died unnoticed' });
});

test('after the engine’s clock was put back, its events are asked for from now on, and not from the future', async () => {
  await using box = rig();
  box.cursors.set('docker:box', toNanos(box.clock.now() + HOUR));
  await box.start();
  expect(Number(box.docker.opened().since)).toBeLessThanOrEqual(box.clock.now() / 1_000);
});

test('containers that the log heard of on another box are not missed on this one', async () => {
  await using other = rig();
  other.docker.show(web);
  await other.start();
  await using box = rig();
  for (const event of other.events) box.remember({ ...event, host: 'other' });
  await box.start();
  await box.clock.advance(2 * MINUTE);
  expect(box.told().filter((said) => !said.startsWith('observed'))).toEqual([]);
});

test('an engine that shows neither its stream nor its containers is not seen', async () => {
  await using box = rig();
  box.docker.deny('events');
  box.docker.deny('containers');
  await box.start();
  expect(box.reports).toEqual(['unavailable proxy denies GET /events; proxy denies GET /containers']);
  expect(box.told('docker.daemon')).toEqual([]);
});
