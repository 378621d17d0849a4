// npm run bench:against -- DIR [ROUNDS]: this checkout beside another one that is built, such as that of an
// earlier commit; writes docs/benchmarks-against.md.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { RootimgError } from '../src/base/errors.ts';
import { exists } from '../src/base/exists.ts';
import { run } from '../src/system/exec.ts';
import { plainReporter } from '../src/report/plain.ts';
import { withScope } from '../src/system/scope.ts';
import { againstText, benchAgainst } from './bench/against.ts';
import { makeBenchImage } from './bench/image.ts';
import { ensureHostTools, fillingTools, productTools, testTools } from './lib/host-packages.ts';
import { runTool } from './lib/run-tool.ts';
import { sampleRepositoryTools } from './sample-repo/index.ts';

const strace = { command: 'strace', debian: 'strace', el: 'strace', why: 'leaves out the flushes' };

await runTool(() =>
  withScope(async (scope) => {
    const other = resolve(process.argv[2] ?? '.');
    const rounds = Number(process.argv[3] ?? 5);
    if (process.argv[2] === undefined || !(await exists(`${other}/dist/main.mjs`))) {
      throw new RootimgError('no-checkout', `${other} is not another checkout that is built.`, {
        hint: 'git clone . DIR; in DIR: git checkout COMMIT && npm ci && npm run build. Then: npm run bench:against -- DIR',
      });
    }
    const reporter = plainReporter({
      out: (t) => process.stdout.write(t),
      err: (t) => process.stderr.write(t),
    });
    const tools = [...productTools, ...fillingTools.el, ...testTools, ...sampleRepositoryTools, strace];
    await ensureHostTools(tools, reporter);
    const before = await makeBenchImage(scope, reporter, other);
    const now = await makeBenchImage(scope, reporter);
    const load = loadavg()[0] ?? 0;
    const { stdout } = await run(['stat', '--file-system', '--format=%T', now.base]);
    const rows = await benchAgainst(before, now, rounds);
    const machine = `Machine: ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, images on ${stdout.trim()}; load at the beginning ${load.toFixed(1)}, at the end ${(loadavg()[0] ?? 0).toFixed(1)}.`;
    const text = await againstText(before, rows, rounds, machine);
    await writeFile('docs/benchmarks-against.md', text);
    console.log(`\n${text}`);
    return 0;
  }),
);
