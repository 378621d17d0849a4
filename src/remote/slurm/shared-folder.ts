import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyWhole } from '../../base/copy-file.ts';
import { requireSafeFolder } from '../../base/safe-folder.ts';
import { writeFile } from '../../base/write-file.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { digestOf } from '../../system/file-digest.ts';
import { type InputFile, inputFiles, localRepositories } from '../plan-inputs.ts';
import { planText } from '../plan-there.ts';
import { inputPath, placesIn } from '../remembered-build.ts';
import { writeFamilyKit } from '../send.ts';
import { shared } from './job-script.ts';
import type { Slurm } from './slurm.ts';

/** What was written for a build. */
export interface SharedInputs {
  /** Paths here and there. */
  readonly files: [string, string][];
  /** Bytes of the kit, and of the plan and what it names. */
  readonly sent: { readonly kit: number; readonly files: number };
}

/** Milliseconds after which what nobody has taken goes. */
const week = 7 * 24 * 3_600_000;

/**
 * Makes the folder below installdir in which builds are handed over, for root alone, and removes what lies
 * there since a week without a job that Slurm knows.
 */
export async function openJobsFolder(installdir: string, slurm: Pick<Slurm, 'stateOf'>): Promise<string> {
  const folder = join(installdir, 'rootimg-jobs');
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await requireSafeFolder(folder);
  for (const name of await readdir(folder)) {
    const [, batch, index] = /^(rootimg-\w+)-(\d+)$/.exec(name) ?? [];
    if (batch === undefined) continue;
    const found = await lstat(join(folder, name)).catch(() => undefined);
    if (found === undefined || Date.now() - found.mtimeMs < week) continue;
    const isKnown = (await slurm.stateOf({ batch, index: Number(index) })) !== undefined;
    if (!isKnown) await rm(join(folder, name), { recursive: true, force: true });
  }
  return folder;
}

/**
 * Writes the plan of a build, what it names, and the kit into a new folder that the nodes share; `work` is
 * the folder that the node will build in. Repositories in folders here are not copied: their digests are
 * written down for the node to compare.
 */
export async function fillShared(
  folder: string,
  plan: BuildPlan,
  work: string,
  isPackageFile: (name: string) => boolean,
): Promise<SharedInputs> {
  await mkdir(folder, { mode: 0o700 });
  const inputs = await inputFiles(plan, isPackageFile);
  const placed = await Promise.all(inputs.map((input) => placeInput(folder, input)));
  const named = inputs.filter(({ name }) => !name.startsWith('postscripts/'));
  const files = named.map(({ path, name }): [string, string] => [path, inputPath(work, name)]);
  const { family } = plan.image;
  const places = placesIn(work, { files, repositories: [] });
  await mkdir(join(folder, shared.inputs), { recursive: true });
  await writeFile(join(folder, shared.plan), planText(plan, places, `${work}/netboot/${family}`));
  await writeFamilyKit(join(folder, shared.kit), family);
  const [planFile, kit] = await Promise.all([
    digestOf(join(folder, shared.plan)),
    digestOf(join(folder, shared.kit)),
  ]);
  const sums = [
    sumLine(planFile.sha256, shared.plan),
    sumLine(kit.sha256, shared.kit),
    ...inputs.map(({ sha256, name }) => sumLine(sha256, `${shared.inputs}/${name}`)),
  ];
  await writeFile(join(folder, shared.sums), sums.join(''));
  const indexes = (await localRepositories(plan)).flatMap(({ index }) => index ?? []);
  const there = indexes.filter(({ path }) => !path.includes('\n'));
  const lines = there.map(({ sha256, path }) => `${sha256} ${path}\n`);
  await writeFile(join(folder, shared.there), lines.join(''));
  // Who looks for it before it is there might not see it for a while, on NFS.
  await writeFile(join(folder, shared.events), '');
  const sizes = [planFile.size, ...placed];
  return { files, sent: { kit: kit.size, files: sizes.reduce((sum, size) => sum + size, 0) } };
}

async function placeInput(folder: string, { path, name, mode }: InputFile): Promise<number> {
  const to = join(folder, shared.inputs, name);
  await mkdir(dirname(to), { recursive: true });
  await copyWhole(path, to);
  await chmod(to, mode);
  return (await digestOf(to)).size;
}

/** A line as sha256sum(1) reads it. */
export function sumLine(sha256: string, name: string): string {
  const escaped = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${escaped === name ? '' : '\\'}${sha256}  ${escaped}\n`;
}
