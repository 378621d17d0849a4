import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hostOsvers } from '../../src/cli/definitions/def-host.ts';
import { debArchiveOf } from '../../src/family/archives.ts';
import { readPackageLists } from '../../src/resolve/package-list.ts';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { bareDracut, type BenchBuild, manifestOf, withMounts } from './genimage.ts';
import type { BenchImage } from './image.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';
import { runAndWatch } from './memory.ts';

const name = 'bench-debian';

/**
 * genimage of the host's own Debian release from nothing, beside bare mmdebstrap of the same list and one bare
 * dracut; undefined on other hosts. All fetch from the host's own mirror.
 */
export async function benchDebian(image: BenchImage, rounds: number): Promise<Section | undefined> {
  const osvers = (await hostOsvers()) ?? '';
  const keyring = debArchiveOf(osvers)?.keyring.files[0];
  if (!osvers.startsWith('debian') || keyring === undefined) return undefined;
  console.log('genimage, Debian:');
  const { arch } = image.sample;
  const rootimgdir = join(dirname(image.rootimgdir), name);
  const list = join(process.cwd(), `share/xcat/netboot/debian/compute.${osvers}.${arch}.pkglist`);
  const words = ['imagetype=linux', 'profile=compute', 'provmethod=netboot', `rootimgdir=${rootimgdir}`];
  const own = [`osvers=${osvers}`, `osarch=${arch}`, `pkglist=${list}`];
  await image.type('mkdef', '-t', 'osimage', '-o', name, ...words, ...own);
  await image.type('genimage', name);
  const { build } = await manifestOf(rootimgdir);
  const root = join(image.base, 'bare-debian');
  const logFile = join(image.base, 'bare-debian.log');
  const argv = await mmdebstrapArgv(image, root, { list, keyring, build });
  const peaks: number[] = [];
  const timings = await interleave(
    [
      {
        name: 'bare mmdebstrap',
        before: () => rm(root, { recursive: true, force: true }),
        // Else the packages of kernel and dracut make one initrd more.
        work: async () => void (await run(namespaceArgv(argv), { logFile, env: { INITRD: 'No' } })),
      },
      {
        name: 'one bare dracut',
        work: async () => void (await run(withMounts(root, bareDracut(root, build)), { logFile })),
      },
      {
        name: 'genimage',
        before: () => image.forget(rootimgdir),
        work: async () => void peaks.push(await runAndWatch(image, 'genimage', [name])),
      },
    ],
    rounds,
  );
  await rm(root, { recursive: true, force: true });
  const [mmdebstrap, dracut, genimage] = timings.map(({ median }) => median) as [number, number, number];
  const value = genimage / (mmdebstrap + dracut);
  return {
    title: `genimage, ${osvers}`,
    input: `The compute list (${build.packages.length} packages) into an empty folder, fetched from the mirror of this host's own apt by both; signatures checked on both sides. mmdebstrap is told not to make an initrd of its own (INITRD=No); medians of ${rounds}.`,
    timings,
    ratios: [
      { what: 'genimage / (bare mmdebstrap + one bare dracut)', value, wanted: 1.1 },
      { what: 'largest memory of genimage itself / 150 MB', value: Math.max(...peaks) / 150e6, wanted: 1 },
    ],
  };
}

/** argv of mmdebstrap with the list and the repositories that genimage took. */
async function mmdebstrapArgv(
  { base }: BenchImage,
  root: string,
  { list, keyring, build }: { list: string; keyring: string; build: BenchBuild },
): Promise<string[]> {
  const { passes } = await readPackageLists(list, 'pkglist', { cwd: process.cwd(), variables: {} });
  const packages = passes.flatMap(({ install }) => install.map((entry) => entry.name));
  const sources = join(base, 'bare-debian.list');
  const lines = build.repositories.map(
    ({ url, suite }) => `deb [signed-by=${keyring}] ${url} ${suite} main\n`,
  );
  await mkdir(base, { recursive: true });
  await writeFile(sources, lines.join(''));
  return [
    ...['mmdebstrap', '--mode=root', '--format=directory', '--variant=apt', '--quiet'],
    ...[`--include=${packages.join()}`, '', root, sources],
  ];
}
