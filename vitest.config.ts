import { defineConfig } from 'vitest/config';

const project = (name: string, include: readonly string[], timeout: number, parallel: boolean) => ({
  test: {
    name,
    include: [...include],
    testTimeout: timeout,
    hookTimeout: timeout * 2,
    fileParallelism: parallel,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts', 'test/architecture/**/*.test.ts'], 5_000, true),
      project('scenarios', ['test/scenarios/**/*.test.ts'], 20_000, true),
      project('integration', ['test/integration/**/*.test.ts', 'test/contract/**/*.test.ts'], 60_000, false),
      project('e2e', ['test/e2e/**/*.test.ts'], 180_000, false),
    ],
  },
});
