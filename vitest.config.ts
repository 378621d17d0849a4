import { defineConfig } from 'vitest/config';

/** unit and integration share one worker pool; e2e and long run alone because they boot machines and fill the cores. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      ...['e2e', 'long'].map((name) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      })),
    ],
  },
});
