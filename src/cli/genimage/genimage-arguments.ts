import { RootimgError } from '../../base/errors.ts';
import type { BuildRequest } from '../../plan/request.ts';
import { flagOf, type GivenOption, type OptionSpec, readArguments } from '../../render/getopt.ts';
import { type NodeOption, nodeOptions } from '../../render/options.ts';
import { sharedSpec } from '../shared-options.ts';
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
  ...(['fresh', 'noCache', 'wait', 'stage', 'postinstallTimeout', 'force', 'emulate'] as const),
];

type Own =
  'dryrun' | 'help' | 'version' | 'on' | 'onlost' | 'resume' | 'store' | 'def' | 'json' | 'quiet' | 'verbose';
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
    help: 'HOST: build there over ssh, bring the image here',
  },
  {
    own: 'onlost',
    names: ['on-lost'],
    takesValue: true,
    ours: true,
    help: 'keep|stop: what the build there does when the connection is cut (keep)',
  },
  {
    own: 'resume',
    names: ['resume'],
    takesValue: false,
    ours: true,
    help: 'take the build there whose connection was cut',
  },
  { own: 'store', ...sharedSpec('store') },
  { own: 'def', ...sharedSpec('def') },
  { own: 'json', ...sharedSpec('json') },
  { own: 'quiet', ...sharedSpec('quiet') },
  { own: 'verbose', ...sharedSpec('verbose') },
];

/** What is said of a build on another host. */
export interface Elsewhere {
  /** Undefined where a build is resumed: it is known which host has it. */
  readonly host: string | undefined;
  readonly onLost: 'keep' | 'stop';
  readonly resume: boolean;
}

export interface GenimageArguments {
  /** What the options and the image name say. */
  readonly request: BuildRequest;
  readonly given: ReadonlySet<Own>;
  /** Where and how another host builds; undefined: this one does. */
  readonly elsewhere: Elsewhere | undefined;
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
  const request = requestFrom(nodes, operands);
  return {
    request,
    given: words,
    elsewhere: readElsewhere(request, words, value),
    store: value('store'),
    def: value('def'),
  };
}

/** What needs the tree that lies here, or a person at the build, is nothing for another host. */
const onlyHere = ['onlyinitrd', 'interactive', 'stage'] as const;

function readElsewhere(
  request: BuildRequest,
  given: ReadonlySet<Own>,
  value: (name: Own) => string | undefined,
): Elsewhere | undefined {
  const [host, lost] = [value('on'), value('onlost')];
  if (host === undefined && !given.has('resume')) {
    if (lost === undefined) return undefined;
    throw new RootimgError('usage', '--on-lost is for builds on another host.', {
      hint: 'Name it: --on HOST',
    });
  }
  if (lost !== undefined && lost !== 'keep' && lost !== 'stop') {
    throw new RootimgError('usage', `--on-lost is keep or stop, not '${lost}'.`);
  }
  const beside = onlyHere.filter((field) => request[field]).map((field) => `--${field}`);
  if (given.has('dryrun')) beside.push('--dryrun');
  if (beside.length > 0) {
    throw new RootimgError('usage', `${beside.join(' and ')} cannot be used together with --on or --resume.`);
  }
  return { host, onLost: lost ?? 'keep', resume: given.has('resume') };
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
