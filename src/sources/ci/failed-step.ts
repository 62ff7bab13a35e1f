/** Which step of a pipeline failed, and whether the machine is at fault rather than the change. */

import { isRed } from '../../core/ci-status.ts';
import type { CiPipeline, CiStep } from '../../ports/ci.ts';

export interface FailedStep {
  /** `''` when none failed or it is not known. */
  readonly name: string;
  /** -1 when not known. */
  readonly exitCode: number;
  readonly infra: boolean;
}

const NONE: FailedStep = { name: '', exitCode: -1, infra: false };

/** The first step that failed in the order of workflows and steps. */
export function failedStep({ status, workflows }: CiPipeline): FailedStep {
  if (!isRed(status) && status !== 'killed') return NONE;
  const step = (workflows ?? [])
    .flatMap((flow) => flow.steps)
    .find((one) => isRed(one.status) || one.status === 'killed');
  return step === undefined ? NONE : { name: step.name, exitCode: step.exitCode, infra: isInfra(step) };
}

/** 128 is git that could not reach the forge; 137 a process that was killed, most often for want of memory. */
function isInfra({ name, type, exitCode }: CiStep): boolean {
  if (exitCode === 137) return true;
  return exitCode === 128 && (type === 'clone' || name.includes('clone') || name.startsWith('git'));
}
