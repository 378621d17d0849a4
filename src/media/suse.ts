import { osarchOf } from '../base/architecture.ts';
import type { MediumFacts, Recognised } from './medium.ts';

const architecture = /(?:^|[-_/\s])(x86_64|i.86|ppc64le|ppc64|ppc|aarch64|s390x|riscv64)(?=$|[-_/\s])/;

/**
 * SUSE: the folder `media.N` gives the number of the disc, its `media` the builder's name of it, its `products` what is on it. Up to SLES 12
 * `content` tells version and architecture. Each disc gets a folder of its own, as with xCAT.
 */
export function recogniseSuse({ texts }: MediumFacts): Recognised | undefined {
  const number = mediaNumber(texts);
  if (number === undefined) return undefined;
  const media = texts.get(`media.${number}/media`) ?? '';
  const products = texts.get(`media.${number}/products`) ?? '';
  const content = texts.get('content') ?? '';
  const osvers = leap(media, products) ?? sle15(media, products) ?? sles(media, products, content);
  if (osvers === undefined) return undefined;
  const disc = osvers.startsWith('sle1') ? sle15Disc(media) : slesDisc(number, media, products);
  return { osvers, arch: archOf(media, products, content), disc, folder: disc };
}

function mediaNumber(texts: ReadonlyMap<string, string>): string | undefined {
  const numbers = [...texts.keys()].map((name) => /^media\.(\d+)\//.exec(name)?.[1]);
  return numbers.filter((number) => number !== undefined).sort((a, b) => Number(a) - Number(b))[0];
}

/** `openSUSE - openSUSE-Leap-15.6-DVD-x86_64-Build710.3-Media`, or `/ openSUSE-Leap 15.6-1` in products. */
function leap(media: string, products: string): string | undefined {
  const version = /openSUSE-Leap[- ](\d+\.\d+)/.exec(`${media}\n${products}`)?.[1];
  return version === undefined ? undefined : `leap${version}`;
}

/** `SUSE - SLE-15-SP1-Packages-x86_64-Build228.2-Media1.iso`; products such as `/ SLES15-SP1 15.1-0`. SLE 15 is one set of media for all its products. */
function sle15(media: string, products: string): string | undefined {
  const [, major, pack] = /\bSLE-(1[5-9])(?:-SP(\d+))?\b/.exec(media) ?? [];
  if (major !== undefined) return pack === undefined ? `sle${major}` : `sle${major}.${pack}`;
  const version = /\bSLES?\S* (1[5-9](?:\.\d+)?)(?=[-\s])/.exec(products)?.[1];
  return version === undefined ? undefined : `sle${version.replace(/\.0$/, '')}`;
}

/** SLES up to 12: `VERSION 11.3-1.138` in content, `/ SLES12-SP4 12.4-0` in products, or DISTRO's `sles:12:sp3`. */
function sles(media: string, products: string, content: string): string | undefined {
  const kinds =
    /SUSE-Linux-Enterprise-(Server|Software-Development-Kit)|\bSLES|SDK|cpe:\/o:suse:(sles|sle-sdk):/;
  if (!kinds.test(`${media}\n${products}\n${content}`)) return undefined;
  const version =
    /^VERSION\s+([\d.]+)/m.exec(content)?.[1] ??
    /^\S*\s*\S+ (\d+(?:\.\d+)?)-/m.exec(products)?.[1] ??
    cpeVersion(content);
  return version === undefined ? undefined : `sles${version.replace(/\.0$/, '')}`;
}

function cpeVersion(content: string): string | undefined {
  const [, major, pack] = /cpe:\/o:suse:[a-z-]+:(\d+)(?::sp(\d+))?/.exec(content) ?? [];
  return pack === undefined ? major : `${major}.${pack}`;
}

/** xCAT's folders of SLE 15: Installer or Full 1, Packages 2, and names of their own for the discs that follow, which hold sources. */
function sle15Disc(media: string): string {
  const number = /-Media(\d+)/.exec(media)?.[1] ?? (/SOURCE/.test(media) ? '2' : '1');
  const first = number === '1';
  if (/Installer/.test(media)) return first ? '1' : `installer${number}`;
  if (/Packages/.test(media)) return first ? '2' : `packages${number}`;
  return number;
}

/** xCAT: the development kit's discs are sdk1, sdk2; its third one calls itself the only one of a set (third line of `media` is 1). */
function slesDisc(number: string, media: string, products: string): string {
  if (!/Software-Development-Kit|SDK/.test(products)) return number;
  const alone = number === '1' && media.split('\n')[2]?.trim() === '1';
  return `sdk${alone ? '3' : number}`;
}

function archOf(media: string, products: string, content: string): string | undefined {
  const found =
    /^DEFAULTBASE\s+(\S+)/m.exec(content)?.[1] ??
    /^BASEARCHS\s+(\S+)/m.exec(content)?.[1] ??
    /^REPOID\s.*\/(\S+)\s*$/m.exec(content)?.[1] ??
    architecture.exec(media)?.[1] ??
    architecture.exec(products)?.[1];
  return found === undefined ? undefined : osarchOf(found);
}
