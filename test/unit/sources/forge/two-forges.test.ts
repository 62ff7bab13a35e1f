import { describe, expect, test } from 'vitest';
import type { AnyEvent, StoredEvent } from '../../../../src/core/event.ts';
import type { SourceState } from '../../../../src/core/source.ts';
import { MINUTE, SECOND } from '../../../../src/core/time.ts';
import { createPicture } from '../../../../src/factory/picture.ts';
import { forgeSource } from '../../../../src/sources/forge/index.ts';
import { parseForgejoWebhook, type Elsewhere } from '../../../../src/sources/forge/parse.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { emptyForge, fakeForge } from '../../../support/fake-forgejo.ts';
import { context, delivery, fixture } from '../../../support/forge-deliveries.ts';
import { makeIssue, makePull, SHA } from '../../../support/forge-objects.ts';
import { SILENT_LOG } from '../../../support/run-source.ts';

const REPO = 'acme/widget';
const THERE = `codeberg.org/${REPO}`;
const OPENED = fixture('constructed-v15-pull_request-opened.json');

/** A forge of FORGE_URL and another one, with a repository of one name each, over one log and one picture. */
async function openBoth() {
  const clock = fakeClock(Date.UTC(2026, 0, 10));
  const picture = createPicture();
  const stored: StoredEvent[] = [];
  const reports = new Map<string, readonly [SourceState, string]>();
  const stop = new AbortController();
  const open = (name: string, host: string) => {
    const world = emptyForge();
    const repos = [name === '' ? REPO : `${name}/${REPO}`];
    const latest = (kind: string) => stored.filter((event) => event.kind === kind);
    const forge = { ...fakeForge(world), host };
    return {
      world,
      source: forgeSource({ host: 'box', name, forge, repos, picture, clock, log: SILENT_LOG, latest }),
    };
  };
  const main = open('', 'forge.example');
  const other = open('codeberg.org', 'codeberg.org');
  const append = (events: readonly AnyEvent[]): void => {
    for (const event of events) {
      if (stored.some((one) => one.id === event.id)) throw new Error(`${event.id} is in the log already`);
      stored.push({ ...event, received: clock.now(), seq: stored.length + 1 });
      picture.apply(event);
      for (const { source } of [main, other]) source.note(event);
    }
  };
  const start = async (): Promise<void> => {
    for (const { source } of [main, other]) {
      void source.run({
        signal: stop.signal,
        report: (state, reason) => void reports.set(source.name, [state, reason]),
        emit: async (batch) => {
          append(batch);
          return { stored: batch.length, known: 0 };
        },
      });
    }
    await clock.settle();
    await clock.settle();
  };
  const last = (kind: string, subject: string): StoredEvent | undefined =>
    stored.findLast((event) => event.kind === kind && event.subject === subject);
  return { clock, picture, stored, reports, main, other, append, start, last, [Symbol.dispose]: () => stop.abort() };
}

/** A webhook of a forge whose pages are there. */
function webhook(at: string, number: number, others: readonly Elsewhere[], signer: string | null = null) {
  const repository = { ...OPENED.repository, html_url: `${at}/${REPO}` };
  const pull = { ...makePull({ number, branch: 'fix/issue-7', sha: SHA(number) }), number };
  const body = { ...OPENED, number, repository, pull_request: pull };
  const reading = parseForgejoWebhook(delivery('pull_request', body), context({ others }), signer);
  if (reading.kind !== 'events') throw new Error(reading.reason);
  return reading.events[0];
}

describe('two forges that hold a repository of one name', () => {
  test('are looked at by a source each, and nothing of one is taken for the other’s', async () => {
    using both = await openBoth();
    both.main.world.pulls.set(5, makePull({ number: 5, branch: 'fix/issue-7', sha: SHA(5) }));
    both.other.world.pulls.set(6, makePull({ number: 6, branch: 'fix/issue-7', sha: SHA(6) }));
    both.other.world.issues.set(7, makeIssue({ number: 7 }));
    both.other.world.links?.set(7, [{ ...makeIssue({ number: 9 }), repository: { full_name: REPO } }]);
    await both.start();
    expect(both.last('forge.pull', `${REPO}#5`)).toMatchObject({ source: `forge://forge.example/${REPO}` });
    expect(both.last('forge.pull', `${THERE}#6`)).toMatchObject({
      source: `forge://${THERE}`,
      data: { repo: THERE, repo_slug: 'widget', number: 6 },
    });
    expect(both.last('forge.pull', `${REPO}#6`)).toBeUndefined();
    expect(both.last('forge.issue', `${THERE}#7`)?.data).toMatchObject({ depends_on: ['9'] });
    expect([both.picture.pullOfBranch(REPO, 'fix/issue-7'), both.picture.pullOfBranch(THERE, 'fix/issue-7')]).toEqual([
      5, 6,
    ]);
    expect([...both.reports.keys()]).toEqual(['forge', 'forge@codeberg.org']);
    expect([both.main.source.sees, both.other.source.sees]).toEqual(['forge://forge.example', 'forge://codeberg.org']);
  });

  test('only the one that is down is blind, and what it said keeps its state', async () => {
    using both = await openBoth();
    both.main.world.pulls.set(5, makePull({ number: 5 }));
    both.other.world.pulls.set(6, makePull({ number: 6 }));
    await both.start();
    both.other.world.broken = 502;
    both.main.world.pulls.clear();
    await both.clock.advance(6 * MINUTE);
    expect(both.reports.get('forge@codeberg.org')?.[0]).toBe('unavailable');
    expect(both.reports.get('forge')?.[0]).toBe('available');
    expect(both.picture.pullState(THERE, 6)).toBe('open');
    await both.clock.advance(6 * MINUTE);
    expect(both.picture.pullState(REPO, 5)).toBe('closed');
  });

  test('a hint about one makes that one be asked, and the other not', async () => {
    using both = await openBoth();
    await both.start();
    both.other.world.pulls.set(6, makePull({ number: 6, branch: 'fix/issue-7', sha: SHA(6) }));
    both.main.world.asked.length = 0;
    both.other.world.asked.length = 0;
    const event = webhook('https://codeberg.org', 6, [{ name: 'codeberg.org', isSigned: false }]);
    if (event !== undefined) both.append([event]);
    await both.clock.advance(2 * SECOND);
    expect(both.other.world.asked.some((path) => path.includes(`/repos/${REPO}/pulls/6`))).toBe(true);
    expect(both.main.world.asked).toEqual([]);
  });
});

const UNSIGNED: Elsewhere = { name: 'codeberg.org', isSigned: false };
const SIGNED: Elsewhere = { name: 'codeberg.org', isSigned: true };
const BELOW: Elsewhere = { name: 'forge.example.org/second', isSigned: false };

test.each<[string, Parameters<typeof webhook>, string]>([
  ['of FORGE_URL', ['https://forge.example.org', 5, [UNSIGNED]], REPO],
  ['that calls itself something nobody told of', ['https://unknown.example', 5, [UNSIGNED]], REPO],
  ['that says it is the other', ['https://codeberg.org', 5, [UNSIGNED]], THERE],
  ['that says so, without the secret of the other', ['https://codeberg.org', 5, [SIGNED]], REPO],
  ['with the secret of the other, whatever it says', ['https://internal:3000', 5, [SIGNED], 'codeberg.org'], THERE],
  ['of one whose host only begins so', ['https://codeberg.org.evil.example', 5, [UNSIGNED]], REPO],
  ['of another one below the same host', ['https://forge.example.org/second', 5, [BELOW]], `${BELOW.name}/${REPO}`],
])('a webhook %s', (_, given, repo) => {
  const host = repo === REPO ? 'forge.example.org/' : '';
  expect(webhook(...given)).toMatchObject({
    subject: `${repo}#5`,
    source: `forge://${host}${repo}`,
    data: { repo, pr: 5, issue: 7 },
  });
});
