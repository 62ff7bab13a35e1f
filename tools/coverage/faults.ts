/** The faults of the factory's shell supervisor, by their numbers. */

import { ALARMS } from './faults/alarms.ts';
import type { Fault } from './faults/fault.ts';
import { HARM } from './faults/harm.ts';
import { REPORTS } from './faults/reports.ts';
import { SIGHT } from './faults/sight.ts';

/** All of them. */
export const FAULTS: readonly Fault[] = [...SIGHT, ...REPORTS, ...ALARMS, ...HARM];
