import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import type { BenchImage } from './image.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';

/** $1 is the root; what every guide to `dnf --installroot` mounts first. */
const mounted = `set -eu; root=$1; shift
mkdir -p "$root/proc" "$root/sys" "$root/dev"
mount -t proc proc "$root/proc"; mount -t sysfs sysfs "$root/sys"; mount --rbind /dev "$root/dev"
exec "$@"`;

/** argv of a command with these mounts below the root, in a namespace. */
export function withMounts(root: string, argv: readonly string[]): string[] {
  return namespaceArgv(['sh', '-c', mounted, 'sh', root, ...argv]);
}

function bareDnf(image: BenchImage, root: string): string[] {
  return [
    ...['dnf', '-y', `--installroot=${root}`, '--releasever=9', '--setopt=reposdir=/nonexistent'],
    ...[`--repofrompath=sample,file://${image.sample.pkgdir}`, '--setopt=sample.gpgcheck=1'],
    ...[
      `--setopt=sample.gpgkey=file://${image.sample.gpgKeyFile}`,
      `--setopt=cachedir=${image.base}/dnf-cache`,
    ],
    ...[
      '--setopt=module_platform_id=platform:el9',
      '--setopt=install_weak_deps=False',
      'install',
      ...image.sample.pkglist,
    ],
  ];
}

/** What a manifest says of a build, as far as it is needed here. */
export interface BenchBuild {
  readonly kernelVersion: string;
  readonly packages: readonly unknown[];
  readonly repositories: readonly { readonly url: string; readonly suite?: string }[];
  readonly initrd: { readonly compressor: string; readonly dracutModules: readonly string[] };
}

export async function manifestOf(rootimgdir: string): Promise<{ readonly build: BenchBuild }> {
  return JSON.parse(await readFile(join(rootimgdir, 'manifest.json'), 'utf8')) as { build: BenchBuild };
}

/** Drivers that genimage asks for besides those of dracut's modules, where the sample's kernel has them. */
const drivers = ['virtio_net', 'ext4', 'squashfs', 'loop', 'overlay', 'virtio_pci', 'af_packet'];

/**
 * One dracut in a root, with the same modules and drivers as ours but for our own module: dracut's own choice
 * would be larger and slower.
 */
export function bareDracut(root: string, { initrd, kernelVersion }: BenchBuild): string[] {
  const compress = initrd.compressor === 'zstd' ? 'zstd -1 -T0' : 'pigz -6';
  const modules = initrd.dracutModules.filter((name) => name !== 'rootimg');
  return [
    ...['chroot', root, 'dracut', '--force', '--no-hostonly', '--no-hostonly-cmdline'],
    ...['--compress', compress, '--modules', modules.join(' '), '--add-drivers', drivers.join(' ')],
    ...['--kver', kernelVersion, '/tmp/initrd.img'],
  ];
}

/**
 * genimage from nothing, beside bare dnf into a new root and one bare dracut run in it with the compressor,
 * the dracut modules and the drivers that genimage chose.
 */
export async function benchGenimage(image: BenchImage, rounds: number): Promise<Section> {
  console.log('genimage:');
  await image.type('genimage', image.name);
  const { build } = await manifestOf(image.rootimgdir);
  const root = join(image.base, 'bare/rootimg');
  const logFile = join(image.base, 'bare.log');
  const dracut = withMounts(root, bareDracut(root, build));
  const timings = await interleave(
    [
      {
        name: 'bare dnf --installroot',
        before: async () => {
          await rm(root, { recursive: true, force: true });
          await rm(`${image.base}/dnf-cache`, { recursive: true, force: true });
          await mkdir(root, { recursive: true });
        },
        work: async () => void (await run(withMounts(root, bareDnf(image, root)), { logFile })),
      },
      { name: 'one bare dracut', work: async () => void (await run(dracut, { logFile })) },
      {
        name: 'genimage',
        before: () => image.forget(image.rootimgdir),
        work: () => image.type('genimage', image.name),
      },
    ],
    rounds,
  );
  const [dnf, oneDracut, genimage] = timings.map((t) => t.median) as [number, number, number];
  return {
    title: 'genimage',
    input: `The sample list (${build.packages.length} packages, signed) into an empty folder; signatures checked on both sides.`,
    timings,
    ratios: [
      { what: 'genimage / (bare dnf + one bare dracut)', value: genimage / (dnf + oneDracut), wanted: 1.1 },
    ],
  };
}
