import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import type { BenchImage } from './image.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';

/** packimage as squashfs beside bare mksquashfs over the same tree with the same compressor, level and number of processors. */
export async function benchPackimage(image: BenchImage, rounds: number): Promise<Section> {
  console.log('packimage:');
  const root = join(image.rootimgdir, 'rootimg');
  const target = join(image.base, 'bare.sfs');
  const bare = (compressor: readonly string[]) => async () => {
    const threads = String(availableParallelism());
    await run([
      'mksquashfs',
      root,
      target,
      '-noappend',
      '-no-progress',
      '-processors',
      threads,
      '-comp',
      ...compressor,
    ]);
  };
  const remove = () => rm(target, { force: true });
  const timings = await interleave(
    [
      { name: 'bare mksquashfs, zstd', before: remove, work: bare(['zstd', '-Xcompression-level', '6']) },
      {
        name: 'packimage -m squashfs -c zstd',
        work: () => image.type('packimage', '-m', 'squashfs', '-c', 'zstd', image.name),
      },
      { name: 'bare mksquashfs, gzip', before: remove, work: bare(['gzip', '-Xcompression-level', '6']) },
      {
        name: 'packimage -m squashfs -c gzip',
        work: () => image.type('packimage', '-m', 'squashfs', '-c', 'gzip', image.name),
      },
    ],
    rounds,
  );
  const [bareZstd, zstd, bareGzip, gzip] = timings.map((t) => t.median) as [number, number, number, number];
  return {
    title: 'packimage',
    input: 'The tree that genimage made, warm in the page cache.',
    timings,
    ratios: [
      { what: 'packimage / bare mksquashfs, zstd', value: zstd / bareZstd, wanted: 1.1 },
      { what: 'packimage / bare mksquashfs, gzip', value: gzip / bareGzip, wanted: 1.1 },
    ],
  };
}
