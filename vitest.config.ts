import { defineConfig } from 'vitest/config';

/** unit and integration share one worker pool; e2e and long run alone, as attack does, because they boot machines and fill the cores. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      ...Object.entries({
        e2e: 'test/e2e/**/*.test.ts',
        attack: 'test/attack/**/*.test.ts',
        long: 'test/long/**/*.test.ts',
        boot: 'test/long/boot-*.test.ts',
        hosts: 'test/hosts/*.test.ts',
      }).map(([name, files]) => ({
        test: {
          name,
          include: [files],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          // The matcher of expressions.test.ts calls itself for each character.
          ...(name === 'attack' ? { execArgv: ['--stack-size=7000'] } : {}),
        },
      })),
    ],
  },
});
