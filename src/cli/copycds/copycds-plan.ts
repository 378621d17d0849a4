import { resolve } from 'node:path';
import { componentFault } from '../../base/name-component.ts';
import { nameFault } from '../../definition/object.ts';
import { type Problem, problemsOf, RootimgError, throwProblems } from '../../base/errors.ts';
import { osarchOf } from '../../base/architecture.ts';
import type { Disc } from '../../media/plan-discs.ts';
import type { Recognised } from '../../media/medium.ts';
import { openMedium, readFacts } from '../../media/open-medium.ts';
import { recognise, unknownMedium } from '../../media/recognise.ts';
import { suseFolder } from '../../media/suse.ts';
import { usualPkgdir } from '../../resolve/usual-folders.ts';
import type { CopycdsOptions } from './copycds-options.ts';

/** All discs of one distribution, and where they go. */
export interface CopyJob {
  readonly osvers: string;
  readonly arch: string;
  readonly path: string;
  /** `<installdir>/<osvers>/<arch>`, whatever -p says. */
  readonly usualPath: string;
  readonly discs: Disc[];
  readonly command: string;
}

interface Identified extends Disc {
  readonly osvers: string;
  readonly arch: string;
}

/** Beginnings of the names of distributions that there are lists or tools for (xCAT). */
const distributionName = /^(rh|centos|rocky|alma|ol|fedora|SL|sle|suse|opensuse|leap|ubuntu|debian)[a-z-]*\d/;

/**
 * Finds out what all media are before anything is copied, and puts together those of one distribution. Throws
 * all that is wrong.
 */
export async function planCopies(
  paths: readonly string[],
  options: CopycdsOptions,
  installdir: string,
  cwd: string,
): Promise<CopyJob[]> {
  const problems: Problem[] = nameProblems(options);
  const identified: Identified[] = [];
  for (const path of paths) {
    try {
      identified.push(await identify(path, options));
    } catch (error) {
      if (!(error instanceof RootimgError) || error.exitCode > 2) throw error;
      if (paths.length === 1 && problems.length === 0) throw error;
      problems.push(...problemsOf(error));
    }
  }
  const jobs = groupJobs(identified, options, installdir, cwd);
  problems.push(...jobs.flatMap(sameFolders));
  problems.push(...tooWide(jobs, installdir));
  if (options.path !== undefined && jobs.length > 1) problems.push(severalInOne(jobs, options.path));
  throwProblems(problems);
  return jobs;
}

async function identify(path: string, options: CopycdsOptions): Promise<Identified> {
  const medium = await openMedium(path);
  const facts = await readFacts(medium);
  const found = recognise(facts, path);
  const osvers = options.name ?? options.osver ?? found?.osvers;
  const arch = archOf(path, options, found);
  if (osvers === undefined || arch === undefined) {
    if (found !== undefined) throw noArch(path, found);
    throw unknownMedium(path, facts);
  }
  // A SUSE medium that is not recognised gets a folder of its own too, so that genimage finds it where the
  // others are.
  const isSuse = found === undefined && /^(sles?|leap|suse)\d/.test(osvers);
  const folder = isSuse ? (suseFolder(facts) ?? '1') : found?.folder;
  return { medium, facts, found, osvers, arch, folder };
}

function archOf(path: string, options: CopycdsOptions, found: Recognised | undefined): string | undefined {
  const wanted = options.arch === undefined ? undefined : osarchOf(options.arch);
  if (wanted !== undefined && found?.arch !== undefined && !isSame(wanted, found.arch)) {
    throw new RootimgError('medium-arch', `Requested architecture ${wanted}, but ${path} is ${found.arch}.`, {
      hint: 'Leave -a out, or give the medium of that architecture.',
    });
  }
  return found?.arch ?? wanted;
}

/** Debian and Ubuntu have their own word for ppc64le; both are right there. */
function isSame(wanted: string, arch: string): boolean {
  return wanted === arch || (wanted === 'ppc64le' && arch === 'ppc64el');
}

function noArch(path: string, { osvers }: Recognised): RootimgError {
  return new RootimgError('medium-arch', `${path} is ${osvers}, but does not tell its architecture.`, {
    hint: 'Give it with -a.',
  });
}

function groupJobs(
  identified: readonly Identified[],
  options: CopycdsOptions,
  installdir: string,
  cwd: string,
): CopyJob[] {
  const jobs = new Map<string, CopyJob>();
  for (const { osvers, arch, ...disc } of identified) {
    const usualPath = usualPkgdir(installdir, { osvers, arch });
    const job = jobs.get(usualPath) ?? {
      osvers,
      arch,
      usualPath,
      path: options.path === undefined ? usualPath : resolve(cwd, options.path),
      discs: [],
      command: `copycds ${disc.medium.path}`,
    };
    job.discs.push(disc);
    jobs.set(usualPath, job);
  }
  return [...jobs.values()];
}

/** -n and -a become names of folders and images. */
function nameProblems({ name, osver, arch }: CopycdsOptions): Problem[] {
  const osvers = name ?? osver;
  const given: [string, string | undefined][] = [
    ['-n', osvers],
    ['-a', arch],
  ];
  const problems = given.flatMap(([option, value]): Problem[] => {
    const fault = value === undefined ? undefined : (nameFault(value) ?? componentFault(value));
    if (fault === undefined) return [];
    return [{ code: 'name', message: `${option} '${value}' cannot be part of a folder's name: ${fault}.` }];
  });
  if (problems.length > 0 || osvers === undefined || distributionName.test(osvers)) return problems;
  const message = `-n '${osvers}' is the name of no distribution.`;
  return [
    {
      code: 'name',
      message,
      hint: 'A name such as rhels9.4, rocky9.4, centos7.9, sles15.6 or ubuntu24.04 was expected.',
    },
  ];
}

function sameFolders({ discs, path }: CopyJob): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const { medium, folder } of discs) {
    if (folder === undefined) continue;
    const other = seen.get(folder);
    seen.set(folder, medium.path);
    if (other === undefined) continue;
    const message = `${other} and ${medium.path} both are disc ${folder} of ${path}.`;
    problems.push({ code: 'disc-twice', message, hint: 'Give each disc of a set once.' });
  }
  return problems;
}

/** The folder of a distribution is replaced as a whole: one that holds the installdir is never meant. */
function tooWide(jobs: readonly CopyJob[], installdir: string): Problem[] {
  const holds = jobs.find(({ path }) => `${installdir}/`.startsWith(path === '/' ? path : `${path}/`));
  if (holds === undefined) return [];
  const message = `${holds.path} cannot be the folder of one distribution: it is, or holds, the installdir ${installdir}.`;
  return [{ code: 'path-wide', message, hint: 'Name a folder of its own with -p.' }];
}

function severalInOne(jobs: readonly CopyJob[], path: string): Problem {
  const names = jobs.map(({ osvers, arch }) => `${osvers}-${arch}`).join(', ');
  const message = `-p ${path} is one folder, but the media are of several distributions: ${names}.`;
  return { code: 'several-distributions', message, hint: 'Copy each with a command of its own.' };
}
