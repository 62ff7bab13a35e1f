import { describe, expect, test } from 'vitest';
import type { EventKind } from '../../../src/core/catalog/catalog.ts';
import { eventOf, HEADER, holds, loadRule, ruleText, scopeOf } from './support.ts';

describe('numbers may be written as they come', () => {
  test.each([
    ['e.exit_code in [0, 130, 143]', { exit_code: 130 }, true],
    ['e.exit_code in [0, 130, 143]', { exit_code: 1 }, false],
    ['e.exit_code == 1', { exit_code: 1 }, true],
    ['e.exit_code != 1', { exit_code: 1 }, false],
    ['1 == e.exit_code', { exit_code: 1 }, true],
    ['e.exit_code * 2 == 2', { exit_code: 1 }, true],
    ['2 * e.exit_code == 2.0', { exit_code: 1 }, true],
    ['e.exit_code + 1 == 2 && 1 + e.exit_code == 2', { exit_code: 1 }, true],
    ['e.exit_code - 1 == 0 && 3 - e.exit_code == 2', { exit_code: 1 }, true],
    ['e.exit_code / 2 == 0.5 && 1 / e.exit_code == 1', { exit_code: 1 }, true],
    ['e.exit_code > vars.x + 200.0', { exit_code: 701 }, true],
    ['e.exit_code > vars.x + 200', { exit_code: 700 }, false],
    ['e.number == e.exit_code', { exit_code: 1, number: 1 }, true],
    ['size(e.labels) > 0', { labels: { a: 'b' } }, true],
    ['size(e.labels) > 0', {}, false],
    ['size(e.labels) == e.number', { labels: { a: 'b' }, number: 1 }, true],
    ['double(size(e.name)) == 4', { name: 'harb' }, true],
    ['-e.exit_code < 0', { exit_code: 1 }, true],
  ])('%s for %j is %s', async (when, data, expected) => {
    expect(await holds(when, 'docker.container', data)).toBe(expected);
  });
});

describe('text, tables and lists', () => {
  test.each([
    ['"com.x" in e.labels && e.labels["com.x"] == "1"', { labels: { 'com.x': '1' } }, true],
    ['"com.x" in e.labels && e.labels["com.x"] == "1"', {}, false],
    ['has(e.labels.x) && e.labels.x == "1"', { labels: { x: '1' } }, true],
    ['e.labels.exists(k, k.startsWith("com."))', { labels: { 'com.x': '1' } }, true],
    ['e.stack == vars.name && vars.on', { stack: 'harb' }, true],
    ['re(e.name, "^ha.b$")', { name: 'harb' }, true],
    ['re(e.name, "a.b")', { name: 'xharby' }, true],
    ['re(e.name, "^b")', { name: 'harb' }, false],
    ['re(e.name, e.stack)', { name: 'harb', stack: 'r+' }, true],
    ['event.kind == "docker.container" && event.host == "box" && event.subject == "thing"', {}, true],
    ['f.count == 3 && f.first < now && f.last == timestamp(0)', {}, true],
    ['event.time == now', {}, true],
    ['event.received == timestamp(0)', {}, true],
  ])('%s for %j is %s', async (when, data, expected) => {
    expect(await holds(when, 'docker.container', data)).toBe(expected);
  });

  test('a list of labels is a list', async () => {
    expect(await holds('"bug" in e.labels', 'forge.issue', { labels: ['bug'] })).toBe(true);
    expect(await holds('e.labels.all(l, l != "bug")', 'forge.issue', { labels: ['bug'] })).toBe(false);
  });

  test('a pattern that is exponential elsewhere takes no time', async () => {
    const when = await loadRule(`${HEADER}${ruleText(`when = 're(e.name, "^(a+)+$")'`)}`);
    const event = eventOf('docker.container', { name: `${'a'.repeat(5_000)}b` });
    expect(when.when?.test(scopeOf(event))).toBe(false);
  });
});

describe('times', () => {
  test.each([
    ['2025-12-31T23:00:00.000Z', true],
    ['2026-01-01T12:00:00.000Z', false],
    ['', true],
    ['yesterday', true],
  ])('a phase since %j is older than a day: %s', async (phase_since, expected) => {
    expect(await holds('now - e.phase_since > duration("24h")', 'session.phase', { phase_since })).toBe(expected);
  });

  test('a time that is not known is the beginning of time', async () => {
    expect(await holds('e.phase_since == timestamp(0)', 'session.phase', { phase_since: '' })).toBe(true);
  });
});

describe('several kinds', () => {
  const KINDS: readonly EventKind[] = ['ci.pipeline', 'forge.push', 'forge.pull'];

  test.each([
    [eventOf('forge.push', { pr: 7 }), true],
    [eventOf('ci.pipeline', { pr: 7, status: 'running' }), false],
    [eventOf('forge.pull', { pr: 7 }), true],
  ])('a field that the event does not have is the default of its type: %#', async (event, expected) => {
    const when = `e.status == "" && e.started_at == timestamp(0) && !e.draft && e.commits == 0 && e.pr == 7`;
    const rule = await loadRule(`${HEADER}${ruleText(`when = '${when}'`, KINDS)}`);
    expect(rule.when?.test(scopeOf(event))).toBe(expected);
  });

  test('what one event had does not linger when the next one lacks it', async () => {
    const rule = await loadRule(`${HEADER}${ruleText(`when = 'e.status == "running"'`, KINDS)}`);
    expect(rule.when?.test(scopeOf(eventOf('ci.pipeline', { status: 'running' })))).toBe(true);
    expect(rule.when?.test(scopeOf(eventOf('forge.push')))).toBe(false);
  });
});

describe('macros', () => {
  test('are expanded in parentheses, also within each other, and never inside of text', async () => {
    const macros = `[macros]\nbad = 'e.exit_code > 0 || e.oom'\nworse = 'macro.bad && e.name != "macro.bad"'\n`;
    const rule = await loadRule(`${HEADER}${macros}${ruleText(`when = '!macro.worse'`)}`);
    expect(rule.when?.source).toBe('!((e.exit_code > 0 || e.oom) && e.name != "macro.bad")');
    expect(rule.when?.test(scopeOf(eventOf('docker.container', { oom: true, name: 'x' })))).toBe(false);
  });
});

describe('events that an older version stored', () => {
  test('a field that is new is the default of its type', async () => {
    const rule = await loadRule(`${HEADER}${ruleText(`when = 'e.oom == false && e.action == "die"'`)}`);
    const event = eventOf('docker.container', { action: 'die' });
    const { oom: _, ...older } = event.kind === 'docker.container' ? event.data : {};
    expect(rule.when?.test(scopeOf(Object.assign({}, event, { data: older })))).toBe(true);
  });

  test('what fails on good data fails with the expression and its reason', async () => {
    const rule = await loadRule(`${HEADER}${ruleText(`when = 'e.args[5] == "x"'`, 'operator.command')}`);
    expect(() => rule.when?.test(scopeOf(eventOf('operator.command', { args: ['a'] })))).toThrow(/index out of bounds/);
  });
});
