import { own } from '../../base/own.ts';
import type { OptionDifference } from './xcat-line.ts';

/** Something that rootimg does otherwise than xCAT with this image, and why. */
export interface Otherwise {
  readonly what: string;
  readonly why: string;
}

/** What is looked at: the attributes of the image, and the text of its exlists and synclists. */
export interface ImageFacts {
  readonly attributes: ReadonlyMap<string, string>;
  readonly exlist: string;
  readonly synclists: string;
  /** root of every image has a password (site/root.password-hash), or is to have none (secureroot). */
  readonly hasRootPassword: boolean;
}

type Rule = Otherwise & { readonly applies: (facts: ImageFacts) => boolean };

const always = () => true;
const unset = (name: string) => (facts: ImageFacts) => !facts.attributes.has(name);

/** In the order of the work. */
const rules: readonly Rule[] = [
  {
    what: 'signatures of packages are checked, with the keys beside the repositories and of config.yaml',
    why: 'xCAT installs whatever the server or the way to it gives out',
    applies: always,
  },
  {
    what: 'a package or a repository that is not there stops the build',
    why: 'xCAT leaves it out, and the nodes tell',
    applies: always,
  },
  {
    what: 'of several kernels the newest version is taken',
    why: "xCAT takes the last in ASCII order (5.14.0-70 after -427), or the host's own",
    applies: unset('kernelver'),
  },
  {
    what: 'several folders of otherpkgdir are used',
    why: 'xCAT takes one that is local',
    applies: ({ attributes }) =>
      (attributes.get('otherpkgdir') ?? '').split(',').filter((one) => one.startsWith('/')).length > 1,
  },
  {
    what: 'each driver of netdrivers must be there',
    why: 'xCAT leaves out what the kernel lacks, and nodes miss their card',
    applies: ({ attributes }) => attributes.has('netdrivers'),
  },
  {
    what: 'root of the image is locked',
    why: "xCAT takes the password of its passwd table, else 'cluster'; rootimg takes a hash in site/root.password-hash",
    applies: ({ hasRootPassword }) => !hasRootPassword,
  },
  {
    what: 'APPEND: and MERGE: of synclists are done in the image',
    why: 'xCAT stops reading a synclist there when it packs',
    applies: ({ synclists }) => /^[ \t]*(APPEND|MERGE):/m.test(synclists),
  },
  {
    what: 'lines of the exlist with blanks at their ends, or with a quotation mark, leave out what they say',
    why: 'in xCAT such a line matches nothing, or empties the archive',
    applies: ({ exlist }) => exlist.split('\n').some(isReadOtherwise),
  },
  {
    what: 'the packed file is replaced when the new one is whole, and earlier ones are kept',
    why: 'xCAT removes it first: no node boots meanwhile',
    applies: always,
  },
];

/** A line of an exlist that names something, with blanks or CR at its end, or with a quotation mark. */
function isReadOtherwise(line: string): boolean {
  const text = line.trim();
  return text !== '' && !text.startsWith('#') && (line.trimEnd() !== line || text.includes("'"));
}

/** What is done otherwise with this image. */
export function otherwise(facts: ImageFacts): Otherwise[] {
  return rules.filter(({ applies }) => applies(facts)).map(({ what, why }) => ({ what, why }));
}

/** Options that have a reason to differ, whatever the image. */
const reasons: Readonly<Record<string, string>> = {
  '--mirror': 'the mirror of the site, which the building node does not know',
  '--gpgkeys': 'keys of config.yaml',
  '--repository': 'repositories of config.yaml',
  '--emulate': 'emulate of config.yaml',
  '--accept-licenses': 'licenses of config.yaml',
  '--allow-vendor-change': 'vendorchange of config.yaml',
  '--timezone': 'xCAT gives the time zone for the folder sles only',
  '--interactive': 'xCAT prints no line then',
};

/** Why an option differs; undefined where nobody knows. */
export function reasonFor({ option, xcat, here }: OptionDifference): string | undefined {
  if (xcat === undefined && here === '0') return 'xCAT drops a value of 0';
  if (xcat === undefined) return own(reasons, option);
  if (here !== undefined && plainList(xcat) === plainList(here))
    return 'the same list, without blanks and empty places';
  return undefined;
}

function plainList(value: string): string {
  const parts = value.split(',').map((one) => one.trim());
  return parts.filter((one) => one !== '').join(',');
}
