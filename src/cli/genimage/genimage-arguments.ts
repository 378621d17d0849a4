import { RootimgError } from '../../base/errors.ts';
import type { BuildRequest } from '../../plan/request.ts';
import { flagOf, type GivenOption, type OptionSpec, readArguments } from '../../render/getopt.ts';
import { type NodeOption, nodeOptions } from '../../render/options.ts';
import { checkLockWord, type LockWord, readLockWord } from './lock-words.ts';
import { sharedSpec } from '../shared-options.ts';
import { type Elsewhere, readElsewhere } from './elsewhere.ts';
import { requestFrom } from '../../render/parse-arguments.ts';

/** What of the node's command line can be said on the management node; the rest comes from the definition. */
const fields: readonly NodeOption['field'][] = [
  ...([
    'arch',
    'osvers',
    'profile',
    'netdrivers',
    'nodebootif',
    'otherifce',
    'rootlimit',
    'tmplimit',
  ] as const),
  ...(['kernelver', 'krpmver', 'mode', 'permission', 'kerneldir', 'sumskey'] as const),
  ...(['interactive', 'onlyinitrd', 'ignorekernelchk', 'noupdate'] as const),
  ...(['nogpgcheck', 'toleratescriptlets', 'nonetwork', 'gpgkeys', 'repositorysettings', 'mirror'] as const),
  ...(['acceptlicenses', 'allowvendorchange'] as const),
  ...(['fresh', 'noCache', 'wait', 'stage', 'postinstallTimeout', 'force', 'emulate'] as const),
  'keepPackages',
];

type Own =
  | (
      | 'dryrun'
      | 'help'
      | 'version'
      | 'on'
      | 'onlost'
      | 'via'
      | 'partition'
      | 'constraint'
      | 'resume'
      | 'store'
      | 'def'
      | 'json'
      | 'quiet'
      | 'verbose'
    )
  | ('lock' | 'updatelock' | 'uselock' | 'reproducible');
interface OwnOption extends OptionSpec {
  readonly own: Own;
  readonly help: string;
}
type Option = NodeOption | OwnOption;

const ownOptions: readonly OwnOption[] = [
  {
    own: 'dryrun',
    names: ['dryrun'],
    takesValue: false,
    help: 'print the command for the building node, change nothing',
  },
  { own: 'help', names: ['h', 'help'], takesValue: false, help: 'print this' },
  { own: 'version', names: ['v', 'version'], takesValue: false, help: 'print the version' },
  {
    own: 'on',
    names: ['on'],
    takesValue: true,
    ours: true,
    help: 'HOST: build there over ssh, bring the images here; auto: the first fitting one of config.yaml (builders); ARCH=HOST,…: by architecture',
  },
  {
    own: 'onlost',
    names: ['on-lost'],
    takesValue: true,
    ours: true,
    help: 'keep|stop: what the build there does when the connection is cut (keep)',
  },
  {
    own: 'via',
    names: ['via'],
    takesValue: true,
    ours: true,
    help: 'slurm: submit each build as a job (several images: one array), bring the images here',
  },
  {
    own: 'partition',
    names: ['partition'],
    takesValue: true,
    ours: true,
    help: 'with --via slurm: as of sbatch',
  },
  {
    own: 'constraint',
    names: ['constraint'],
    takesValue: true,
    ours: true,
    help: 'with --via slurm: as of sbatch',
  },
  {
    own: 'resume',
    names: ['resume'],
    takesValue: false,
    ours: true,
    help: 'take the build there whose connection was cut, or the job of Slurm',
  },
  {
    own: 'lock',
    names: ['lock'],
    takesValue: false,
    ours: true,
    help: 'write down every package in the lock of the image, install nothing',
  },
  {
    own: 'uselock',
    names: ['locked'],
    takesValue: false,
    ours: true,
    help: 'build a new tree of exactly the packages of the lock, or nothing',
  },
  {
    own: 'updatelock',
    names: ['update-lock'],
    takesValue: false,
    ours: true,
    help: 'make the lock anew; of packages named after the image only these move',
  },
  {
    own: 'reproducible',
    names: ['reproducible'],
    takesValue: false,
    ours: true,
    help: 'the same bytes each time: by SOURCE_DATE_EPOCH, else by the time of the lock',
  },
  { own: 'store', ...sharedSpec('store') },
  { own: 'def', ...sharedSpec('def') },
  { own: 'json', ...sharedSpec('json') },
  { own: 'quiet', ...sharedSpec('quiet') },
  { own: 'verbose', ...sharedSpec('verbose') },
];

export interface GenimageArguments {
  /** What the options and the first image name say. */
  readonly request: BuildRequest;
  /** More than one only where another host builds. */
  readonly names: readonly string[];
  readonly given: ReadonlySet<Own>;
  /** Where and how another host builds; undefined: this one does. */
  readonly elsewhere: Elsewhere | undefined;
  readonly lock: LockWord | undefined;
  /** The packages that --update-lock moves; none: all. */
  readonly moving: readonly string[];
  readonly store: string | undefined;
  readonly def: string | undefined;
}

/** Reads genimage's words on the management node. Throws `usage` problems. */
export function readGenimageArguments(argv: readonly string[]): GenimageArguments {
  const { given, operands } = readArguments(argv, genimageOptions());
  const own = given.filter((one): one is GivenOption<OwnOption> => 'own' in one.spec);
  const nodes = given.filter((one): one is GivenOption<NodeOption> => 'field' in one.spec);
  const value = (name: Own) => own.findLast((one) => one.spec.own === name)?.value;
  const words = new Set(own.map((one) => one.spec.own));
  const one = requestFrom(nodes, operands.slice(0, 1));
  const elsewhere = readElsewhere(one, words.has('dryrun'), {
    on: value('on'),
    via: value('via'),
    partition: value('partition'),
    constraint: value('constraint'),
    onLost: value('onlost'),
    resume: words.has('resume'),
    verbose: words.has('verbose'),
  });
  const lock = readLockWord(words);
  checkLockWord(lock, one, words);
  const takesPackages = lock === 'update-lock';
  const request = elsewhere === undefined && !takesPackages ? requestFrom(nodes, operands) : one;
  if (lock === 'locked' && operands.length > 1) {
    throw new RootimgError('usage', `--locked builds one image at a time, not ${operands.join(' ')}.`);
  }
  if (new Set(operands).size < operands.length) {
    throw new RootimgError('usage', `An image stands there twice: ${operands.join(' ')}`);
  }
  return {
    request,
    names: takesPackages ? operands.slice(0, 1) : operands,
    given: words,
    elsewhere,
    lock,
    moving: takesPackages ? operands.slice(1) : [],
    store: value('store'),
    def: value('def'),
  };
}

/** All options of genimage on the management node. */
export function genimageOptions(): readonly Option[] {
  return [...nodeOptions.filter((one) => fields.includes(one.field)), ...ownOptions];
}

/** The text of `genimage -h`. */
export function genimageUsage(): string {
  const words = nodeOptions
    .filter((one) => fields.includes(one.field))
    .map((one) => `[${one.takesValue ? `${flagOf(one)} <${one.placeholder}>` : flagOf(one)}]`);
  const own = ownOptions.map((one) => {
    const names = one.names.map((name) => (name.length === 1 ? `-${name}` : `--${name}`)).join(', ');
    return `  ${names.padEnd(15)} ${one.help}`;
  });
  return `Usage: genimage [options] <imagename>
       genimage --on <HOST> [options] <imagename>...
       genimage --via slurm [--partition <NAME>] [--constraint <LIST>] [options] <imagename>...
       genimage [options] -o <OSVERS> -p <PROFILE> [-a <ARCH>]

Builds the root image of an osimage definition, its kernel and its initrd.

Options that win over the definition and are written back to it after a build:
  -i <INTERFACE> -r <INTERFACES> -n <DRIVERS> -k <VERSION> -g <VERSION> --permission <MODE> --kerneldir <DIR>
All of the building node's:
${fold(words)}
And:
${own.join('\n')}

Options may be abbreviated, written --name=value, and follow the name.
`;
}

function fold(words: readonly string[]): string {
  const lines: string[] = [];
  let line = ' ';
  for (const word of words) {
    if (line.length + word.length > 100) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
