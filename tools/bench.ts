// npm run bench [-- ROUNDS [LARGE]]: our commands beside the bare tools on the same input, LARGE rounds on
// 200,000 files; writes docs/benchmarks.md after each section, so that a run that is cut short has not been
// in vain. The images lie in ROOTIMG_BENCH, else in the temporary folder.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { plainReporter } from '../src/report/plain.ts';
import { benchDebian } from './bench/debian.ts';
import { benchGenimage } from './bench/genimage.ts';
import { benchmarksText, type Section } from './bench/markdown.ts';
import { benchLargePacks } from './bench/large-packs.ts';
import { benchPackimage } from './bench/packimage.ts';
import { benchSelection } from './bench/selection.ts';
import { benchStartup } from './bench/startup.ts';
import { benchSuse } from './bench/suse.ts';
import { benchRebuild } from './bench/rebuild.ts';
import { makeBenchImage } from './bench/image.ts';
import { run } from '../src/system/exec.ts';
import { withScope } from '../src/system/scope.ts';
import { ensureHostTools, fillingTools, productTools, testTools } from './lib/host-packages.ts';
import { runTool } from './lib/run-tool.ts';
import { sampleRepositoryTools } from './sample-repo/index.ts';

await runTool(() =>
  withScope(async (scope) => {
    const rounds = Number(process.argv[2] ?? 5);
    const large = Number(process.argv[3] ?? Math.min(rounds, 3));
    const reporter = plainReporter({
      out: (t) => process.stdout.write(t),
      err: (t) => process.stderr.write(t),
    });
    await ensureHostTools(
      [...productTools, ...fillingTools.el, ...fillingTools.debian, ...testTools, ...sampleRepositoryTools],
      reporter,
    );
    const image = await makeBenchImage(scope, reporter);
    const memory = Math.round(totalmem() / 2 ** 30);
    const { stdout } = await run(['stat', '--file-system', '--format=%T', image.base]);
    const fileSystem = stdout.trim();
    const machine = `Machine: ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${memory} GiB, images on ${fileSystem}.`;
    const sections: Section[] = [];
    let text = '';
    for (const bench of [
      () => benchStartup(rounds),
      () => benchGenimage(image, rounds),
      () => benchDebian(image, large),
      () => benchRebuild(image, rounds),
      () => benchPackimage(image, rounds),
      () => benchLargePacks(image, large),
      () => benchSelection(large),
      () => benchSuse(image, large),
    ]) {
      const section = await bench();
      if (section === undefined) continue;
      sections.push(section);
      text = benchmarksText(machine, rounds, sections);
      await writeFile('docs/benchmarks.md', text);
    }
    console.log(`\n${text}`);
    return 0;
  }),
);
