import { join } from 'node:path';
import type { BenchImage } from './image.ts';
import { forgetPacks } from './forget-packs.ts';
import { ensureLargeTree } from './large-tree.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';
import { runAndWatch } from './memory.ts';
import { contestants, type Duel, ratios } from './packimage.ts';

const duels: readonly Duel[] = [
  { options: ['-m', 'squashfs', '-c', 'zstd'], beside: 'mksquashfs, zstd level 4', wanted: 1.05 },
  { options: ['-m', 'erofs', '-c', 'lz4'], beside: 'mkfs.erofs, lz4', wanted: 1.15 },
  { options: ['-m', 'cpio', '-c', 'zstd'], beside: 'find | cpio | zstd -T0 -3', wanted: 1.15 },
  { options: ['-m', 'cpio', '-c', 'zstd'], beside: 'bsdtar --format newc | zstd -T0 -3', wanted: 1.15 },
  { options: ['-m', 'tar', '-c', 'zstd'], beside: 'tar | zstd -T0 -3', wanted: 1.15 },
];

/** packimage over 200,000 files beside the bare pipelines, and the memory that it takes itself. */
export async function benchLargePacks(image: BenchImage, rounds: number): Promise<Section> {
  console.log('packimage, 200,000 files:');
  const rootimgdir = ensureLargeTree();
  await forgetPacks(rootimgdir);
  const large = 'bench-large';
  const words = ['imagetype=linux', 'profile=compute', 'provmethod=netboot', `rootimgdir=${rootimgdir}`];
  const { osvers, arch } = image.sample;
  await image.type('mkdef', '-t', 'osimage', '-o', large, ...words, `osvers=${osvers}`, `osarch=${arch}`);
  const peaks: number[] = [];
  const pack = async (options: readonly string[]) => {
    peaks.push(await runAndWatch(image, 'packimage', [...options, large]));
  };
  const root = join(rootimgdir, 'rootimg');
  const timings = await interleave(contestants(duels, root, image.base, pack), rounds);
  await forgetPacks(rootimgdir);
  return {
    title: 'packimage, 200,000 files',
    input: `A made tree of 200,000 files with 2 GB, warm in the page cache; medians of ${rounds}.`,
    timings,
    ratios: [
      ...ratios(duels, timings),
      { what: 'largest memory of packimage itself / 150 MB', value: Math.max(...peaks) / 150e6, wanted: 1 },
    ],
  };
}
