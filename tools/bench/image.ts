import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RootimgError } from '../../src/base/errors.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import type { Scope } from '../../src/system/scope.ts';
import { ensureSampleRepository, type SampleRepository } from '../sample-repo/index.ts';

export interface BenchImage {
  readonly sample: SampleRepository;
  readonly name: string;
  /** The checkout whose commands these are. */
  readonly checkout: string;
  readonly base: string;
  readonly rootimgdir: string;
  /** Environment of our commands. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs one of our commands; throws with its output when it fails. */
  type(command: string, ...words: string[]): Promise<void>;
  /** Takes away an image folder and all that is kept for later builds. */
  forget(rootimgdir: string): Promise<void>;
}

/** Defines the sample image in a temp folder, with the commands of a checkout; ours unless another is named. */
export async function makeBenchImage(
  scope: Scope,
  reporter: Reporter,
  checkout = process.cwd(),
): Promise<BenchImage> {
  const sample = await ensureSampleRepository(reporter);
  const base = await mkdtemp(join(process.env['ROOTIMG_BENCH'] ?? tmpdir(), 'rootimg-bench-'));
  scope.defer('the bench folder', () => rm(base, { recursive: true, force: true }));
  const name = 'bench';
  const rootimgdir = join(base, 'install/netboot/compute');
  const pkglist = join(base, 'compute.pkglist');
  await mkdir(join(base, 'install'), { recursive: true });
  await writeFile(pkglist, `${sample.pkglist.join('\n')}\n`);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: base,
    ROOTIMG_HOME: join(base, 'etc'),
    XCATROOT: checkout,
    ROOTIMG_CACHE: join(base, 'cache'),
  };
  const type = (command: string, ...words: string[]) =>
    new Promise<void>((resolve, reject) => {
      let output = '';
      const child = spawn(process.execPath, [join(checkout, 'bin', command), ...words], { env });
      child.stdout.on('data', (chunk) => (output += chunk));
      child.stderr.on('data', (chunk) => (output += chunk));
      child.on('close', (status) => (status === 0 ? resolve() : reject(failed(command, output))));
    });
  await type(
    'chdef',
    '-t',
    'site',
    '-o',
    'clustersite',
    `installdir=${join(base, 'install')}`,
    `tftpdir=${join(base, 'tftp')}`,
  );
  await type(
    ...([
      'mkdef',
      '-t',
      'osimage',
      '-o',
      name,
      'imagetype=linux',
      'profile=compute',
      'provmethod=netboot',
    ] as const),
    ...[`osvers=${sample.osvers}`, `osarch=${sample.arch}`, `pkgdir=${sample.pkgdir}`, `pkglist=${pkglist}`],
    `rootimgdir=${rootimgdir}`,
  );
  const forget = async (folder: string) => {
    for (const path of [folder, env.ROOTIMG_CACHE]) await rm(path, { recursive: true, force: true });
  };
  return { sample, name, checkout, base, rootimgdir, env, type, forget };
}

/** A command of ours that did not end well, with what it said. */
export function failed(command: string, output: string): RootimgError {
  return new RootimgError('command-failed', `${command} failed.`, { details: output.trim().split('\n') });
}
