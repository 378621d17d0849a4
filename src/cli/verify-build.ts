import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { RootimgError } from '../base/errors.ts';
import type { Manifest } from '../plan/manifest.ts';
import { initrdName, kernelName } from '../plan/generation.ts';
import { fileDigest } from '../system/file-digest.ts';
import { sweepAbandoned, temporaryDir } from '../system/temp.ts';
import { findImageFolder } from './image-folder.ts';
import { findImage } from './image-reference.ts';
import type { CommandIo } from './io.ts';
import { printError } from './print-error.ts';
import { shared } from './shared-options.ts';
import type { Again, VerifyOptions } from './verify-again.ts';

/** `rootimg verify-build NAME`: builds again beside what is published; exit codes as diff(1). */
export function verifyBuildCommand(io: CommandIo): Command {
  return new Command('verify-build')
    .description('build a reproducible image again; exit code 0: the same bytes, 1: others, 2: trouble')
    .argument('<name>', 'osimage that was built with --reproducible')
    .option('--keep-packages <dir>', 'folder with the packages of the lock')
    .option(...shared('store'))
    .option(...shared('def'))
    .option(...shared('quiet'))
    .action((name: string, options: VerifyOptions) => verify(io, name, options));
}

async function verify(io: CommandIo, name: string, options: VerifyOptions): Promise<void> {
  try {
    await buildAndCompare(io, name, options);
  } catch (error) {
    const code = printError(io, error);
    io.exitCode = code === 1 ? 2 : code;
  }
}

async function buildAndCompare(io: CommandIo, name: string, options: VerifyOptions): Promise<void> {
  const { manifest } = await findImage(io, name, options);
  const epoch = timeOf(name, manifest);
  const image = await findImageFolder(io, name, options);
  const beside = dirname(image.rootimgdir);
  await sweepAbandoned(beside);
  const folder = await temporaryDir(beside, 'verify');
  try {
    const { reportChoice, withReporter } = await import('./with-reporter.ts');
    const choice = reportChoice(new Set(options.quiet === true ? ['quiet'] : []));
    const differences: string[] = [];
    await withReporter(io, 'verify-build', choice, async (reporter) => {
      const again = { io, name, options, image, manifest, folder, epoch, reporter };
      const { buildAgain, packAgain } = await import('./verify-again.ts');
      await buildAgain(again);
      const packed = await packAgain(again);
      differences.push(...(await compare(again, packed)));
    });
    await refuseChanged(io, name, options, manifest);
    for (const line of differences) io.stdout(`${line}\n`);
    if (differences.length > 0) io.exitCode = 1;
    else io.stdout(`${name}: built again, and every byte is the same.\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function timeOf(name: string, { build, run }: Manifest): number {
  const time = Date.parse(build?.finished ?? '');
  if (run !== undefined && !Number.isNaN(time)) return time / 1000;
  throw new RootimgError(
    'not-reproducible',
    `${name} was not built with --reproducible: no other build can be the same.`,
    {
      hint: `genimage --lock ${name}, then genimage --locked --reproducible ${name}.`,
    },
  );
}

async function refuseChanged(
  io: CommandIo,
  name: string,
  options: VerifyOptions,
  before: Manifest,
): Promise<void> {
  const { manifest } = await findImage(io, name, options);
  if (JSON.stringify(manifest) === JSON.stringify(before)) return;
  throw new RootimgError('image-changed', `${name} was built or packed by somebody else meanwhile.`, {
    hint: 'Try again.',
  });
}

/** Lines about the first difference, with its cause, and how many more there are; none where all is the same. */
async function compare(again: Again, packed: string | undefined): Promise<string[]> {
  const { name, image, folder, epoch, manifest } = again;
  const { treeDifferences } = await import('../inspect/verify/tree-differences.ts');
  const { toolChanges } = await import('../inspect/verify/tool-changes.ts');
  const { readManifest } = await import('../pack/publish/generations.ts');
  const tools = toolChanges(manifest, await readManifest(folder));
  const files = [kernelName, initrdName, ...(packed === undefined ? [] : [packed])];
  const { first, count } = await treeDifferences(image.rootimgdir, folder, epoch);
  const others: string[] = [];
  for (const file of files) {
    if (!(await isSame(join(image.rootimgdir, file), join(folder, file)))) others.push(file);
  }
  if (first === undefined && others.length === 0) return [];
  const headline =
    first === undefined
      ? `${name} differs in ${others[0]}, though its tree is the same: ${becauseOf(others[0] ?? '')}`
      : `${name} differs in ${first.path}: ${first.what}. ${first.cause}`;
  const more = [
    ...(count > 1 ? [`${count - 1} more paths`] : []),
    ...(first === undefined ? others.slice(1) : others),
  ];
  return [headline, ...tools, ...(more.length > 0 ? [`Besides: ${more.join(', ')}.`] : [])];
}

function becauseOf(file: string): string {
  if (file === kernelName) return 'it was exchanged after the build.';
  if (file === initrdName) return "dracut's own files or settings are others.";
  return 'what packimage puts in is other (passwords, synclists, postscripts, exlist), or how it was packed.';
}

async function isSame(published: string, again: string): Promise<boolean> {
  if (!existsSync(published)) return false;
  return (await fileDigest(published)) === (await fileDigest(again));
}
