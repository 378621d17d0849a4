import { copyFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BenchImage } from './image.ts';
import { makeLargeRepository, nameInCopy } from './large-repository.ts';
import type { LockPair } from './lock-pair.ts';

/** BaseOS and AppStream of EL together have so many packages: the sample's, so many times. */
const copies = 32;
/** Whose lists are one long one. */
const chosenCopies = 14;

/** The sample list, from the sample repository and from one of real size, and a long list from that one. */
export async function dnfPairs(image: BenchImage): Promise<LockPair[]> {
  const { pkgdir, pkglist, gpgKeyFile, packageCount } = image.sample;
  const large = join(image.base, 'large-repository');
  await makeLargeRepository(pkgdir, large, copies);
  await copyFile(gpgKeyFile, join(large, basename(gpgKeyFile)));
  const many = Array.from({ length: chosenCopies }, (_, copy) =>
    pkglist.map((name) => nameInCopy(name, copy)),
  );
  await defineImage(image, 'lock-few', large, pkglist);
  await defineImage(image, 'lock-many', large, many.flat());
  const size = (packageCount * copies).toLocaleString('en');
  return [
    dnfPair(image, 'the sample', image.name, pkgdir, pkglist),
    dnfPair(image, `the sample list, of ${size} packages`, 'lock-few', large, pkglist),
    dnfPair(
      image,
      `the list of ${chosenCopies} images, of ${size} packages`,
      'lock-many',
      large,
      many.flat(),
    ),
  ];
}

async function defineImage(image: BenchImage, name: string, pkgdir: string, packages: readonly string[]) {
  const { osvers, arch } = image.sample;
  const list = join(image.base, `${name}.pkglist`);
  await writeFile(list, `${packages.join('\n')}\n`);
  const words = ['imagetype=linux', 'profile=compute', 'provmethod=netboot', `pkgdir=${pkgdir}`];
  const own = [`osvers=${osvers}`, `osarch=${arch}`, `pkglist=${list}`];
  await image.type(
    ...(['mkdef', '-t', 'osimage', '-o', name, ...words, ...own] as const),
    `rootimgdir=${join(image.base, name)}`,
  );
}

function dnfPair(
  { base, env, sample }: BenchImage,
  title: string,
  image: string,
  pkgdir: string,
  packages: readonly string[],
): LockPair {
  const folder = join(base, 'bare-lock');
  return {
    ...{ title: `dnf, ${title}`, image, env, folder },
    argv: [
      ...['dnf', '--assumeno', `--installroot=${join(folder, 'root')}`, '--releasever=9'],
      ...['--setopt=reposdir=/nonexistent', `--repofrompath=sample,file://${pkgdir}`],
      ...[`--setopt=sample.gpgkey=file://${sample.gpgKeyFile}`, '--setopt=sample.gpgcheck=1'],
      ...[`--setopt=cachedir=${join(folder, 'cache')}`, '--setopt=module_platform_id=platform:el9'],
      ...['install', ...packages],
    ],
  };
}
