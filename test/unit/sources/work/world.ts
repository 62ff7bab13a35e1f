/** A running work source in a place that a test moves by hand. */

import type { Source } from '../../../../src/core/source.ts';
import { SECOND } from '../../../../src/core/time.ts';
import { workSource, type WorkOptions } from '../../../../src/sources/work/index.ts';
import { fakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { fakePlace, type FakePlace } from '../../../support/fake-place.ts';
import { logOf, runSource, SILENT_LOG, type RunningSource } from '../../../support/run-source.ts';

export interface WorkWorld {
  readonly clock: FakeClock;
  readonly place: FakePlace;
  start(over?: Partial<WorkOptions>): Promise<RunningSource>;
  /** Looks at everything now. */
  sweep(): Promise<void>;
}

/** Nothing runs yet. */
export function openWork(name = ''): WorkWorld {
  const clock = fakeClock();
  const place = fakePlace(name, name);
  place.folder('/tmp');
  let source: Source | null = null;
  const start = (over: Partial<WorkOptions> = {}): Promise<RunningSource> => {
    const options: WorkOptions = {
      host: 'box',
      place,
      dir: '/tmp',
      logFolders: ['/logs'],
      stateFolders: ['/factory/state'],
      lockFolders: ['/locks'],
      repos: [],
      cloneFolders: [],
      evidenceFolders: ['/ops'],
      projects: [{ name: 'harb', repo: 'johba/harb', primaryBranch: 'main' }],
      agents: { sessionIn: () => '' },
      clock,
      log: SILENT_LOG,
      latest: logOf([]),
      every: 2 * SECOND,
      ...over,
    };
    source = workSource(options);
    return runSource(source, clock);
  };
  return { clock, place, start, sweep: async () => source?.sweep?.('test') };
}
