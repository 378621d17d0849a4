import { compressors, defaultFormat, formats, methods } from '../pack/formats/formats.ts';
import { type OptionSpec, readArguments } from '../render/getopt.ts';
import { sharedSpec } from './shared-options.ts';

type Name =
  | 'method'
  | 'compress'
  | 'nosyncfiles'
  | 'gate'
  | 'sign'
  | 'strict'
  | 'force'
  | 'root-password-file'
  | 'layers'
  | 'rebase'
  | 'verify'
  | 'reproducible'
  | 'wait'
  | 'obsolete'
  | 'help'
  | 'version'
  | 'store'
  | 'def'
  | 'json'
  | 'quiet'
  | 'verbose';

interface Option extends OptionSpec {
  readonly name: Name;
  readonly help?: string;
}

/** All options of packimage; those without help are refused with a reason. */
export const packimageOptions: readonly Option[] = [
  {
    name: 'method',
    names: ['m', 'method'],
    takesValue: true,
    help: methodHelp(),
  },
  {
    name: 'compress',
    names: ['c', 'compress'],
    takesValue: true,
    help: compressorHelp(),
  },
  { name: 'nosyncfiles', names: ['nosyncfiles'], takesValue: false, help: 'leave the synclists out' },
  {
    name: 'gate',
    names: ['gate'],
    takesValue: true,
    ours: true,
    help: 'boot: publish only what has come up in a virtual machine',
  },
  {
    name: 'sign',
    names: ['sign'],
    takesValue: true,
    ours: true,
    help: 'KEY: sign the image before nodes see it, as rootimg sign does',
  },
  {
    name: 'strict',
    names: ['strict'],
    takesValue: false,
    ours: true,
    help: 'secrets found in the image end the pack',
  },
  {
    name: 'force',
    names: ['force'],
    takesValue: false,
    ours: true,
    help: 'pack what is refused else: an image of another name, one that cannot boot, lost files',
  },
  {
    name: 'root-password-file',
    names: ['root-password-file'],
    takesValue: true,
    ours: true,
    help: "FILE: root's crypt hash for this pack, in place of the site's",
  },
  {
    name: 'layers',
    names: ['layers'],
    takesValue: false,
    ours: true,
    help: 'pack only what has changed, as a layer above what is published (squashfs, erofs)',
  },
  {
    name: 'rebase',
    names: ['rebase'],
    takesValue: false,
    ours: true,
    help: 'with --layers: pack the whole image, as a new base for later layers',
  },
  {
    name: 'verify',
    names: ['verify'],
    takesValue: true,
    ours: true,
    help: 'digest (default): the disk gives back what was written; list: with all members; full: and all content',
  },
  {
    name: 'reproducible',
    names: ['reproducible'],
    takesValue: false,
    ours: true,
    help: 'the same bytes each time: by SOURCE_DATE_EPOCH, else by the time of the build',
  },
  { name: 'wait', ...sharedSpec('wait') },
  { name: 'help', names: ['h', 'help'], takesValue: false, help: 'print this' },
  { name: 'version', names: ['v', 'version'], takesValue: false, help: 'print the version' },
  { name: 'store', ...sharedSpec('store') },
  { name: 'def', ...sharedSpec('def') },
  { name: 'json', ...sharedSpec('json') },
  { name: 'quiet', ...sharedSpec('quiet') },
  { name: 'verbose', ...sharedSpec('verbose') },
  { name: 'obsolete', names: ['o', 'osver'], takesValue: true },
  { name: 'obsolete', names: ['p', 'profile'], takesValue: true },
  { name: 'obsolete', names: ['a', 'arch'], takesValue: true },
];

export interface PackimageArguments {
  readonly given: ReadonlySet<Name>;
  readonly method: string | undefined;
  readonly compress: string | undefined;
  readonly verify: string | undefined;
  readonly gate: string | undefined;
  readonly sign: string | undefined;
  readonly rootPasswordFile: string | undefined;
  readonly store: string | undefined;
  readonly def: string | undefined;
  readonly images: readonly string[];
}

/** Reads packimage's words. Throws `usage` problems. */
export function readPackimageArguments(argv: readonly string[]): PackimageArguments {
  const { given, operands } = readArguments(argv.flatMap(unbundle), packimageOptions);
  const value = (name: Name) => given.findLast((one) => one.spec.name === name)?.value;
  return {
    given: new Set(given.map((one) => one.spec.name)),
    method: value('method'),
    compress: value('compress'),
    verify: value('verify'),
    gate: value('gate'),
    sign: value('sign'),
    rootPasswordFile: value('root-password-file'),
    store: value('store'),
    def: value('def'),
    images: operands,
  };
}

/** xCAT's packimage, unlike its genimage, takes a value right behind a short option: `-mcpio`. */
function unbundle(word: string): string[] {
  const match = /^-([mcopa])([^=-][^=]*)$/.exec(word);
  if (match === null) return [word];
  const [, letter = '', value = ''] = match;
  const isName = packimageOptions.some((option) =>
    option.names.some((name) => name.startsWith(letter + value)),
  );
  return isName ? [word] : [`-${letter}`, value];
}

/** `cpio (default), tar, squashfs or erofs` */
function methodHelp(): string {
  return orList(methods.map((name) => (name === defaultFormat.name ? `${name} (default)` : name)));
}

/** What all formats have, then what only some have. */
function compressorHelp(): string {
  const isCommon = (word: string) => formats.every((format) => format.compressors.includes(word));
  const common = compressors.filter(isCommon);
  const special = compressors.filter((word) => !isCommon(word));
  const usual = orList(
    common.map((word) => (word === 'pigz' ? `${word} (default where it is installed)` : word)),
  );
  if (special.length === 0) return usual;
  const where = formats.filter((format) => special.some((word) => format.compressors.includes(word)));
  return `${usual}; for ${where.map(({ name }) => name).join(' and ')} also ${special.join(', ')}`;
}

function orList(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The text of `packimage -h`. */
export function packimageUsage(): string {
  const lines = packimageOptions
    .filter((option) => option.help !== undefined)
    .map((option) => {
      const names = option.names.map((name) => (name.length === 1 ? `-${name}` : `--${name}`)).join(', ');
      return `  ${names.padEnd(15)} ${option.help}`;
    });
  return `Usage:
   packimage [-m| --method=${methods.join('|')}] [-c| --compress=${compressors.join('|')}] [--nosyncfiles] [--strict] [--layers] [--rebase] [--sign=KEY] [--verify=digest|list|full] [--root-password-file=FILE] [--reproducible] [--wait] [--force] <imagename>
   packimage [-h| --help]
   packimage [-v| --version]

Packs the root tree of an osimage definition into the file that its nodes download.

${lines.join('\n')}
`;
}
