import { resolve } from 'node:path';
import type { Store } from '../../definition/store.ts';
import { RootimgError } from '../../base/errors.ts';
import type { BuildRequest } from '../../plan/request.ts';
import { optionsWithSecrets, renderDryRun } from '../../render/dry-run.ts';
import { usualRootimgdir } from '../../resolve/usual-folders.ts';
import { openConfigured } from '../definitions/definitions.ts';
import { type GenimageJob, resolveJob } from './genimage-job.ts';
import { type GenimageArguments, genimageUsage, readGenimageArguments } from './genimage-arguments.ts';
import type { CommandIo } from '../io.ts';
import { lockFileOf } from './lock-words.ts';
import { problemLines } from '../print-error.ts';
import { otherImageWarnings } from '../shared-folder.ts';
import { reproducibleRequest } from './reproducible-request.ts';
import { version } from '../version.ts';

/** genimage on the management node: shows or builds what a definition says. */
export async function genimage(io: CommandIo, argv: readonly string[]): Promise<void> {
  const words = readGenimageArguments(argv);
  if (words.given.has('help')) return io.stdout(genimageUsage());
  if (words.given.has('version')) return io.stdout(`genimage ${version}\n`);
  if (words.given.has('dryrun')) return show(io, words);
  if (words.names.length > 1 && words.elsewhere !== undefined) {
    const { buildSeveral } = await import('./genimage-several.ts');
    return buildSeveral(io, words, words.elsewhere);
  }
  const { reportChoice, withReporter } = await import('../with-reporter.ts');
  await withReporter(io, 'genimage', reportChoice(words.given), async (reporter) => {
    const { store, job, lockFile } = await prepare(io, words);
    if (words.lock === 'lock' || words.lock === 'update-lock') {
      const { lockHere } = await import('./genimage-lock.ts');
      return lockHere(
        io,
        job,
        { file: lockFile, update: words.lock === 'update-lock', moving: words.moving },
        reporter,
      );
    }
    if (words.elsewhere !== undefined) {
      const { buildElsewhere } = await import('./genimage-on.ts');
      return buildElsewhere(io, store, job, words.elsewhere, reporter);
    }
    const { buildHere } = await import('./genimage-build.ts');
    await buildHere(io, store, job, reporter);
  });
}

async function show(io: CommandIo, words: GenimageArguments): Promise<void> {
  if (words.given.has('json')) return showJson(io, words);
  const { job } = await prepare(io, words);
  await warnOfOtherImage(io, job);
  showLine(io, job);
}

async function prepare(
  io: CommandIo,
  words: GenimageArguments,
): Promise<{ readonly store: Store; readonly job: GenimageJob; readonly lockFile: string }> {
  const { store, config, home } = await openConfigured(io, words);
  const isSpoken = !words.given.has('json');
  const options = await namedRequest(io, words.request, store, isSpoken);
  if (isSpoken) io.stdout(opening(options));
  const lockFile = lockFileOf(options.imageName ?? '', words.def, home, io.cwd);
  // Exactly its packages: what an older tree has would stay.
  const asked = words.lock === 'locked' ? { ...options, locked: lockFile, fresh: true } : options;
  const makesLock = words.lock !== undefined && words.lock !== 'locked';
  const timed = makesLock ? asked : await reproducibleRequest(io, asked, words.given.has('reproducible'));
  return { store, job: await resolveJob(io, store, timed, config), lockFile };
}

/** Without a name and without -o -p a person is asked which image; a program gets the usage. */
async function namedRequest(
  io: CommandIo,
  request: BuildRequest,
  store: Store,
  isSpoken: boolean,
): Promise<BuildRequest> {
  const { imageName, arch, osvers, profile } = request;
  if (imageName !== undefined || arch || osvers || profile) return request;
  if (io.ask !== undefined && isSpoken) {
    const { askImage } = await import('./ask-image.ts');
    const chosen = await askImage(store, io.ask);
    if (chosen !== undefined) return { ...request, imageName: chosen };
  }
  if (isSpoken) io.stdout(genimageUsage());
  throw new RootimgError('usage', 'An image name is needed, or both -o OSVERS and -p PROFILE.');
}

/** xCAT's first lines, which come before anything can go wrong with the image. */
function opening({ osvers, profile }: BuildRequest): string {
  const os = osvers === undefined ? '' : `  OS: ${osvers}\n`;
  return `${os}${profile === undefined ? '' : `  Profile: ${profile}\n`}Generating image:\n`;
}

function showLine(io: CommandIo, { resolved }: GenimageJob): void {
  for (const notice of resolved.notices) io.stdout(`${notice}\n`);
  io.stdout(`${renderDryRun(resolved.request, resolved.familyDir)}\n`);
  tellSecrets(
    io,
    resolved.request,
    (where) => `This line holds passwords or tokens (${where}): keep it to yourself.`,
  );
}

/** The line is for another host; what lies in the image folder of this one is known here. */
async function warnOfOtherImage(io: CommandIo, { resolved: { request }, site }: GenimageJob): Promise<void> {
  const { imageName, osvers = '', arch = '', profile = '' } = request;
  if (imageName === undefined || request.force) return;
  const folder = request.rootimgdir ?? usualRootimgdir(site.installdir, { osvers, arch, profile });
  const warnings = await otherImageWarnings(resolve(io.cwd, folder), imageName);
  for (const warning of warnings) io.stderr(problemLines(warning, 'Warning'));
}

/** The errors stand in the document, for programs, and on standard error as without --json. */
async function showJson(io: CommandIo, words: GenimageArguments): Promise<void> {
  const { dryRunJson, withoutRequest } = await import('./genimage-json.ts');
  const print = (shown: object) => io.stdout(`${JSON.stringify(shown, undefined, 2)}\n`);
  const { job } = await prepare(io, words).catch((error: unknown) => {
    if (error instanceof RootimgError) print(withoutRequest(error));
    throw error;
  });
  await warnOfOtherImage(io, job);
  const { shown, failure } = await dryRunJson(io, job);
  print(shown);
  tellSecrets(
    io,
    job.resolved.request,
    (where) =>
      `Passwords and tokens are left out (${where}): --plan cannot build from this, the line of genimage --dryrun can.`,
  );
  if (failure !== undefined) throw failure;
}

function tellSecrets(io: CommandIo, request: BuildRequest, text: (where: string) => string): void {
  const options = optionsWithSecrets(request);
  if (options.length > 0) io.stderr(`Warning: ${text(options.join(', '))}\n`);
}
