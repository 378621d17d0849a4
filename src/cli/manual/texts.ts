import type { CommandName } from './command-options.ts';

/** What a manual page says beside the options. Lines that begin with a blank are shown as typed. */
export interface ManualText {
  readonly summary: string;
  readonly synopsis: readonly string[];
  readonly description: readonly string[];
  readonly examples: readonly string[];
  readonly exit: string;
}

const asXcat = '0 done; 1 failed or wrong usage; 130 and 143 stopped by SIGINT and SIGTERM.';

/** The prose of each manual page. */
export const manualTexts: Readonly<Record<CommandName, ManualText>> = {
  genimage: {
    summary: 'build the root image of an osimage',
    synopsis: [
      'genimage [options] IMAGE',
      'genimage [options] -o OSVERS -p PROFILE [-a ARCH]',
      'genimage --dryrun [--json] IMAGE',
      'genimage --lock|--locked [--keep-packages DIR] IMAGE',
      'genimage --update-lock IMAGE [PACKAGE…]',
    ],
    description: [
      'Installs the packages of the definition IMAGE into the tree <rootimgdir>/rootimg, runs its postinstall scripts, and makes the kernel and the initrd beside the tree. Everything that the definition names is checked before anything is touched, and all that is wrong is told at once.',
      'With --dryrun nothing is changed: the line is printed that builds the image on a host of its architecture, after the netboot folder was copied there. --dryrun --json prints the whole plan; ./genimage --plan FILE in that folder builds exactly it.',
      'With --lock the package lists are resolved, and every package is written down with its digest in IMAGE.lock beside the definition; --locked builds exactly these packages, or names all that are gone or have other bytes; --update-lock makes the lock anew, and prints what moves. With --reproducible two builds of one lock are the same bytes.',
      '-i, -n, -r, -k, -g, --permission and --kerneldir win over the definition, and are written back to it after a build that succeeded. A build with -o and -p makes the definitions OSVERS-ARCH-netboot-PROFILE and -statelite-; of one that exists it fills in what is not set. Without an image and without -o and -p a person at a terminal is asked which image.',
    ],
    examples: ['genimage --dryrun mycomputeimage', 'genimage -k 5.14.0-427.13.1.el9_4.x86_64 mycomputeimage'],
    exit: asXcat,
  },
  packimage: {
    summary: 'pack the root image of an osimage',
    synopsis: ['packimage [options] IMAGE'],
    description: [
      'Packs the tree that genimage made into the file that nodes download: rootimg.cpio.gz, rootimg.tar.gz or rootimg.sfs in the rootimgdir, or the same with another compressor. Files of the exlist are left out, those of the synclists are put in. Nothing of the image is executed, and the tree stays as it is until the new file is published by rename.',
    ],
    examples: ['packimage -m squashfs mycomputeimage'],
    exit: asXcat,
  },
  copycds: {
    summary: 'copy installation media and define their images',
    synopsis: ['copycds [options] MEDIUM…'],
    description: [
      'Copies ISO files, devices and folders to <installdir>/<osvers>/<arch>, and defines the default images of that distribution. A copy appears under its final name when it is whole; one that was interrupted is resumed.',
    ],
    examples: ['copycds -i rocky-9.4.iso', 'copycds disc1.iso disc2.iso'],
    exit: asXcat,
  },
  lsdef: {
    summary: 'list definitions',
    synopsis: ['lsdef -t osimage [options] [NAMES]'],
    description: [
      'Lists the names of definitions, or with names (separated by commas) all their attributes. -z prints stanzas, which mkdef -z and chdef -z read.',
    ],
    examples: [
      'lsdef -t osimage -w osarch==x86_64',
      "lsdef -t osimage -z old | sed 's/^[^ ]\\+:/new:/' | mkdef -z",
    ],
    exit: asXcat,
  },
  mkdef: {
    summary: 'make definitions',
    synopsis: ['mkdef -t osimage -o NAMES attr=val…', 'mkdef -z < STANZAS'],
    description: [
      'Makes definitions. One that exists stays as it is, unless -f is given. When one object is wrong, none is made.',
    ],
    examples: [
      'mkdef -t osimage -o copy --template mycomputeimage',
      'mkdef -t osimage -u profile=compute osvers=rhels9.4 osarch=x86_64 provmethod=netboot',
    ],
    exit: asXcat,
  },
  chdef: {
    summary: 'change definitions',
    synopsis: ['chdef -t osimage -o NAMES attr=val…', 'chdef -z < STANZAS'],
    description: [
      'Sets attributes; attr= without a value clears one. -p appends to comma lists, -m takes out of them. A definition that does not exist is made.',
    ],
    examples: [
      'chdef -t osimage -o mycomputeimage -p netdrivers=igb',
      'chdef -t site -o clustersite timezone=Europe/Berlin',
    ],
    exit: asXcat,
  },
  rmdef: {
    summary: 'remove definitions',
    synopsis: ['rmdef -t osimage -o NAMES'],
    description: ['Removes definitions. Images that were built from them stay.'],
    examples: ['rmdef -t osimage -o old'],
    exit: asXcat,
  },
};
