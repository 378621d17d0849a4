// npm run bench:boot [-- ROUNDS]: how long nodes take in every form, and with how much memory; writes
// docs/benchmarks-boot.md.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { plainReporter } from '../src/report/plain.ts';
import { withScope } from '../src/system/scope.ts';
import { benchBoot } from './bench/boot.ts';
import { makeBenchImage } from './bench/image.ts';
import { ensureHostTools, fillingTools, productTools } from './lib/host-packages.ts';
import { runTool } from './lib/run-tool.ts';
import { sampleRepositoryTools } from './sample-repo/index.ts';

await runTool(() =>
  withScope(async (scope) => {
    const rounds = Number(process.argv[2] ?? 3);
    const reporter = plainReporter({
      out: (t) => process.stdout.write(t),
      err: (t) => process.stderr.write(t),
    });
    await ensureHostTools([...productTools, ...fillingTools.el, ...sampleRepositoryTools], reporter);
    const image = await makeBenchImage(scope, reporter);
    const memory = Math.round(totalmem() / 2 ** 30);
    const machine = `The host: ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${memory} GiB.`;
    const text = await benchBoot(image, rounds, machine);
    await writeFile('docs/benchmarks-boot.md', text);
    console.log(`\n${text}`);
    return 0;
  }),
);
