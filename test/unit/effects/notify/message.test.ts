import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../../src/core/time.ts';
import { renderMessage, type Said, type Wording } from '../../../../src/effects/notify/message.ts';
import { DECIDED, makeCard } from '../../../support/make-order.ts';

const FACTS = 'owner @johba · on box · since 2026-01-02 09:50:00 UTC';
const WHY = 'reactor why f00dfacef00dfacef00dface';

function render(wording: Wording, card: Parameters<typeof makeCard>[0] = {}, more: Partial<Said> = {}) {
  return renderMessage({ wording, card: makeCard(card), now: DECIDED, late: null, budget: 56_000, ...more });
}

const bytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

describe('the words', () => {
  test('of an alert', () => {
    expect(render('alert').text).toBe(
      `[P2] harb/anvil keeps dying\nIt exited with code 1.\n${FACTS} · seen 3 times · ${WHY}`,
    );
    expect(render('alert').html).toBe(
      `<strong>[P2] harb/anvil keeps dying</strong><br>It exited with code 1.<br>${FACTS} · seen 3 times · ${WHY}`,
    );
  });

  test('of an alert that is over strike the title through', () => {
    const message = render('over', { resolvedAt: DECIDED + 2 * MINUTE });
    expect(message.text.split('\n')[0]).toBe('[P2] resolved after 12m: harb/anvil keeps dying');
    expect(message.html).toContain('<strong>[P2] resolved after 12m: </strong><del>harb/anvil keeps dying</del>');
  });

  test('of the end say how long it was and how often', () => {
    expect(render('resolution', { resolvedAt: DECIDED + 2 * MINUTE }).text).toBe(
      `[P2] resolved after 12m: harb/anvil keeps dying\n${FACTS} · seen 3 times · over 2026-01-02 10:02:00 UTC · ${WHY}`,
    );
  });

  test.each([
    ['once', { count: 1 }, 'seen once'],
    ['without an owner', { owner: '' }, 'owner unknown'],
    ['that comes and goes', { state: 'flapping' as const }, 'comes and goes'],
    [
      'that nobody can confirm',
      { unconfirmed: { source: 'forge', since: DECIDED, reason: '502' } },
      'unconfirmed since 2026-01-02T10:00:00Z: forge cannot see, 502',
    ],
    ['with a runbook', { runbook: 'docs/crash.md' }, 'runbook docs/crash.md'],
  ])('of a finding %s say %j', (_, card, said) => {
    expect(render('alert', card).text).toContain(said);
  });

  test('of an all clear are about no finding, and wake nobody', () => {
    const card = {
      state: 'clear' as const,
      priority: 'P4' as const,
      title: 'All clear',
      text: 'No issues found',
      resolvedAt: DECIDED,
    };
    const { text, mention, urgent, resolved } = render('alert', card);
    expect(text).toBe('All clear after 10m\nNo issues found\non box · trouble since 2026-01-02 09:50:00 UTC');
    expect({ mention, urgent, resolved }).toEqual({ mention: false, urgent: false, resolved: true });
  });

  test('of a late message say how late', () => {
    expect(render('alert', {}, { late: 2 * HOUR }).text).toContain('[P2] harb/anvil keeps dying (delayed 2h)\n');
    expect(render('alert', {}, { late: 2 * HOUR }).html).toContain('</strong> (delayed 2h)<br>');
  });
});

describe('who is woken', () => {
  test.each<[Parameters<typeof makeCard>[0], Wording, boolean, boolean]>([
    [{ priority: 'P0' }, 'alert', true, true],
    [{ priority: 'P0' }, 'still', true, true],
    [{ priority: 'P0' }, 'resolution', false, true],
    [{ priority: 'P0' }, 'over', false, true],
    [{ priority: 'P1' }, 'alert', false, true],
    [{ priority: 'P2' }, 'alert', false, false],
  ])('%j, %s: mention %s, urgent %s', (card, wording, mention, urgent) => {
    expect(render(wording, card)).toMatchObject({ mention, urgent });
  });
});

describe('foreign text', () => {
  test('is escaped in HTML, in the title, the text and the owner', () => {
    const message = render('alert', { title: '<b>&"', text: "<img src=x onerror='y'>", owner: '<i>' });
    expect(message.html).toContain('&lt;b&gt;&amp;&quot;');
    expect(message.html).toContain('&lt;img src=x onerror=&#39;y&#39;&gt;');
    expect(message.html).toContain('owner &lt;i&gt;');
    expect(message.html.replaceAll(/<\/?strong>|<br>/g, '')).not.toMatch(/[<>]/);
  });

  test('cannot hold what homeservers refuse or what turns a line round', () => {
    const message = render('alert', { title: 'a\nb\u0000', text: 'x\u001b[31m\ud800y\u202ez\r\nnext' });
    expect(message.text).toContain('[P2] a b\n');
    expect(message.text).toContain('x [31m\ufffdy z\nnext');
    expect(message.html).toContain('z<br>next');
  });
});

describe('the size', () => {
  test.each([
    ['plain', 'x'.repeat(500_000)],
    ['quotes, which grow in HTML', '"'.repeat(500_000)],
    ['emoji, of four bytes', '🦀'.repeat(100_000)],
  ])('stays below the budget for %s', (_, text) => {
    const message = render('alert', { text }, { budget: 27_000 });
    expect(bytes(message.text) + bytes(message.html)).toBeLessThanOrEqual(27_000);
    expect(message.text).toContain(`(cut: ${text.length} characters in all; ${WHY})`);
    expect(message.text.isWellFormed()).toBe(true);
  });

  test('of a body stays below 32 KB whatever the budget', () => {
    expect(bytes(render('alert', { text: 'x'.repeat(500_000) }, { budget: 1e9 }).text)).toBeLessThan(32_000);
  });

  test('of a title is bounded', () => {
    expect(render('alert', { title: 't'.repeat(9_000) }).text.length).toBeLessThan(600);
  });

  test('of a short message is left alone', () => {
    expect(render('alert').text).not.toContain('cut:');
  });
});
