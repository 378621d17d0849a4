import { anyExitCode } from '../../system/exec.ts';
import { runOverRoot } from '../../sandbox/sandbox.ts';
import type { RpmHost } from './rpm-macros.ts';

/** The image's rpm database as the host's rpm reads it while the lists are worked off. */
export interface InstalledNames {
  /** Every way to write an installed package: `bash`, `bash.x86_64`, `bash-5.2`, `bash-5.2-1.el9`, … */
  readonly spellings: ReadonlySet<string>;
  /** What they provide. */
  readonly provides: ReadonlySet<string>;
}

const format = '%{NAME}\t%{EPOCHNUM}\t%{VERSION}\t%{RELEASE}\t%{ARCH}[\t%{PROVIDENAME}]\n';

/** Reads all names that the image's database knows. */
export async function readInstalledNames(host: RpmHost): Promise<InstalledNames> {
  const { stdout } = await askRpm(host, ['-qa', '--queryformat', format]);
  const spellings = new Set<string>();
  const provides = new Set<string>();
  for (const line of stdout.split('\n')) {
    const [name, epoch = '', version = '', release = '', arch = '', ...provided] = line.split('\t');
    if (name === undefined || name === '') continue;
    for (const spelling of spellingsOf({ name, epoch, version, release, arch })) spellings.add(spelling);
    for (const one of provided) provides.add(one);
  }
  return { spellings, provides };
}

interface Nevra {
  readonly name: string;
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
}

/**
 * As dnf takes package names (dnf(8), specifying packages): with or without version, release, epoch,
 * architecture.
 */
export function spellingsOf({ name, epoch, version, release, arch }: Nevra): string[] {
  return ['', `${epoch}:`].flatMap((prefix) => {
    const versions = [`${name}-${prefix}${version}`, `${name}-${prefix}${version}-${release}`];
    return [name, ...versions].flatMap((words) => [words, `${words}.${arch}`]);
  });
}

/** Name of the package that owns a path of the image; undefined when none does. */
export async function ownerOf(host: RpmHost, path: string): Promise<string | undefined> {
  const { exitCode, stdout } = await askRpm(host, ['-qf', '--queryformat', '%{NAME}\n', path]);
  return exitCode === 0 ? stdout.split('\n')[0] : undefined;
}

/** Whether an installed package has or provides this path. */
export async function hasPath(host: RpmHost, path: string): Promise<boolean> {
  const { exitCode } = await askRpm(host, ['-q', '--whatprovides', path]);
  return exitCode === 0 || (await ownerOf(host, path)) !== undefined;
}

/** Whether the package of a pattern (SUSE) is installed. */
export async function hasPattern(host: RpmHost, name: string): Promise<boolean> {
  const format = '[%{PROVIDENAME} = %{PROVIDEVERSION}\n]';
  const { stdout } = await askRpm(host, ['-q', '--whatprovides', 'pattern()', '--queryformat', format]);
  return stdout.split('\n').includes(`pattern() = ${name}`);
}

/** Name, version and release of a package file of the host; undefined when it is none. */
export async function nameOfFile(host: RpmHost, file: string): Promise<string | undefined> {
  const argv = ['-qp', '--nosignature', '--queryformat', '%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}', file];
  const { exitCode, stdout } = await askRpm(host, argv);
  return exitCode === 0 ? stdout : undefined;
}

/** What a package file of the host says it is; undefined when it is none. */
export async function fileFacts(
  host: RpmHost,
  file: string,
): Promise<{ name: string; version: string; arch: string } | undefined> {
  const fields = '%{NAME}\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\t%{ARCH}';
  const argv = ['-qp', '--nosignature', '--queryformat', fields, file];
  const { exitCode, stdout } = await askRpm(host, argv);
  if (exitCode !== 0) return undefined;
  const [name = '', version = '', arch = ''] = stdout.split('\t');
  return { name, version: version.replace(/^0:/, ''), arch };
}

function askRpm(host: RpmHost, words: readonly string[]) {
  return runOverRoot(
    host.root,
    ['rpm', '--root', host.root, ...words],
    { rpmMacros: host.macros },
    { okCodes: anyExitCode, action: 'ask the package database of the image' },
  );
}
