import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { forgetPacks } from './forget-packs.ts';
import type { BenchImage } from './image.ts';
import { ensureLargeTree } from './large-tree.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';

const name = 'bench-layers';
const edits = 10;

/**
 * packimage --layers over 200,000 files after an edit of one, and after an update of a package; see
 * docs/packimage.md.
 */
export async function benchLayers(image: BenchImage, rounds: number): Promise<Section> {
  console.log('layers, 200,000 files:');
  const rootimgdir = ensureLargeTree();
  await forgetPacks(rootimgdir);
  const config = join(image.base, 'etc/config.yaml');
  await mkdir(join(image.base, 'etc'), { recursive: true });
  await writeFile(config, `packimage:\n  generations: ${edits + 2}\n`);
  await define(image, rootimgdir);
  try {
    const pack = (...options: string[]) => image.type('packimage', '--layers', ...options, name);
    const folders = await packageFolders(join(rootimgdir, 'rootimg'));
    const [one = ''] = await filesOf(folders[0] ?? []);
    const timings = await interleave(
      [
        { name: 'packimage --layers, all of it as a new base', work: () => pack('--rebase') },
        { name: 'packimage --layers, one file edited', before: () => edit(one), work: () => pack() },
        {
          name: 'packimage --layers, a package updated',
          before: async () => {
            for (const file of await filesOf(folders[1] ?? [])) await replace(file);
          },
          work: () => pack(),
        },
      ],
      rounds,
    );
    const disk = await diskOfEdits(rootimgdir, pack, () => edit(one));
    const [whole = 0, edited = 0, updated = 0] = timings.map((timing) => timing.median);
    return {
      title: 'Layers, 200,000 files',
      input:
        'The same tree in layers, as squashfs with the compressor that packimage takes by itself. The package has ' +
        `${(await filesOf(folders[1] ?? [])).length} files, each replaced as rpm does it. Medians of ${rounds}.`,
      timings,
      ratios: [
        { what: 'one file edited / all of it', value: edited / whole, wanted: 0.08 },
        { what: 'one file edited / 2 s', value: edited / 2, wanted: 1 },
        { what: 'a package updated / all of it', value: updated / whole, wanted: 0.2 },
        { what: `disk of ${edits + 1} generations / disk of one`, value: disk, wanted: 1.1 },
      ],
    };
  } finally {
    await rm(config);
    await forgetPacks(rootimgdir);
  }
}

async function define({ type, sample }: BenchImage, rootimgdir: string): Promise<void> {
  await type(
    'mkdef',
    ...['-t', 'osimage', '-o', name, 'imagetype=linux', 'profile=compute', 'provmethod=netboot'],
    ...[`rootimgdir=${rootimgdir}`, `osvers=${sample.osvers}`, `osarch=${sample.arch}`],
  );
}

/** The folders of each made package below opt/. */
async function packageFolders(root: string): Promise<string[][]> {
  const packages = (await readdir(join(root, 'opt'))).sort();
  return Promise.all(
    packages.map(async (one) => {
      const parts = await readdir(join(root, 'opt', one));
      return parts.map((part) => join(root, 'opt', one, part));
    }),
  );
}

async function filesOf(folders: readonly string[]): Promise<string[]> {
  const files = [];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isFile()) files.push(join(folder, entry.name));
    }
  }
  return files.sort();
}

/** Other bytes of the same number, in place: the tree stays as large as it is. */
async function edit(file: string): Promise<void> {
  await writeFile(file, changed(await readFile(file)));
}

/** The same by a new file of that name. */
async function replace(file: string): Promise<void> {
  await writeFile(`${file};new`, changed(await readFile(file)));
  await rename(`${file};new`, file);
}

const changed = (bytes: Buffer) => bytes.map((byte) => byte ^ 0x55);

/** Disk of the generations after so many edits above a new base, as a multiple of the base's generation. */
async function diskOfEdits(
  rootimgdir: string,
  pack: (...options: string[]) => Promise<void>,
  editOne: () => Promise<void>,
): Promise<number> {
  await forgetPacks(rootimgdir);
  await pack();
  const alone = await bytesBelow(join(rootimgdir, 'generations'));
  for (let number = 0; number < edits; number++) {
    await editOne();
    await pack();
  }
  return (await bytesBelow(join(rootimgdir, 'generations'))) / alone;
}

async function bytesBelow(folder: string): Promise<number> {
  const { stdout } = await run(['du', '--summarize', '--block-size=1', folder]);
  return Number(stdout.split('\t')[0]);
}
