import { resolve } from 'node:path';
import { Command } from 'commander';
import { readSite, type Site } from '../../definition/site.ts';
import type { Store } from '../../definition/store.ts';
import { RootimgError } from '../../base/errors.ts';
import { debArchiveOf } from '../../family/archives.ts';
import { copyDistribution, discsThere, linkUsualPath } from '../../media/copy-distribution.ts';
import type { Reporter } from '../../report/reporter.ts';
import { listenForStop } from '../../system/signals.ts';
import { inspectMedia } from './copycds-inspect.ts';
import type { CopycdsOptions } from './copycds-options.ts';
import { makeDefaultOsimages } from './copycds-osimages.ts';
import { type CopyJob, planCopies } from './copycds-plan.ts';
import { openDefinitions } from '../definitions/definitions.ts';
import type { CommandIo } from '../io.ts';
import { version } from '../version.ts';
import { shared } from '../shared-options.ts';
import { withReporter } from '../with-reporter.ts';

/** `copycds`: copies installation media below the installdir and defines images of them. */
export function copycdsCommand(io: CommandIo): Command {
  const command = new Command('copycds')
    .helpOption(false)
    .description('Copies installation media (ISO files, devices, folders) and defines the default images.')
    .argument('[media...]', 'ISO file, device such as /dev/sr0, or folder; all discs of a set in one command')
    .option('-n, --name <osvers>', 'call the distribution so, such as rhels9.4')
    .option('--osver <osvers>', 'the same as --name')
    .option('-a, --arch <arch>', 'architecture, such as x86_64')
    .option('-p, --path <dir>', 'copy to this folder instead of <installdir>/<osvers>/<arch>')
    .option('-i, --inspection', 'only show what the media are')
    .option('-o, --noosimage', 'define no images')
    .option('-w, --nonoverwrite', 'leave alone what was copied before')
    .option(...shared('store'))
    .option(...shared('json'))
    .option(...shared('quiet'))
    .option('--verbose', 'every file')
    .option('-h, --help', 'show this')
    .option('--version', 'show the version');
  return command.action(async (media: string[], options: CopycdsOptions) => {
    if (options.version) return io.stdout(`copycds ${version}\n`);
    if (options.help) return io.stdout(command.helpInformation());
    await copycds(io, media, options);
  });
}

async function copycds(io: CommandIo, media: readonly string[], options: CopycdsOptions): Promise<void> {
  if (media.length === 0) {
    throw new RootimgError('usage', 'copycds needs at least one ISO file, device or folder.');
  }
  listenForStop();
  const paths = media.map((path) => resolve(io.cwd, path));
  await withReporter(io, 'copycds', options, (reporter) =>
    options.inspection ? inspectMedia(paths, options, reporter) : copyAll(io, paths, options, reporter),
  );
}

async function copyAll(
  io: CommandIo,
  paths: readonly string[],
  options: CopycdsOptions,
  reporter: Reporter,
): Promise<void> {
  const store = await openDefinitions(io, options);
  const site = await readSite(store);
  const jobs = await planCopies(paths, options, site.installdir, io.cwd);
  for (const job of jobs) {
    const copied = await copyOne(job, options, site, reporter);
    if (copied && !options.noosimage) await defineImages(io, store, job, site, reporter);
  }
}

/** False when nothing was to be done. */
async function copyOne(
  job: CopyJob,
  options: CopycdsOptions,
  site: Site,
  reporter: Reporter,
): Promise<boolean> {
  if (options.nonoverwrite && (await isThere(job, reporter))) return false;
  if (!`${job.path}/`.startsWith(`${site.installdir}/`)) {
    reporter.warn(`${job.path} is not below ${site.installdir}: the web server must be told of it.`);
  }
  reporter.line(`Copying media to ${job.path}`);
  await copyDistribution(job, reporter);
  reporter.line('Media copy operation successful');
  warnOfNoPackages(job, reporter);
  reporter.fact('distribution', { osvers: job.osvers, arch: job.arch, path: job.path });
  if (job.usualPath !== job.path && !(await linkUsualPath(job.usualPath, job.path))) {
    reporter.warn(`${job.usualPath} is a folder and stays as it is; it is not linked to ${job.path}.`);
  }
  return true;
}

/** The images of such a medium need a mirror; genimage would find out only later. */
function warnOfNoPackages({ discs, path, osvers }: CopyJob, reporter: Reporter): void {
  const [why] = discs.map(({ found }) => found?.lacksPackages);
  if (why === undefined || discs.some(({ found }) => found?.lacksPackages === undefined)) return;
  const archive = debArchiveOf(osvers);
  reporter.warn(`${discs[0]?.medium.path ?? path} ${why}.`);
  if (archive === undefined) return;
  const example = `${archive.siteAttribute}=http://MIRROR/${archive.id}`;
  reporter.warn(
    `Images take theirs from a mirror in pkgdir (URL SUITE COMPONENTS), or in the site: chdef -t site clustersite ${example}`,
  );
}

/**
 * -w: xCAT says so and ends well when the discs are there; a folder of unknown content is never written to.
 */
async function isThere(job: CopyJob, reporter: Reporter): Promise<boolean> {
  const there = await discsThere(job.path, job.discs);
  if (there === undefined) {
    const { readdir } = await import('node:fs/promises');
    const names = await readdir(job.path).catch(() => []);
    if (names.length === 0) return false;
    throw new RootimgError('would-overwrite', `${job.path} is not empty, and -w was given.`, {
      hint: 'Without -w the discs are added to what is there.',
    });
  }
  if (!there.every(Boolean)) return false;
  reporter.line('The disc iso has already been copied in!');
  return true;
}

async function defineImages(
  io: CommandIo,
  store: Store,
  job: CopyJob,
  site: Site,
  reporter: Reporter,
): Promise<void> {
  const made = await store.exclusively(() => makeDefaultOsimages(io, store, job, site));
  for (const name of made.created) reporter.info(`The image ${name} was defined.`);
  for (const name of made.completed)
    reporter.info(`The image ${name} was there; only what it lacked was filled in.`);
  reporter.fact('osimages', { created: made.created, completed: made.completed });
  if (made.found > 0) return;
  const { osvers, arch } = job;
  reporter.warn(`No profile has a package list for ${osvers} on ${arch} in ${made.folders.join(' or ')}.`);
  reporter.warn('No image was defined.');
}
