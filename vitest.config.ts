import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/lib/long-first.ts';

const cores = availableParallelism();
/** Files that build, boot or kill at a time: each fills a core for a while and then waits for a disk. */
const heavy = Math.min(cores, 4);

export default defineConfig({
  test: {
    // vitest would leave one idle.
    maxWorkers: cores,
    sequence: { sequencer: LongFirst },
    // A boot against a bad server waits most of the time.
    maxConcurrency: 20,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 180_000,
          isolate: false,
          setupFiles: ['test/lib/own-modules.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          isolate: false,
          setupFiles: ['test/lib/own-modules.ts'],
        },
      },
      ...Object.entries({
        e2e: ['test/e2e/**/*.test.ts', heavy],
        attack: ['test/attack/**/*.test.ts', heavy],
        long: ['test/long/**/*.test.ts', 1],
        boot: ['test/long/boot-*.test.ts', 1],
        hosts: ['test/hosts/*.test.ts', 1],
      } as const).map(([name, [files, maxWorkers]]) => ({
        test: {
          name,
          include: [files],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          maxWorkers,
          // Attacks run commands in this process, which takes seconds to load them. And the matcher of
          // expressions.test.ts calls itself for each character.
          ...(name === 'attack' ? { isolate: false, execArgv: ['--stack-size=7000'] } : {}),
        },
      })),
    ],
  },
});
