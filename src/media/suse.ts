import { osarchOf } from '../base/architecture.ts';
import type { MediumFacts, Recognised } from './medium.ts';

const architecture = /(?:^|[-_/\s])(x86_64|i.86|ppc64le|ppc64|ppc|aarch64|s390x|riscv64)(?=$|[-_/\s])/;

/** What the files of a SUSE medium say. */
interface SuseTexts {
  /** Of the folder `media.N`. */
  readonly number: string;
  readonly media: string;
  /** Of the first line of `products`, such as `/ sle-ha 12.5-0`. */
  readonly product: string;
  readonly version: string | undefined;
  readonly products: string;
  readonly content: string;
}

/**
 * SUSE: the folder `media.N` gives the number of the disc, its `media` the builder's name of it, its
 * `products` what is on it. Up to SLES 12
 * `content` tells version and architecture. Each disc gets a folder of its own, as with xCAT.
 */
export function recogniseSuse(facts: MediumFacts): Recognised | undefined {
  const texts = suseTexts(facts);
  if (texts === undefined) return undefined;
  const osvers = leap(texts) ?? sle15(texts) ?? sles(texts);
  if (osvers === undefined) return undefined;
  const disc = discFolder(texts);
  return { osvers, arch: archOf(texts), disc, folder: disc };
}

/**
 * The folder of a medium that looks like SUSE's, whatever distribution it is of; undefined for any other
 * medium.
 */
export function suseFolder(facts: MediumFacts): string | undefined {
  const texts = suseTexts(facts);
  return texts && discFolder(texts);
}

function suseTexts({ texts }: MediumFacts): SuseTexts | undefined {
  const numbers = [...texts.keys()].flatMap((name) => /^media\.(\d+)\//.exec(name)?.[1] ?? []);
  const number = numbers.sort((a, b) => Number(a) - Number(b))[0];
  if (number === undefined) return undefined;
  const products = texts.get(`media.${number}/products`) ?? '';
  const words = (products.split('\n')[0] ?? '').split(/\s+/).filter((word) => word !== '');
  const at = words.findIndex((word) => /^\d+(\.\d+)?-/.test(word));
  return {
    number,
    media: texts.get(`media.${number}/media`) ?? '',
    product: words[at - 1] ?? '',
    version: words[at]?.split('-')[0],
    products,
    content: texts.get('content') ?? '',
  };
}

/** `openSUSE - openSUSE-Leap-15.6-DVD-x86_64-Build710.3-Media`, or `/ openSUSE-Leap 15.6-1` in products. */
function leap({ media, products }: SuseTexts): string | undefined {
  const version = /openSUSE-Leap[- ](\d+\.\d+)/.exec(`${media}\n${products}`)?.[1];
  return version === undefined ? undefined : `leap${version}`;
}

/**
 * `SUSE - SLE-15-SP1-Packages-x86_64-Build228.2-Media1.iso`; products such as `/ SLES15-SP1 15.1-0`. SLE 15
 * is one set of media for all its products.
 */
function sle15({ media, product, version }: SuseTexts): string | undefined {
  const [, major, pack] = /\bSLE-(?:[A-Z]+-)?(1[5-9])(?:-SP(\d+))?\b/.exec(media) ?? [];
  if (major !== undefined) return pack === undefined ? `sle${major}` : `sle${major}.${pack}`;
  const isOurs = version !== undefined && /^1[5-9]/.test(version) && /^(SLES|sle-)/i.test(product);
  return isOurs ? `sle${version.replace(/\.0$/, '')}` : undefined;
}

/**
 * SLES up to 12: `VERSION 11.3-1.138` in content, `/ SLES12-SP4 12.4-0` in products, or DISTRO's
 * `sles:12:sp3`.
 */
function sles({ media, product, products, version, content }: SuseTexts): string | undefined {
  const kinds =
    /SUSE-Linux-Enterprise-(Server|Software-Development-Kit)|\bSLES|\bSDK|\bsle-|\bSLE-(?:[A-Z]+-)?1[0-4]|cpe:\/o:suse:sle/;
  if (!kinds.test(`${media}\n${product}\n${products}\n${content}`)) return undefined;
  const [, major, pack] = /\bSLE-(?:[A-Z]+-)?(1[0-4])(?:-SP(\d+))?\b/.exec(media) ?? [];
  const named = major === undefined ? undefined : pack === undefined ? major : `${major}.${pack}`;
  const found = wordOf(content, 'VERSION')?.split('-')[0] ?? version ?? named ?? cpeVersion(content);
  return found === undefined || !/^\d+(\.\d+)*$/.test(found) ? undefined : `sles${found.replace(/\.0$/, '')}`;
}

function cpeVersion(content: string): string | undefined {
  const [, major, pack] = /cpe:\/o:suse:[a-z-]+:(\d+)(?::sp(\d+))?/.exec(content) ?? [];
  return pack === undefined ? major : `${major}.${pack}`;
}

/** Kinds of medium that hold the distribution itself. */
const baseKind = /^(installer|full|online|server|desktop|dvd|net|cd)?(-?dvd|-?cd)?\d?$/;

/**
 * The folder of a disc. xCAT's: 1 and up for the distribution's own; SLE 15: Installer or Full 1, Packages 2,
 * and names of their own for the discs that follow; the development kit's are sdk1, sdk2. Any other medium
 * (modules, extensions, add-ons) is called after itself, so that it never takes the place of the first disc.
 */
function discFolder(texts: SuseTexts): string {
  const { media, number: folderNumber } = texts;
  const named = /-Media(\d+)/.exec(media)?.[1] ?? (/SOURCE/.test(media) ? '2' : '1');
  const number = folderNumber === '1' ? named : folderNumber;
  const kind = kindOf(texts);
  if (kind === 'packages') return number === '1' ? '2' : `packages${number}`;
  if (kind.startsWith('installer')) return number === '1' ? '1' : `installer${number}`;
  if (baseKind.test(kind)) return number;
  if (kind !== 'sdk') return `${kind}${/\d$/.test(kind) ? '-' : ''}${number}`;
  // xCAT: the kit's third disc calls itself the only one of a set (third line of `media` is 1).
  const alone = number === '1' && media.split('\n')[2]?.trim() === '1';
  return `sdk${alone ? '3' : number}`;
}

/** What kind of medium it is, as a word for a folder; empty for the distribution itself. */
function kindOf({ media, product, products }: SuseTexts): string {
  if (/Software-Development-Kit|\bSDK\b|\bsle-sdk\b/i.test(`${media}\n${products}`)) return 'sdk';
  const [, edition, rest] =
    /(?:SLE(?:-([A-Z]+))?|openSUSE-Leap)-\d+(?:\.\d+)?(?:-SP\d+)?-(\S*)/.exec(media) ?? [];
  if (rest !== undefined) {
    const words = rest.slice(0, architecture.exec(`-${rest}`)?.index ?? rest.length);
    return slug(edition === undefined ? words : `${edition}-${words}`);
  }
  const isBase = /^(SLE[SD]|SLE_|SUSE-Linux-Enterprise-(Server|Desktop)|SUSE_SLE|openSUSE)/i.test(product);
  return isBase || product === '' ? '' : slug(product.replace(/^sle-/i, ''));
}

function slug(words: string): string {
  const text = words.toLowerCase().split(/[^a-z0-9]+/);
  return text
    .filter((word) => word !== '')
    .join('-')
    .slice(0, 40);
}

function archOf({ media, products, content }: SuseTexts): string | undefined {
  const found =
    wordOf(content, 'DEFAULTBASE') ??
    wordOf(content, 'BASEARCHS') ??
    wordOf(content, 'REPOID')?.split('/').at(-1) ??
    architecture.exec(media)?.[1] ??
    architecture.exec(products)?.[1];
  return found === undefined ? undefined : osarchOf(found);
}

/** The first word behind a keyword of `content`. */
function wordOf(content: string, keyword: string): string | undefined {
  const line = content
    .split('\n')
    .find((one) => one.startsWith(keyword) && /^\s/.test(one.slice(keyword.length)));
  return line?.trim().split(/\s+/)[1];
}
