/** Preflight: Escalation Replies. */

import { toIsoSeconds } from '../../core/time.ts';
import { eventsOf, type Facts } from './facts.ts';
import { AVAILABLE, degraded, isSeen, unavailable, type Section, type Sight } from './section.ts';
import { sightOf } from './sight.ts';
import { plain } from './words.ts';

export interface RepliesView {
  readonly replies: readonly ReplyView[];
}

interface ReplyView {
  readonly at: string;
  readonly from: string;
  readonly said: string;
}

/** What people answered: in the factory's own file, where its listener puts them, then what was said to the reactor. Time, sender, words. */
export function escalationReplies(facts: Facts): Section<RepliesView> {
  const replies = [...inFile(facts), ...inMatrix(facts)];
  return {
    heading: 'Escalation Replies (from Matrix)',
    sight: repliesSight(facts),
    lines: replies.map(({ at, from, said }) => [at, from, said].filter((part) => part !== '').join('\t')),
    none: ['  None'],
    view: { replies },
  };
}

const LONGEST = 500;

function inFile({ live }: Facts): readonly ReplyView[] {
  const replies = live.replies.got ? live.replies.value : [];
  return replies.map(({ at, from, said }) => ({
    at: plain(at),
    from: plain(from),
    said: harmless(plain(said, LONGEST)),
  }));
}

/** No reply makes a heading. */
const harmless = (said: string): string => (said.startsWith('#') ? ` ${said}` : said);

function inMatrix({ commands }: Facts): readonly ReplyView[] {
  return commands
    .filter(({ data }) => data.room !== '' && data.room !== 'cli')
    .map(({ time, data }) => ({
      at: toIsoSeconds(time),
      from: plain(data.from),
      said: plain([data.verb, ...data.args, data.finding].filter((part) => part !== '').join(' ')),
    }));
}

function repliesSight(facts: Facts): Sight {
  const file = fileSight(facts);
  if (!facts.setUp.matrix) return file;
  const matrix = matrixSight(facts);
  const reasons = [...new Set([matrix.reason, file.reason])].filter((reason) => reason !== '').join('; ');
  if (matrix.state === 'available' && file.state === 'available') return AVAILABLE;
  return isSeen(matrix) || isSeen(file) ? degraded(reasons) : unavailable(reasons);
}

function fileSight({ live }: Facts): Sight {
  if (!live.replies.got) return unavailable(plain(live.replies.reason, 300));
  return live.replies.flaw === '' ? AVAILABLE : degraded(plain(live.replies.flaw, 300));
}

function matrixSight(facts: Facts): Sight {
  const isKnown = inMatrix(facts).length > 0;
  const isRead = eventsOf(facts, 'reactor.source').some(({ data }) => data.source === 'matrix');
  if (!isRead && !isKnown) return unavailable('nobody reads replies in Matrix; the reactor only writes there');
  return sightOf(facts, { source: 'matrix', advice: null, isKnown });
}
