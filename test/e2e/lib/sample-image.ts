import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentReporter } from '../../../src/report/silent.ts';
import { ensureSampleArchive } from '../../../tools/sample-archive/index.ts';
import { ensureSampleRepository, type SampleRepository } from '../../../tools/sample-repo/index.ts';
import { ensureSampleSuse, type SampleSuse } from '../../../tools/sample-suse/index.ts';
import { makeTinyImageWorld } from '../../attack/lib/tiny-image.ts';
import { type Administrator, administrator } from './administrator.ts';

export interface SampleImage extends Administrator {
  readonly image: string;
  readonly rootimgdir: string;
}

/**
 * An administrator with one definition, over the sample repository. `more` gives further attributes, as words
 * of mkdef.
 */
export async function sampleImage(
  image: string,
  more: (admin: Administrator, sample: SampleRepository) => Promise<string[]> = async () => [],
): Promise<SampleImage> {
  const sample = await ensureSampleRepository(silentReporter());
  const admin = await administrator();
  const rootimgdir = join(admin.installdir, `netboot/${image}`);
  const pkglist = join(admin.base, `${image}.pkglist`);
  await writeFile(pkglist, `${sample.pkglist.join('\n')}\n`);
  const words = ['imagetype=linux', 'osname=Linux', 'profile=compute', 'provmethod=netboot'];
  const made = await admin.type(
    'mkdef',
    ...['-t', 'osimage', '-o', image, ...words, `osvers=${sample.osvers}`, `osarch=${sample.arch}`],
    ...[`pkgdir=${sample.pkgdir}`, `pkglist=${pkglist}`, `rootimgdir=${rootimgdir}`],
    ...(await more(admin, sample)),
  );
  if (made.status !== 0) throw new Error(`the image could not be defined: ${made.stderr}`);
  return { ...admin, image, rootimgdir };
}

/** An administrator with one image of the sample archive, which lies on this host; the list is small. */
export async function sampleDebImage(image: string): Promise<SampleImage> {
  const archive = await ensureSampleArchive(silentReporter());
  const admin = await administrator();
  const rootimgdir = join(admin.installdir, `netboot/${image}`);
  const pkglist = join(admin.base, `${image}.pkglist`);
  const names = ['linux-image-generic', 'systemd-sysv', 'dracut', 'dracut-network', 'openssh-server', 'curl'];
  await writeFile(pkglist, `${[...names, 'iputils-arping', 'isc-dhcp-client', 'zstd'].join('\n')}\n`);
  await writeFile(join(admin.base, 'etc/config.yaml'), `keys: [${archive.keyFile}]\n`);
  const words = ['imagetype=linux', 'osname=Linux', 'profile=compute', 'provmethod=netboot'];
  const made = await admin.type(
    'mkdef',
    ...['-t', 'osimage', '-o', image, ...words, `osvers=${archive.osvers}`, `osarch=${archive.arch}`],
    ...[
      `pkgdir=file://${archive.mirror} jammy main universe`,
      `pkglist=${pkglist}`,
      `rootimgdir=${rootimgdir}`,
    ],
  );
  if (made.status !== 0) throw new Error(`the image could not be defined: ${made.stderr}`);
  return { ...admin, image, rootimgdir };
}

/** Where the sample media of each release lie, and which lists copycds would find for them. */
const suseMedia = {
  'sles15.6': { lists: 'compute.sles15', pkgdir: ({ sles15 }: SampleSuse) => sles15 },
  'leap15.6': { lists: 'compute.sle15', pkgdir: ({ leap15 }: SampleSuse) => leap15 },
  'leap16.0': { lists: 'compute.sle16', pkgdir: ({ leap16 }: SampleSuse) => leap16 },
};

/** An administrator with one image of the sample media of SUSE, by the lists of its profile. */
export async function sampleSuseImage(
  image: string,
  osvers: keyof typeof suseMedia = 'sles15.6',
): Promise<SampleImage> {
  const sample = await ensureSampleSuse(silentReporter());
  const admin = await administrator();
  const rootimgdir = join(admin.installdir, `netboot/${image}`);
  const { lists, pkgdir } = suseMedia[osvers];
  const folder = join(process.cwd(), 'share/xcat/netboot/sles');
  const words = ['imagetype=linux', 'osname=Linux', 'profile=compute', 'provmethod=netboot'];
  const made = await admin.type(
    'mkdef',
    ...['-t', 'osimage', '-o', image, ...words, `osvers=${osvers}`, `osarch=${sample.arch}`],
    ...[`pkgdir=${pkgdir(sample)}`, `rootimgdir=${rootimgdir}`],
    ...[`pkglist=${folder}/${lists}.${sample.arch}.pkglist`, `exlist=${folder}/compute.exlist`],
    `postinstall=${folder}/compute.postinstall`,
  );
  if (made.status !== 0) throw new Error(`the image could not be defined: ${made.stderr}`);
  return { ...admin, image, rootimgdir };
}

/** An administrator with one image of one package, which zypper or dnf fills in seconds. */
export async function tinyImage(image: string, osvers: 'sles15.6' | 'rocky9.4'): Promise<SampleImage> {
  const tiny = await makeTinyImageWorld();
  await copyFile(tiny.goodKey, join(tiny.dir, 'os/RPM-GPG-KEY-good'));
  const admin = await administrator();
  const rootimgdir = join(admin.installdir, `netboot/${image}`);
  const pkglist = join(admin.base, `${image}.pkglist`);
  await writeFile(pkglist, 'tiny-image\n');
  await writeFile(join(admin.base, 'etc/config.yaml'), `keys: [${tiny.goodKey}]\n`);
  const words = ['imagetype=linux', 'osname=Linux', 'profile=compute', 'provmethod=netboot'];
  const made = await admin.type(
    'mkdef',
    ...['-t', 'osimage', '-o', image, ...words, `osvers=${osvers}`, 'osarch=x86_64'],
    ...[`pkgdir=${tiny.dir}/os`, `pkglist=${pkglist}`, `rootimgdir=${rootimgdir}`],
  );
  if (made.status !== 0) throw new Error(`the image could not be defined: ${made.stderr}`);
  const leave = async () => void (await Promise.all([admin.leave(), tiny.leave()]));
  return { ...admin, image, rootimgdir, leave };
}
