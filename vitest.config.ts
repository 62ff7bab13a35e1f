import { defineConfig } from 'vitest/config';

interface Speed {
  /** Of one test, in ms. */
  readonly timeout: number;
  /** Files at a time. Real Docker Engines and tmux servers have the machine to themselves. */
  readonly workers: number;
}

const project = (name: string, folders: readonly string[], { timeout, workers }: Speed) => ({
  name,
  include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
  testTimeout: timeout,
  hookTimeout: timeout * 2,
  maxWorkers: workers,
});

/** In this order, one after another: what fails fast comes first. */
const PROJECTS = [
  project('unit', ['unit', 'architecture'], { timeout: 5_000, workers: 2 }),
  project('scenarios', ['scenarios'], { timeout: 20_000, workers: 2 }),
  project('integration', ['integration', 'contract'], { timeout: 60_000, workers: 1 }),
  project('e2e', ['e2e'], { timeout: 180_000, workers: 1 }),
];

export default defineConfig({
  test: {
    projects: PROJECTS.map((test, groupOrder) => ({ test: { ...test, sequence: { groupOrder } } })),
  },
});
