import { memoryOpsRepo } from '../../../support/memory-ops-repo.ts';
import { testOpsRepo } from '../../../support/ops-repo-contract.ts';

testOpsRepo('the ops repo in memory', async () => memoryOpsRepo());
