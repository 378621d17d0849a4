import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../../src/system/exec.ts';
import { fileDigest } from '../../../src/system/file-digest.ts';
import type { Administrator } from './administrator.ts';

/**
 * Builds from one lock, on hosts that differ: name, umask, number of processors, time zone, folders of the
 * image, of temporary files and of the cache; the clocks by as much as a build takes.
 */
export interface Host {
  readonly name: string;
  readonly umask: string;
  readonly processors: string;
  readonly zone: string;
}
export const unlikeHosts: readonly Host[] = [
  { name: 'one', umask: '022', processors: '0', zone: 'UTC' },
  { name: 'another.example.org', umask: '077', processors: '0,1', zone: 'Asia/Kathmandu' },
];

const onHost = `set -eu
hostname "$1"; umask "$2"; TZ=$3; export TZ; shift 3
exec "$@"`;

/** Runs a command of the checkout as on another host. */
export async function typeOn(
  host: Host,
  admin: Administrator,
  base: string,
  words: readonly string[],
): Promise<void> {
  const env = { ...admin.env, TMPDIR: join(base, 'tmp'), ROOTIMG_CACHE: join(base, 'cache') };
  await mkdir(env.TMPDIR, { recursive: true });
  const [name = '', ...rest] = words;
  const argv = [
    ...['--uts', 'sh', '-c', onHost, 'host', host.name, host.umask, host.zone],
    ...['taskset', '-c', host.processors, process.execPath, join(process.cwd(), 'bin', name), ...rest],
  ];
  const child = spawn('unshare', argv, { env, cwd: base, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  expect(status, said).toBe(0);
}

/** Digest of a tree with all that tar keeps of it; packimage writes its xcatinfo there later. */
export async function treeDigest(folder: string): Promise<string> {
  const tar = ['tar', '--create', '--sort=name', '--numeric-owner', '--xattrs', '--acls', '--format=posix'];
  const options = ['--pax-option=exthdr.name=%d/%f,delete=atime,delete=ctime', '--directory'];
  const file = join(folder, '../tree.tar');
  await run([...tar, ...options, join(folder, 'rootimg'), '--file', file, '.']);
  const digest = await fileDigest(file);
  await rm(file);
  return digest;
}

/** Digests of what a pack publishes, `root` its packed file, but for what the manifest says of the run. */
export async function publishedDigests(folder: string, root: string): Promise<Record<string, string>> {
  const { run: _run, ...manifest } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const found: Record<string, string> = {
    manifest: createHash('sha256').update(JSON.stringify(manifest)).digest('hex'),
  };
  for (const name of ['kernel', 'initrd-stateless.gz', root]) {
    found[name] = await fileDigest(join(folder, name));
  }
  return found;
}

/** Writes the lock of an image, its packages kept in `kept` of the administrator's folder. */
export async function lockImage(admin: Administrator, image: string): Promise<void> {
  const made = await admin.type('genimage', '--lock', '--keep-packages', join(admin.base, 'kept'), image);
  expect(made.status, made.stderr).toBe(0);
}
