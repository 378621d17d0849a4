import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostOsvers } from '../../src/cli/definitions/def-host.ts';
import { debArchiveOf, debArchitecture } from '../../src/family/archives.ts';
import { hostAcquire } from '../../src/packages/apt/host-apt.ts';
import type { BuildLock } from '../../src/plan/build-lock.ts';
import { readPackageLists } from '../../src/resolve/package-list.ts';
import type { BenchImage } from './image.ts';
import type { Section } from './markdown.ts';
import { median, timeOf, type Timing } from './measure.ts';

/** A manager that resolves a list by itself, beside the lock of an image with that list. */
interface Pair {
  readonly manager: string;
  readonly image: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it keeps, gone before each round. */
  readonly folder: string;
}

/**
 * genimage --lock beside the manager alone, which reads the same repositories anew, resolves the same list and
 * fetches nothing. By processor time: a lock waits for little else.
 */
export async function benchLock(image: BenchImage, rounds: number): Promise<Section> {
  console.log('locks:');
  const apt = await aptPair(image);
  const timings: Timing[] = [];
  const ratios: Section['ratios'][number][] = [];
  for (const pair of [dnfPair(image), ...(apt === undefined ? [] : [apt])]) {
    const { manager, bare, lock } = await measured(image, pair, rounds);
    timings.push(bare, lock);
    ratios.push({ what: `genimage --lock / bare ${manager}`, value: lock.median / bare.median, wanted: 1.2 });
  }
  const input =
    'The sample list by dnf; the compute list of this host’s own Debian by apt, from its mirror. Nothing is kept from round to round. Seconds of all processors together.';
  return { title: 'Locks', input, timings, ratios };
}

async function measured(
  image: BenchImage,
  { manager, image: name, argv, env, folder }: Pair,
  rounds: number,
) {
  const log = join(image.base, 'lock.log');
  const lockFile = join(image.base, 'etc/osimage', `${name}.lock`);
  const ours = [process.execPath, join(image.checkout, 'bin/genimage'), '--lock', name];
  const seconds = { bare: [] as number[], lock: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, 'root'), { recursive: true });
    // dnf that is told to answer with no ends with 1.
    seconds.bare.push((await timeOf(argv, { env, log, okCodes: [0, 1] })).cpu);
    await rm(lockFile, { force: true });
    seconds.lock.push((await timeOf(ours, { env: image.env, log })).cpu);
  }
  const timing = (title: string, own: readonly number[]) => ({
    name: title,
    seconds: own,
    median: median(own),
  });
  return {
    manager,
    bare: timing(`bare ${manager}`, seconds.bare),
    lock: timing(`genimage --lock ${name}`, seconds.lock),
  };
}

function dnfPair({ base, env, name, sample }: BenchImage): Pair {
  const folder = join(base, 'bare-lock');
  return {
    ...{ manager: 'dnf', image: name, env, folder },
    argv: [
      ...['dnf', '--assumeno', `--installroot=${join(folder, 'root')}`, '--releasever=9'],
      ...['--setopt=reposdir=/nonexistent', `--repofrompath=sample,file://${sample.pkgdir}`],
      ...[`--setopt=sample.gpgkey=file://${sample.gpgKeyFile}`, '--setopt=sample.gpgcheck=1'],
      ...[`--setopt=cachedir=${join(folder, 'cache')}`, '--setopt=module_platform_id=platform:el9'],
      ...['install', ...sample.pkglist],
    ],
  };
}

/** Undefined on hosts that are no Debian. */
async function aptPair(image: BenchImage): Promise<Pair | undefined> {
  const osvers = (await hostOsvers()) ?? '';
  const keyring = debArchiveOf(osvers)?.keyring.files[0];
  if (!osvers.startsWith('debian') || keyring === undefined) return undefined;
  const name = 'lock-debian';
  const { arch } = image.sample;
  const list = join(image.checkout, `share/xcat/netboot/debian/compute.${osvers}.${arch}.pkglist`);
  await image.type(
    ...(['mkdef', '-t', 'osimage', '-o', name, 'imagetype=linux', 'profile=compute'] as const),
    ...['provmethod=netboot', `rootimgdir=${join(image.base, name)}`, `osvers=${osvers}`],
    ...[`osarch=${arch}`, `pkglist=${list}`],
  );
  await image.type('genimage', '--lock', name);
  const { passes } = await readPackageLists(list, 'pkglist', { cwd: process.cwd(), variables: {} });
  const packages = passes.flatMap(({ install }) => install.map((entry) => entry.name));
  const folder = join(image.base, 'bare-apt');
  const config = join(image.base, 'bare-apt.conf');
  const sources = join(image.base, 'bare-apt.list');
  const text = await readFile(join(image.base, 'etc/osimage', `${name}.lock`), 'utf8');
  const { repositories } = JSON.parse(text) as BuildLock;
  await writeFile(
    sources,
    repositories.map(({ url, suite }) => `deb [signed-by=${keyring}] ${url} ${suite} main\n`).join(''),
  );
  await writeFile(config, await aptConfig(folder, sources, debArchitecture(arch)));
  // Its folders and the empty status of the new system, then what an administrator types.
  const script = `cd "$1"; shift; mkdir -p lists/partial archives/partial cache none state; : >state/status
    apt-get --quiet update && apt-get --simulate install "$@"`;
  const env = { ...image.env, APT_CONFIG: config };
  return {
    ...{ manager: 'apt', image: name, env, folder },
    argv: ['sh', '-c', script, 'sh', folder, ...packages],
  };
}

async function aptConfig(folder: string, sources: string, architecture: string): Promise<string> {
  const places = {
    ...{ 'Dir::State': 'state', 'Dir::State::status': 'state/status', 'Dir::State::lists': 'lists' },
    ...{ 'Dir::Cache': 'cache', 'Dir::Cache::archives': 'archives', 'Dir::Etc::parts': 'none' },
    ...{ 'Dir::Etc::sourceparts': 'none', 'Dir::Etc::preferencesparts': 'none' },
  };
  const lines = [
    ...Object.entries(places).map(([key, value]) => `${key} "${join(folder, value)}";`),
    `Dir::Etc::sourcelist "${sources}";`,
    `APT::Architecture "${architecture}";`,
    ...['APT::Sandbox::User "root";', 'APT::Install-Recommends "false";', 'Acquire::Languages "none";'],
    ...(await hostAcquire()),
  ];
  return `${lines.join('\n')}\n`;
}
