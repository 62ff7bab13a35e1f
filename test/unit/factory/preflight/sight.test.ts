import { describe, expect, test } from 'vitest';
import type { AnyEvent } from '../../../../src/core/event.ts';
import { preflightText } from '../../../../src/factory/preflight/preflight.ts';
import { dockerSight, sightOf } from '../../../../src/factory/preflight/sight.ts';
import { sectionOf } from '../../../support/factory-tools.ts';
import { ALL_SEEN, factsOf, known, liveOf, sight } from '../../../support/preflight-facts.ts';

const none = /^ {2}None$|^No /;

/** The sections that must not say "none" when a source is not there. */
const READS: readonly (readonly [source: string, headings: readonly string[]])[] = [
  ['sessions', ['Active Sessions']],
  ['files', ['Phase Files', 'Stale Phase Cleanup', 'Lock Files']],
  ['work', ['Recent Agent Logs', 'Stale Worktrees']],
  ['ci', ['CI Pipelines', 'Woodpecker Agent Health']],
  ['forge', ['Open PRs', 'Issue Status', 'Blocked Issues']],
  ['vault', ['Pending Vault Items']],
  ['matrix', ['Escalation Replies']],
  ['docker', ['Docker', 'Docker Allocs', 'WP Agent Health History']],
  ['host', ['System Resources']],
];

const CASES = READS.flatMap(([source, headings]) => headings.map((heading) => [source, heading] as const));

const without = (source: string): readonly AnyEvent[] =>
  ALL_SEEN.filter((event) => event.kind !== 'reactor.source' || event.data.source !== source);

/** The replies have a file beside their source. */
const noReplies = { live: liveOf({ replies: { got: false, reason: 'it is on fire' } }) };

describe('a section whose source', () => {
  test.each(CASES)('%s is unavailable says so and why: %s', (source, heading) => {
    const text = preflightText(factsOf([...without(source), sight(source, 'unavailable', 'it is on fire')], noReplies));
    expect(sectionOf(text, heading).filter((line) => line !== '')).toEqual(['  unavailable: it is on fire']);
  });

  test.each(CASES)('%s sees only a part does not say that there is nothing: %s', (source, heading) => {
    const text = preflightText(factsOf([...without(source), sight(source, 'degraded', 'half of it is dark')]));
    const lines = sectionOf(text, heading);
    expect(lines.join('\n')).toContain('half of it is dark');
    expect(lines.filter((line) => none.test(line))).toEqual([]);
  });

  test.each(CASES)('%s has not looked yet does not say that there is nothing: %s', (source, heading) => {
    const lines = sectionOf(preflightText(factsOf(without(source), noReplies)), heading);
    expect(lines.join('\n')).toMatch(/^ {2}unavailable: nobody /);
  });
});

const looking = { source: 'forge', advice: null, isKnown: false };

describe('how well is seen', () => {
  test.each([
    ['all places see', ['available', 'available'], 'available'],
    ['one place does not', ['available', 'unavailable'], 'degraded'],
    ['one place sees a part', ['available', 'degraded'], 'degraded'],
    ['none sees all, one a part', ['unavailable', 'degraded'], 'degraded'],
    ['no place sees', ['unavailable', 'unavailable'], 'unavailable'],
  ])('when %s', (_, states, word) => {
    const events = states.map((state, i) => sight('forge', state, `r${i}`));
    expect(sightOf(factsOf(events), looking).state).toBe(word);
  });

  test('is a part while nobody has looked, whatever is known already, and a source that is retired never looks', () => {
    const retired = [sight('forge', 'retired', 'it is not configured any more')];
    for (const events of [[], retired]) {
      expect(sightOf(factsOf(events), { ...looking, isKnown: true }).state).toBe('degraded');
      expect(sightOf(factsOf(events), looking).state).toBe('unavailable');
    }
  });

  test('of Docker is nothing where no engine is watched', () => {
    const facts = factsOf([]);
    const setUp = { ...facts.setUp, engines: [] };
    expect(dockerSight({ ...facts, setUp })).toEqual({ state: 'unavailable', reason: 'no engine is watched' });
  });

  test('in part does not say that there are no terminals, though there are runs', () => {
    const run = known('session.run', { session: 'dev-harb-42', runner: 'alive' });
    const part = [...without('sessions'), sight('sessions', 'degraded', 'tmux is dark'), run];
    expect(sectionOf(preflightText(factsOf(part)), 'Active Sessions')).not.toContain('No tmux sessions');
    expect(sectionOf(preflightText(factsOf([...ALL_SEEN, run])), 'Active Sessions')).toContain('No tmux sessions');
  });

  test('is not taken from a source whose name only begins so', () => {
    expect(sightOf(factsOf([sight('forgery')]), looking).state).toBe('unavailable');
  });

  test('is what to set when it is not configured, whatever was said before', () => {
    const facts = factsOf([sight('forge')]);
    expect(sightOf(facts, { ...looking, advice: 'set FORGE_URL' })).toEqual({
      state: 'not_configured',
      reason: 'set FORGE_URL',
    });
    expect(sightOf(facts, { ...looking, advice: 'set FORGE_URL', isKnown: true }).state).toBe('degraded');
  });
});

const BOX_2 = sight('docker@box-2');
const BOTH = [sight('docker'), BOX_2];
const engine = (host: string, action: string): AnyEvent => known('docker.daemon', { host, action, reason: 'reset' });

describe('Docker', () => {
  const two = {
    setUp: { forge: true, otherForges: [], ci: true, matrix: true, logs: true, engines: ['box', 'box-2'] },
  };

  test.each([
    ['one engine, connected', {}, [sight('docker'), engine('box', 'connected')], 'available'],
    ['one engine after a gap', {}, [sight('docker'), engine('box', 'gap')], 'available'],
    ['one engine, lost', {}, [sight('docker'), engine('box', 'disconnected')], 'unavailable'],
    [
      'one engine, there before and not now',
      {},
      [sight('docker', 'unavailable', 'x'), engine('box', 'gap')],
      'unavailable',
    ],
    ['an engine that is no longer watched', {}, [sight('docker'), engine('box-9', 'disconnected')], 'available'],
    ['two', two, [...BOTH, engine('box', 'gap'), engine('box-2', 'connected')], 'available'],
    ['one of two', two, [...BOTH, engine('box', 'gap'), engine('box-2', 'disconnected')], 'degraded'],
    ['none of two', two, [...BOTH, engine('box', 'disconnected'), engine('box-2', 'disconnected')], 'unavailable'],
    ['two, one of which never answered', two, [sight('docker', 'unavailable', 'x'), BOX_2], 'degraded'],
    ['two, one of which nobody has looked at', two, [BOX_2], 'degraded'],
  ])('%s', (_, more, events, state) => {
    expect(dockerSight(factsOf(events, more)).state).toBe(state);
  });
});

describe('a project at another forge', () => {
  const projects = [
    { name: 'harb', repo: 'johba/harb', hasCi: true },
    { name: 'gadget', repo: 'codeberg.org/johba/gadget', hasCi: true },
    { name: 'elsewhere', repo: 'other.example/johba/harb', hasCi: true },
  ];
  const events = [
    ...ALL_SEEN,
    sight('forge@codeberg.org', 'unavailable', '502'),
    known('forge.pull', { repo: 'johba/harb', number: 5, state: 'open', branch: 'fix/issue-7', title: 'Ours' }),
  ];
  const open = (name: string): string =>
    sectionOf(preflightText(factsOf(events, { projects })), `Open PRs (${name})`)
      .join('\n')
      .trim();

  test('is as blind as that forge, and no project of another forge is', () => {
    expect(open('gadget')).toBe('unavailable: 502');
    expect(open('harb')).toContain('#5 [fix/issue-7] Ours');
  });

  test('makes the list of all that is blocked half of the truth, and names itself', () => {
    const text = preflightText(factsOf(events, { projects }));
    expect(sectionOf(text, 'Blocked Issues').filter((line) => line !== '')).toEqual(['  degraded: gadget: 502']);
  });

  test('of which no token is set says what to set, and shows nothing of a repository of the same name', () => {
    expect(open('elsewhere')).toBe('not configured: set [[forges]] with url and token of other.example');
  });
});
