import { expect, test } from 'vitest';
import { preflightText } from '../../../../src/factory/preflight/preflight.ts';
import { headingsOf, sectionOf } from '../../../support/factory-tools.ts';
import { ALL_SEEN, factsOf, known, minutesAgo } from '../../../support/preflight-facts.ts';

const HEADINGS = headingsOf('harb');

const headingsIn = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => (line.startsWith('## ') ? [line.slice(3)] : []));

test('the sections have the headings of the factory, in its order', () => {
  expect(headingsIn(preflightText(factsOf(ALL_SEEN)))).toEqual(HEADINGS);
});

test('they are all there when something is stale, and what stands behind it too', () => {
  const stale = known('session.phase', {
    session: 'dev-harb-62',
    repo: 'johba/harb',
    number: 62,
    issue: 62,
    path: '/tmp/dev-session-harb-62.phase',
    phase: 'escalate',
  });
  const closed = known('forge.issue', {
    repo: 'johba/harb',
    number: 62,
    state: 'closed',
    closed_at: minutesAgo(3_000),
  });
  const lock = known('lock.file', { path: '/tmp/a-run.lock', name: 'a-run.lock', owner: 'dead' });
  const text = preflightText(factsOf([...ALL_SEEN, stale, closed, lock]));
  expect(sectionOf(text, 'Stale Phase Cleanup')[0]).toContain('Stale: dev-session-harb-62.phase');
  expect(headingsIn(text)).toEqual(HEADINGS);
  expect(sectionOf(text, 'Lock Files')[0]).toContain('a-run.lock');
});

test('they are all there when nothing is known at all', () => {
  expect(headingsIn(preflightText(factsOf([])))).toEqual(HEADINGS);
});

test.each(HEADINGS)('the factory’s tools find "%s", and nothing of another section in it', (heading) => {
  const lines = preflightText(factsOf(ALL_SEEN)).split('\n');
  const from = lines.indexOf(`## ${heading}`) + 1;
  const next = lines.findIndex((line, i) => i >= from && line.startsWith('## '));
  const section = lines.slice(from, next === -1 ? lines.length : next);
  expect(section.join('').trim()).not.toBe('');
  expect(sectionOf(lines.join('\n'), heading.replace(' (harb)', ''))).toEqual(section);
});

test('a word is not found in a longer one: Docker is not Docker Allocs', () => {
  const text = preflightText(factsOf([...ALL_SEEN, known('docker.container', { name: 'edge', state: 'running' })]));
  expect(sectionOf(text, 'Docker').join('\n')).not.toContain('RSS');
});

test('sections of one heading stand together, so that tools read all projects', () => {
  const projects = [
    { name: 'harb', repo: 'johba/harb', hasCi: true },
    { name: 'harb-2', repo: 'johba/harb-2', hasCi: true },
  ];
  const pulls = projects.map(({ repo }) => known('forge.pull', { repo, number: 1, state: 'open', title: repo }));
  const text = preflightText(factsOf([...ALL_SEEN, ...pulls], { projects }));
  expect(sectionOf(text, 'Open PRs').filter((line) => line.startsWith('#1'))).toHaveLength(2);
});

test.each(['x\n## System Resources', 'a (b)', '\u001B[2J', '  '])(
  'a project named %j makes no heading of its own',
  (name) => {
    const text = preflightText(factsOf(ALL_SEEN, { projects: [{ name, repo: 'a/b', hasCi: true }] }));
    expect(headingsIn(text)).toHaveLength(HEADINGS.length);
    expect(text).not.toContain('\u001B');
  },
);

test('sections have one blank line between them, and the text ends with its last line', () => {
  const text = preflightText(factsOf(ALL_SEEN));
  expect(text.match(/\n\n## /g)).toHaveLength(HEADINGS.length - 1);
  expect(text).not.toMatch(/\n\n\n|\n\n$|[^\n]\n## /);
  expect(text.endsWith('\n')).toBe(true);
});
