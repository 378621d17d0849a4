import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { plainReporter } from '../../src/report/plain.ts';
import { readPackageLists } from '../../src/resolve/package-list.ts';
import { run } from '../../src/system/exec.ts';
import { ensureSampleSuse, type SampleSuse } from '../sample-suse/index.ts';
import { bareDracut, manifestOf, withMounts } from './genimage.ts';
import type { BenchImage } from './image.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';

const name = 'bench-suse';
const osvers = 'sles15.6';

/**
 * genimage of SLES 15 from the sample media, beside bare zypper of the same list and repositories and one bare
 * dracut.
 */
export async function benchSuse(image: BenchImage, rounds: number): Promise<Section> {
  console.log('genimage, SUSE:');
  const sample = await ensureSampleSuse(
    plainReporter({ out: () => {}, err: (text) => void process.stderr.write(text) }),
  );
  const rootimgdir = join(dirname(image.rootimgdir), name);
  const words = ['imagetype=linux', 'profile=compute', 'provmethod=netboot', `rootimgdir=${rootimgdir}`];
  const list = `share/xcat/netboot/sles/compute.sles15.${sample.arch}.pkglist`;
  const own = [
    ...[`osvers=${osvers}`, `osarch=${sample.arch}`, `pkgdir=${sample.sles15}`],
    `pkglist=${join(image.checkout, list)}`,
  ];
  await image.type('mkdef', '-t', 'osimage', '-o', name, ...words, ...own);
  await image.type('genimage', name);
  const { build } = await manifestOf(rootimgdir);
  const bare = await bareZypper(image, sample, list, build.repositories);
  const timings = await interleave(
    [
      { name: 'bare zypper --root', before: bare.empty, work: bare.install },
      {
        name: 'one bare dracut',
        work: async () =>
          void (await run(withMounts(bare.root, bareDracut(bare.root, build)), { logFile: bare.logFile })),
      },
      {
        name: 'genimage',
        before: () => image.forget(rootimgdir),
        work: () => image.type('genimage', name),
      },
    ],
    rounds,
  );
  await rm(bare.root, { recursive: true, force: true });
  const [zypper, dracut, genimage] = timings.map(({ median }) => median) as [number, number, number];
  return {
    title: `genimage, ${osvers}`,
    input: `The compute list (${build.packages.length} packages, signed) of the sample media into an empty folder; signatures checked on both sides; medians of ${rounds}.`,
    timings,
    ratios: [
      {
        what: 'genimage / (bare zypper + one bare dracut)',
        value: genimage / (zypper + dracut),
        wanted: 1.1,
      },
    ],
  };
}

/** zypper as an administrator types it: repositories added to a new root, read, and the list installed. */
async function bareZypper(
  { base }: BenchImage,
  { arch, keyFile }: SampleSuse,
  list: string,
  repositories: readonly { readonly url: string }[],
) {
  const root = join(base, 'bare-suse');
  const logFile = join(base, 'bare-suse.log');
  const { passes } = await readPackageLists(list, 'pkglist', { cwd: process.cwd(), variables: {} });
  const packages = passes.flatMap(({ install }) => install.map((entry) => entry.name));
  const zypp = join(base, 'bare-zypp.conf');
  await mkdir(base, { recursive: true });
  await writeFile(zypp, `[main]\narch = ${arch}\n`);
  const env = { ZYPP_CONF: zypp, ZYPP_LOGFILE: '/dev/null' };
  const type = async (...argv: string[]) => void (await run(withMounts(root, argv), { logFile, env }));
  const zypper = ['zypper', '--non-interactive', `--root=${root}`, '--releasever=15.6'];
  return {
    ...{ root, logFile },
    empty: async () => {
      await rm(root, { recursive: true, force: true });
      await mkdir(root, { recursive: true });
    },
    install: async () => {
      await type('rpm', `--root=${root}`, '--import', keyFile);
      for (const [index, { url }] of repositories.entries())
        // As genimage asks for it: the signature of each package, not of the metadata alone.
        await type(...zypper, 'addrepo', '--gpgcheck-strict', url, `repository-${index}`);
      await type(...zypper, 'refresh');
      await type(...zypper, '--no-refresh', 'install', '--no-recommends', ...packages);
    },
  };
}
