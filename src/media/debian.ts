import { osarchOf } from '../base/architecture.ts';
import type { MediumFacts, Recognised } from './medium.ts';

const architecture = /(?:^|[\s/])(amd64|i386|arm64|ppc64el|powerpc|ppc64|s390x|riscv64)(?=$|[\s/])/;

/**
 * Debian and Ubuntu: one line in `.disk/info`, `Debian GNU/Linux 12.7.0 "Bookworm" - Official amd64 DVD
 * Binary-1 …` or
 * `Ubuntu-Server 22.04.3 LTS "Jammy Jellyfish" - Release amd64 (20230810)`. Ubuntu's point releases belong to
 * osvers, Debian's do not.
 */
export function recogniseDebian({ names, texts }: MediumFacts): Recognised | undefined {
  const line = texts.get('.disk/info')?.split('\n')[0]?.trim();
  if (line === undefined) return undefined;
  const [, debian, point = ''] = /^Debian GNU\/Linux (\d+)((?:\.\d+)*)/.exec(line) ?? [];
  const ubuntu = /^Ubuntu(?:-Server)? (\d\d\.\d\d(?:\.\d+)?)/.exec(line)?.[1];
  const osvers = debian === undefined ? ubuntu && `ubuntu${ubuntu}` : `debian${debian}`;
  if (osvers === undefined) return undefined;
  const arch = architecture.exec(line.slice(line.lastIndexOf('" - ') + 1))?.[1];
  const disc =
    debian === undefined
      ? /^#define\s+DISKNUM\s+(\S+)/m.exec(texts.get('README.diskdefines') ?? '')?.[1]
      : /\bBinary-(\d+)/.exec(line)?.[1];
  const release = debian === undefined ? {} : { release: `${debian}${point}` };
  const lacking = lackingWords(names);
  return {
    osvers,
    arch: arch === undefined ? undefined : osarchOf(arch),
    disc,
    folder: undefined,
    ...release,
    ...(lacking === undefined ? {} : { lacksPackages: lacking }),
  };
}

const index = /^dists\/.+\/binary-[^/]+\/Packages(\.\w+)?$/;

/** A live medium brings the few packages that its installer adds to the file system it holds as a whole. */
function lackingWords(names: ReadonlySet<string>): string | undefined {
  const all = [...names];
  if (all.some((name) => name.startsWith('casper/')))
    return 'is a live medium, which lacks the packages of an image';
  return all.some((name) => index.test(name)) ? undefined : 'has no packages (no Packages file below dists/)';
}
