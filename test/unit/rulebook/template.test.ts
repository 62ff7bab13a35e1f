import { describe, expect, test } from 'vitest';
import { UnsafeValue } from '../../../src/core/template.ts';
import { eventOf, HEADER, loadRule, rendered, ruleText, scopeOf } from './support.ts';

describe('values', () => {
  test.each([
    ['{{e.stack}}/{{ e.service }}', { stack: 'harb', service: 'anvil' }, 'harb/anvil'],
    ['{{e.exit_code}}', { exit_code: -1 }, '-1'],
    ['{{e.exit_code}}', { exit_code: 12.3456 }, '12.35'],
    ['{{e.oom}} {{e.managed}}', { oom: true }, 'true false'],
    ['{{vars.x}} {{f.count}} {{event.kind}} {{event.host}}', {}, '500 3 docker.container box'],
    ['{{event.time}}', {}, '2026-01-02T00:00:00.000Z'],
    ['plain', {}, 'plain'],
    ['', {}, ''],
  ])('%j of %j is %j', async (text, data, expected) => {
    expect(await rendered(text, 'docker.container', data)).toBe(expected);
  });

  test('a list is its texts', async () => {
    expect(await rendered('{{e.labels}}', 'forge.issue', { labels: ['bug', 'p1'] })).toBe('bug, p1');
  });

  test('a field that the event at hand does not have is the default of its type', async () => {
    const text = `when = 'true'\ntext = "[{{e.status}}] {{e.commits}} {{e.created}}"`;
    const rule = await loadRule(`${HEADER}${ruleText(text, ['ci.pipeline', 'forge.push'])}`);
    expect(rule.render(rule.text, scopeOf(eventOf('ci.pipeline', { status: 'running' })))).toBe('[running] 0 false');
    expect(rule.render(rule.text, scopeOf(eventOf('forge.push', { commits: 2 })))).toBe('[] 2 false');
  });
});

describe('filters', () => {
  test.each([
    [500, '500 MB'],
    [1023.6, '1024 MB'],
    [1536, '1.5 GB'],
    [20480, '20 GB'],
    [3_145_728, '3 TB'],
    [0, '0 MB'],
  ])('%d MB is %s', async (available_mb, expected) => {
    expect(await rendered('{{e.available_mb | mb}}', 'host.memory', { available_mb })).toBe(expected);
  });

  test.each([
    ['2026-01-01T23:59:30Z', '30s ago'],
    ['2026-01-01T23:30:00Z', '30m ago'],
    ['2025-12-31T23:00:00Z', '25h ago'],
    ['2025-12-28T00:00:00Z', '5d ago'],
    ['2026-01-03T00:00:00Z', '0s ago'],
    ['', 'at an unknown time'],
    ['yesterday', 'yesterday'],
  ])('%j is %s', async (phase_since, expected) => {
    expect(await rendered('{{e.phase_since|ago}}', 'session.phase', { phase_since })).toBe(expected);
  });

  test('the finding and the envelope have times too', async () => {
    expect(await rendered('{{f.first | ago}}, {{event.time | ago}}', 'host.load')).toBe('60m ago, 0s ago');
  });

  test.each([
    ['test', 'test'],
    ['', 'not known'],
  ])('known is a text, and says so when there is none: "%s"', async (step, said) => {
    expect(await rendered('{{e.failed_step | known}}', 'ci.pipeline', { failed_step: step })).toBe(said);
  });

  test('known is a time, too', async () => {
    expect(await rendered('{{e.last_push_at | known}}', 'git.repo', { last_push_at: '' })).toBe('not known');
  });

  test('short is the first twelve characters', async () => {
    expect(await rendered('{{e.id | short}}', 'docker.container', { id: '0123456789abcdef' })).toBe('0123456789ab');
  });
});

describe('what people chose cannot break a line', () => {
  test.each([
    ['a\nb\r\nc', 'a b c'],
    ['\u001b[31mred', ' [31mred'],
    ['abc\u202edef\u2066', 'abc def '],
    ['zero\u200bwidth', 'zero width'],
    ['line\u2028separator\u0085next', 'line separator next'],
    ['tab\there', 'tab here'],
    ['naïve – ✓ 日本', 'naïve – ✓ 日本'],
    ['{{e.id}}', '{{e.id}}'],
  ])('%j is %j', async (name, expected) => {
    expect(await rendered('{{e.name}}', 'docker.container', { name })).toBe(expected);
  });

  test('a text ends after 500 characters', async () => {
    const text = await rendered('{{e.name}} is down', 'docker.container', { name: 'x'.repeat(2_000) });
    expect(text).toHaveLength(500);
    expect(text.endsWith('x…')).toBe(true);
  });
});

describe('into a session', () => {
  const nudge = `when = 'true'\ndo = [{ act = "nudge", session = "dev-{{e.repo_slug}}-{{e.issue}}", template = "pr-stale" }]`;

  async function sessionOf(data: { readonly repo_slug: string; readonly issue: number }): Promise<string> {
    const rule = await loadRule(`${HEADER}${ruleText(nudge, 'ci.pipeline')}`);
    const action = rule.steps[0]?.action;
    if (action?.act !== 'nudge') throw new Error('not a nudge');
    return rule.renderSafe(action.session, scopeOf(eventOf('ci.pipeline', data)));
  }

  test('ids and numbers are rendered', async () => {
    expect(await sessionOf({ repo_slug: 'harb', issue: 42 })).toBe('dev-harb-42');
  });

  test.each(['', 'a b', 'a;b', 'a\nb', '$(id)', 'x'.repeat(65), 'é', 'a:b'])('%j is refused', async (repo_slug) => {
    await expect(sessionOf({ repo_slug, issue: 42 })).rejects.toThrow(UnsafeValue);
    await expect(sessionOf({ repo_slug, issue: 42 })).rejects.toThrow(
      /e\.repo_slug is ".*", which is not a safe token/,
    );
  });
});
