import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const checkout = process.cwd();

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * An administrator's world in a temp folder: a store, an installdir, a tftpdir, and the commands of this
 * checkout.
 */
export interface Administrator {
  readonly base: string;
  readonly installdir: string;
  readonly env: Record<string, string>;
  /** Runs `bin/<name>` to its end. */
  type(name: string, ...words: string[]): Promise<Answer>;
  /** Starts `bin/<name>`; for tests that kill it. */
  begin(name: string, ...words: string[]): ReturnType<typeof spawn>;
  leave(): Promise<void>;
}

/** Makes that world; `leave` removes it. */
export async function administrator(): Promise<Administrator> {
  const base = await mkdtemp(join(tmpdir(), 'rootimg-e2e-'));
  const installdir = join(base, 'install');
  const tftpdir = join(base, 'tftpboot');
  await mkdir(installdir);
  await mkdir(tftpdir);
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: base,
    ROOTIMG_HOME: join(base, 'etc'),
    XCATROOT: checkout,
    ROOTIMG_CACHE: join(base, 'cache'),
  };
  const begin = (name: string, ...words: string[]) =>
    spawn(process.execPath, [join(checkout, 'bin', name), ...words], {
      env,
      cwd: base,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const type = (name: string, ...words: string[]) =>
    new Promise<Answer>((resolve, reject) => {
      const child = begin(name, ...words);
      let stdout = '';
      let stderr = '';
      child.stdout?.on('data', (chunk) => (stdout += chunk));
      child.stderr?.on('data', (chunk) => (stderr += chunk));
      child.on('error', reject).on('close', (status) => resolve({ status, stdout, stderr }));
    });
  const site = await type(
    'chdef',
    '-t',
    'site',
    '-o',
    'clustersite',
    `installdir=${installdir}`,
    `tftpdir=${tftpdir}`,
  );
  if (site.status !== 0) throw new Error(`the site object could not be written: ${site.stderr}`);
  return { base, installdir, env, type, begin, leave: () => rm(base, { recursive: true, force: true }) };
}
