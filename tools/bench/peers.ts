import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPackageLists } from '../../src/resolve/package-list.ts';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { debianMirror, ensureHost } from '../lib/host-root.ts';
import type { Section } from './markdown.ts';
import { type Contestant, interleave } from './measure.ts';

const suite = 'trixie';

/** The peers, and what our own commands need besides what every building host has. */
const programs = ['mkosi', 'mmdebstrap', 'nodejs', 'debian-archive-keyring', 'live-build'];

interface Workshop {
  /** A Debian of its own with all programs. */
  readonly root: string;
  /** What all work in, of this machine's disk. */
  readonly work: string;
  readonly mirror: string;
  readonly packages: readonly string[];
}

/**
 * Runs a shell script in the root, with the network of this host; what it changes outside the work folder
 * vanishes. $1 root, $2 layer, $3 script, then the folders that are seen at the same place.
 */
const inRoot = `set -eu
root=$1 layer=$2 script=$3
shift 3
mount -t tmpfs -o mode=755 layer "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
mount -t overlay -o "lowerdir=$root,upperdir=$layer/upper,workdir=$layer/work" overlay "$layer/root"
root=$layer/root
for folder in "$@"; do
  mkdir -p "$root$folder"
  mount --bind "$folder" "$root$folder"
done
for file in hosts resolv.conf; do if [ -e "/etc/$file" ]; then cp "/etc/$file" "$root/etc/$file"; fi; done
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount --rbind /dev "$root/dev"
exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -euc "$script"`;

async function type({ root, work }: Workshop, script: string): Promise<void> {
  const layer = join(work, 'layer');
  await mkdir(layer, { recursive: true });
  const words = [root, layer, script, work, process.cwd()];
  await run(namespaceArgv(['sh', '-c', inRoot, 'sh', ...words]), {
    logFile: join(work, 'log'),
    action: 'run a peer; its output is in the log beside it',
  });
}

/** The same list, suite and mirror for all; each fetches, installs and packs from nothing. */
function builders(shop: Workshop): readonly Contestant[] {
  const { work, mirror, packages } = shop;
  const own = `${work}/rootimg`;
  const env = `export ROOTIMG_HOME=${own}/etc ROOTIMG_CACHE=${own}/cache`;
  const bin = join(process.cwd(), 'bin');
  const emptied = (folder: string) => async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
  };
  return [
    {
      name: 'mkosi, cpio.zst',
      before: async () => {
        for (const folder of ['mkosi', 'mkosi-work']) await emptied(`${work}/${folder}`)();
        await writeFile(`${work}/mkosi/mkosi.conf`, mkosiConfig(shop));
      },
      work: () => type(shop, `cd ${work}/mkosi; mkosi --force build`),
    },
    {
      name: 'mmdebstrap, one dracut, bsdtar and zstd: cpio.zst',
      before: emptied(`${work}/bare`),
      work: () =>
        type(
          shop,
          `export INITRD=No
mmdebstrap --mode=root --format=directory --variant=apt --quiet --include=${packages.join()} ${suite} ${work}/bare/root '${mirror}'
version=$(ls ${work}/bare/root/lib/modules)
chroot ${work}/bare/root dracut --quiet --force --no-hostonly --kver "$version" /boot/initrd
bsdtar -cf - -C ${work}/bare/root --format newc . | zstd -q -T0 -3 >${work}/bare/image.cpio.zst`,
        ),
    },
    {
      name: 'rootimg: genimage, packimage -m cpio -c zstd',
      before: async () => {
        await emptied(own)();
        await writeFile(`${own}/pkglist`, packages.map((name) => `${name}\n`).join(''));
        const words = 'imagetype=linux profile=compute provmethod=netboot osvers=debian13';
        await type(
          shop,
          `${env}
node ${bin}/mkdef -t osimage -o peers ${words} osarch=x86_64 'pkgdir=${mirror} ${suite} main' pkglist=${own}/pkglist rootimgdir=${own}/image`,
        );
      },
      work: () =>
        type(shop, `${env}; node ${bin}/genimage peers; node ${bin}/packimage -m cpio -c zstd peers`),
    },
  ];
}

function mkosiConfig({ work, mirror, packages }: Workshop): string {
  return [
    ...['[Distribution]', 'Distribution=debian', `Release=${suite}`, `LocalMirror=${mirror}`],
    ...['[Output]', 'Format=cpio', 'CompressOutput=zstd', `OutputDirectory=${work}/mkosi/out`],
    ...['[Content]', 'Bootable=no', `Packages=${packages.join()}`],
    ...[
      '[Build]',
      `WorkspaceDirectory=${work}/mkosi-work`,
      `PackageCacheDirectory=${work}/mkosi-work/cache`,
      '',
    ],
  ].join('\n');
}

/** What Warewulf and Confluent do to pack, and ours, of the tree that genimage has made. */
function packers(shop: Workshop): readonly Contestant[] {
  const own = `${shop.work}/rootimg`;
  const env = `export ROOTIMG_HOME=${own}/etc ROOTIMG_CACHE=${own}/cache`;
  const tree = `${own}/image/rootimg`;
  const file = `${shop.work}/packed`;
  const bare = (name: string, script: string): Contestant => ({
    name,
    before: () => rm(file, { force: true }),
    work: () => type(shop, `cd ${tree}; ${script}`),
  });
  const ours = (words: string): Contestant => ({
    name: `packimage ${words}`,
    work: () => type(shop, `${env}; node ${process.cwd()}/bin/packimage ${words} peers`),
  });
  return [
    bare(
      'as Warewulf: find, cpio and pigz',
      `find . -xdev -print0 | cpio --null -o -H newc --quiet | pigz >${file}`,
    ),
    ours('-m cpio -c pigz'),
    bare(
      'as Confluent: mksquashfs -comp xz',
      `mksquashfs . ${file} -noappend -no-progress -comp xz >/dev/null`,
    ),
    ours('-m squashfs -c xz'),
  ];
}

/** Makes the workshop in a folder: needs root, and a Debian mirror in this machine's apt configuration. */
export async function makeWorkshop(work: string): Promise<Workshop> {
  const list = 'share/xcat/netboot/debian/compute.debian13.x86_64.pkglist';
  const { passes } = await readPackageLists(list, 'pkglist', { cwd: process.cwd(), variables: {} });
  const packages = passes.flatMap(({ install }) => install.map(({ name }) => name));
  return { work, packages, mirror: await debianMirror(), root: await ensureHost({ suite, more: programs }) };
}

/** Building and packing beside other builders, and packing beside their pipelines. */
export async function benchPeers(shop: Workshop, rounds: number): Promise<Section[]> {
  console.log('build and pack, Debian 13:');
  const built = await interleave(builders(shop), rounds);
  const [mkosi, bare, ours] = built.map(({ median }) => median) as [number, number, number];
  console.log('pack:');
  const packed = await interleave(packers(shop), rounds);
  const [pigz, cpio, xz, squashfs] = packed.map(({ median }) => median) as [number, number, number, number];
  return [
    {
      title: 'Build and pack, beside other builders',
      input: `${shop.packages.length} packages of the compute list of Debian 13 from one mirror, nothing kept between rounds, to a cpio.zst that boots. rootimg makes an initrd too, and reads back what it has packed; mkosi's archive is its own initrd. live-build always adds its own boot road, so it has no part here.`,
      timings: built,
      ratios: [
        { what: 'rootimg / mkosi', value: ours / mkosi, wanted: 0.7 },
        { what: 'rootimg / (mmdebstrap, dracut, bsdtar, zstd)', value: ours / bare, wanted: 1.15 },
      ],
    },
    {
      title: 'Pack, beside the pipelines of other provisioners',
      input: 'The tree of the section above.',
      timings: packed,
      ratios: [
        { what: 'packimage -m cpio -c pigz / find, cpio, pigz', value: cpio / pigz, wanted: 1.15 },
        { what: 'packimage -m squashfs -c xz / mksquashfs -comp xz', value: squashfs / xz, wanted: 1.05 },
      ],
    },
  ];
}
