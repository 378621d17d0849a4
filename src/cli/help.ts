import { didYouMean } from '../base/near-names.ts';

/** The commands by the job that they are for, with a line each: the order of the work. */
export const jobs: readonly (readonly [job: string, commands: Readonly<Record<string, string>>])[] = [
  [
    'Say what an image is made of',
    {
      copycds: 'copy installation media and define their images',
      mkdef: 'make definitions',
      lsdef: 'list definitions',
      chdef: 'change definitions',
      rmdef: 'remove definitions; images stay',
      import: 'take definitions from stanzas, YAML or JSON',
      export: 'write definitions as stanzas, YAML or JSON',
      show: 'print the package lists of an image, each entry with its place',
      check: 'tell all that genimage and packimage would find wrong',
      parity: "compare xCAT's dry run of an image with ours",
    },
  ],
  [
    'Build it',
    {
      genimage: 'build tree, kernel and initrd; --dryrun only shows how',
      kit: 'write the netboot folder as one tar for other hosts',
      fetch: 'bring an image that another host built',
      cache: 'what earlier builds keep for genimage --fresh',
    },
  ],
  [
    'Pack and publish it',
    {
      packimage: 'pack the tree into the file that nodes download',
      boot: 'boot it in a virtual machine and judge it',
      netboot: 'print its kernel line and write boot loader entries',
      sign: 'sign what nodes and boot loaders check',
      history: 'list the packed sets that are kept',
      rollback: 'publish an earlier set again',
      prune: 'remove old sets',
      rmimage: 'remove the files of an image',
      imgexport: 'write an image with its definition as one file',
      imgimport: 'take in such a file, of xCAT too',
    },
  ],
  [
    'Look into it',
    {
      why: 'why a path or a package is in it, or not',
      diff: 'in what two images differ',
      'verify-build': 'build it again: the same bytes?',
      report: 'a page (HTML) with all of it, and what it costs',
      sbom: 'what it is made of, as CycloneDX or SPDX',
    },
  ],
  [
    'Look at the hosts',
    {
      init: 'make the folders and a first definition',
      doctor: 'what this host can do, and what to install for the rest',
      builders: 'which hosts build images, and what each can build now',
      stale: 'which nodes do not run what is published, and what would change',
      nics: 'which network cards nodes have, for rootimg check --nics',
      config: 'which folders and files are used here',
    },
  ],
];

/** What `rootimg --help` prints. */
export function helpText(): string {
  const parts = jobs.map(([job, commands]) => {
    const lines = Object.entries(commands).map(([name, does]) => `  ${name.padEnd(12)} ${does}\n`);
    return `\n${job}:\n${lines.join('')}`;
  });
  return `Usage: rootimg COMMAND [options]\n${parts.join('')}\nrootimg COMMAND --help tells the options of one.\n`;
}

/** What is said of a command that there is not, with the one that may be meant. */
export function unknownCommand(name: string): string {
  const known = jobs.flatMap(([, commands]) => Object.keys(commands));
  return `Error: unknown command '${name}'${didYouMean(name, known)}.\nrootimg --help lists the commands.\n`;
}

/** Commands that xCAT has too, and so are called by their own names. */
const ownNames = /^((ls|mk|ch|rm)def|copycds|genimage|packimage|rmimage|imgexport|imgimport)$/;

/** The command as it is typed: `rootimg boot`, `genimage`. */
export function typedName(name: string): string {
  return ownNames.test(name) ? name : `rootimg ${name}`;
}
