// npm run bench:remote [-- ROUNDS]: what it costs to let another host build; writes docs/benchmarks-remote.md.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { plainReporter } from '../src/report/plain.ts';
import { withScope } from '../src/system/scope.ts';
import { benchRemote } from './bench/remote.ts';
import { ensureHostTools, fillingTools, productTools, testTools } from './lib/host-packages.ts';
import { runTool } from './lib/run-tool.ts';
import { ensureSampleRepository, sampleRepositoryTools } from './sample-repo/index.ts';

await runTool(() =>
  withScope(async (scope) => {
    const rounds = Number(process.argv[2] ?? 3);
    const reporter = plainReporter({
      out: (t) => process.stdout.write(t),
      err: (t) => process.stderr.write(t),
    });
    const tools = [...productTools, ...fillingTools.el, ...testTools, ...sampleRepositoryTools];
    await ensureHostTools(tools, reporter);
    const sample = await ensureSampleRepository(reporter);
    const memory = Math.round(totalmem() / 2 ** 30);
    const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${memory} GiB`;
    const text = await benchRemote(scope, sample, rounds, machine);
    await writeFile('docs/benchmarks-remote.md', text);
    console.log(`\n${text}`);
    return 0;
  }),
);
