import { join } from 'node:path';
import { anyExitCode, run, type RunResult } from '../../system/exec.ts';
import { type ImageUname, runInRoot, sharedInside } from '../../sandbox/sandbox.ts';
import type { PackageSite, PackageTask } from '../manager.ts';
import { assignments } from '../pass-repositories.ts';

/** apt, ready to work on a tree. */
export interface Apt {
  readonly site: PackageSite;
  /** The folder that the host's apt and the image's share: configuration, indexes, packages. */
  readonly folder: string;
  /** dpkg's name. */
  readonly architecture: string;
  /** Address that each package was fetched from, by its word. */
  readonly origins: Map<string, string>;
}

/** One task as apt is told it. */
export interface AptTask extends Pick<PackageTask, 'command' | 'entries' | 'environment'> {
  readonly words: readonly string[];
  /** Name of the file with its repositories. */
  readonly sources: string;
  readonly recommends: boolean;
  /** Name of the file that says which packages stay as they are. */
  readonly pins?: string | undefined;
  readonly uname?: ImageUname | undefined;
  /** The host's apt resolves on this file in place of dpkg's status of the tree. */
  readonly statusFile?: string | undefined;
}

/** Name of the log that all runs of a build write into. */
export const aptLog = 'apt.log';

/** Variables under which no package asks a question, and no kernel makes an initrd that nobody boots. */
const unattended = { DEBIAN_FRONTEND: 'noninteractive', DEBCONF_NONINTERACTIVE_SEEN: 'true', INITRD: 'No' };

type Listener = (line: string) => void;

/** Runs a program of the host's apt, which may ask servers; the exit status is the caller's to judge. */
export function callHostApt(
  { site, folder }: Apt,
  argv: readonly string[],
  {
    sources,
    environment,
    pins,
    statusFile,
  }: Pick<AptTask, 'sources' | 'environment' | 'pins' | 'statusFile'>,
  onLine?: Listener,
): Promise<RunResult> {
  const [program = '', ...words] = argv;
  const list = [
    ...['-o', `Dir::Etc::sourcelist=${join(folder, 'host-sources', sources)}`],
    ...(pins === undefined ? [] : ['-o', `Dir::Etc::preferences=${join(folder, 'pins', pins)}`]),
    // A status of the same second and size would be taken for the one in the cache.
    ...(statusFile === undefined
      ? []
      : ['-o', `Dir::State::status=${statusFile}`, '-o', 'Dir::Cache::pkgcache=']),
  ];
  return run([program, ...list, ...words], {
    env: {
      ...site.plan.environment,
      ...assignments(environment),
      APT_CONFIG: join(folder, 'host.conf'),
    },
    logFile: site.log(aptLog),
    okCodes: anyExitCode,
    action: 'ask for packages',
    ...(onLine === undefined ? {} : { onLine }),
  });
}

/** Runs a program of the image, such as its apt-get or dpkg, without network; see callHostApt. */
export function callInImage(
  { site, folder }: Apt,
  argv: readonly string[],
  { environment, uname }: Pick<AptTask, 'environment' | 'uname'>,
  options: { readonly onLine?: Listener; readonly asks?: boolean; readonly input?: string } = {},
): Promise<RunResult> {
  const { onLine, asks = false, input } = options;
  return runInRoot(
    site.root,
    argv,
    { shared: folder, ...(uname === undefined ? {} : { uname }) },
    {
      env: {
        ...site.plan.environment,
        ...assignments(environment),
        ...unattended,
        ...(asks ? { DEBIAN_FRONTEND: 'readline' } : {}),
      },
      logFile: site.log(aptLog),
      okCodes: anyExitCode,
      action: 'install packages',
      ...(onLine === undefined ? {} : { onLine }),
      ...(asks ? { input: 'inherit' as const } : input === undefined ? {} : { input }),
    },
  );
}

/** argv of the image's apt-get for a task; `options` come before its command. */
export function imageAptArgv(task: AptTask, options: readonly string[]): string[] {
  return [
    ...['apt-get', '-c', `${sharedInside}/image.conf`],
    ...['-o', `Dir::Etc::sourcelist=${sharedInside}/image-sources/${task.sources}`],
    ...(task.pins === undefined ? [] : ['-o', `Dir::Etc::preferences=${sharedInside}/pins/${task.pins}`]),
    ...options,
    ...commandWords(task),
  ];
}

/** The command of apt-get that a task is. What lists name may take the place of what is there. */
export function commandWords({ command, words, recommends }: AptTask): string[] {
  const chosen = ['-o', `APT::Install-Recommends=${recommends}`];
  switch (command) {
    case 'install':
      return [...chosen, '--allow-downgrades', 'install', '--', ...words];
    case 'remove':
      return [...chosen, '--allow-remove-essential', '--purge', 'remove', '--', ...words];
    case 'upgrade':
      return [...chosen, 'dist-upgrade'];
  }
}
