// npm run bench [-- [PART…] [ROUNDS [LARGE]]]: our commands beside the bare tools on the same input, LARGE
// rounds of what takes minutes each. A run of all parts writes docs/benchmarks.md after each, so that one that
// is cut short has not been in vain; parts that are named are only printed. The images lie in ROOTIMG_BENCH,
// else in the temporary folder.
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { plainReporter } from '../src/report/plain.ts';
import { benchDebian } from './bench/debian.ts';
import { benchGenimage } from './bench/genimage.ts';
import { benchmarksText, type Section, sectionText } from './bench/markdown.ts';
import { benchInspect } from './bench/inspect.ts';
import { benchLock } from './bench/lock.ts';
import { benchLayers } from './bench/layers.ts';
import { benchLargePacks } from './bench/large-packs.ts';
import { benchPackimage } from './bench/packimage.ts';
import { benchSelection } from './bench/selection.ts';
import { benchStartup } from './bench/startup.ts';
import { benchSuse } from './bench/suse.ts';
import { benchRebuild } from './bench/rebuild.ts';
import { type BenchImage, makeBenchImage } from './bench/image.ts';
import { benchWords } from './bench/words.ts';
import { run } from '../src/system/exec.ts';
import { withScope } from '../src/system/scope.ts';
import { ensureHostTools, fillingTools, productTools, testTools } from './lib/host-packages.ts';
import { runTool } from './lib/run-tool.ts';
import { sampleRepositoryTools } from './sample-repo/index.ts';

type Bench = (image: BenchImage, rounds: number, large: number) => Promise<Section | undefined>;

/** The parts, in their order. */
const benches = {
  startup: (_, rounds) => benchStartup(rounds),
  genimage: benchGenimage,
  debian: (image, _, large) => benchDebian(image, large),
  rebuild: benchRebuild,
  packimage: benchPackimage,
  'large-packs': (image, _, large) => benchLargePacks(image, large),
  layers: (image, _, large) => benchLayers(image, large),
  selection: (_, __, large) => benchSelection(large),
  inspect: (_, rounds) => benchInspect(rounds),
  lock: benchLock,
  suse: (image, _, large) => benchSuse(image, large),
} satisfies Record<string, Bench>;
const partNames = Object.keys(benches) as (keyof typeof benches)[];

await runTool(() =>
  withScope(async (scope) => {
    const { parts, rounds, large } = benchWords(process.argv.slice(2), partNames);
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
    for (const part of parts) {
      const section = await benches[part](image, rounds, large);
      if (section === undefined) continue;
      sections.push(section);
      console.log(`\n${sectionText(section)}`);
      if (parts.length === partNames.length)
        await writeFile('docs/benchmarks.md', benchmarksText(machine, rounds, sections));
    }
    console.log(machine);
    return 0;
  }),
);
