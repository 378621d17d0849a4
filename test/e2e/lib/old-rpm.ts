import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../src/system/exec.ts';
import { temporaryDir } from '../../../src/system/temp.ts';

/** The last Debian whose rpm keeps its database in Berkeley DB; this host's keeps it in SQLite. */
const release = 'bullseye';

/** That rpm, what it is linked with, and a shell. */
const packages = [
  ...['rpm', 'rpm-common', 'librpm9', 'librpmio9', 'librpmbuild9', 'librpmsign9', 'libc6', 'libpopt0'],
  ...['libcap2', 'libdb5.3', 'libsqlite3-0', 'libgcrypt20', 'libgpg-error0', 'liblua5.2-0', 'libbz2-1.0'],
  ...['liblzma5', 'libzstd1', 'zlib1g', 'libgcc-s1', 'dash', 'coreutils', 'libacl1', 'libattr1', 'libgmp10'],
  ...['libselinux1', 'libpcre2-8-0'],
];

/**
 * Fills `tree` with a root that has an rpm of the Berkeley DB back end, from the machine's own mirror; kept
 * in the cache of the tests. Gives why not, where this host has no such mirror.
 */
export async function fetchOldRpm(tree: string): Promise<string | undefined> {
  const base = process.env['ROOTIMG_CACHE'] ?? '/var/cache/rootimg';
  const cache = join(base, `rpm-${release}`);
  if (!existsSync(cache)) {
    const why = await download(base, cache);
    if (why !== undefined) return why;
  }
  await cp(cache, tree, { recursive: true, verbatimSymlinks: true });
  return undefined;
}

async function download(base: string, cache: string): Promise<string | undefined> {
  const format = '$(REPO_URI)';
  const ask = ['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'];
  const { stdout } = await run(ask, { okCodes: [0, 100, 127] }).catch(() => ({ stdout: '' }));
  const mirror = stdout.split('\n').find((uri) => uri.endsWith('/debian/'));
  if (mirror === undefined) return 'this machine knows no mirror of Debian';
  await mkdir(base, { recursive: true });
  const work = await temporaryDir(base, 'old-rpm');
  try {
    const apt = await aptOptions(work, mirror);
    const updated = await run(['apt-get', ...apt, '-qq', 'update'], { okCodes: [0, 100] });
    if (updated.exitCode !== 0) return `${mirror} has no ${release} any more`;
    const debs = join(work, 'debs');
    await mkdir(debs);
    await run(['apt-get', ...apt, '-qq', 'download', ...packages], { cwd: debs });
    const root = join(work, 'root');
    for (const name of await readdir(debs)) await run(['dpkg-deb', '--extract', join(debs, name), root]);
    for (const name of ['usr/share/doc', 'usr/share/locale', 'usr/share/man']) {
      await rm(join(root, name), { recursive: true, force: true });
    }
    // Debian's rpm looks in the home of the caller.
    await mkdir(join(root, 'etc/rpm'), { recursive: true });
    await writeFile(join(root, 'etc/rpm/macros.site'), '%_dbpath /var/lib/rpm\n');
    await rename(root, cache);
    return undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** apt with a state of its own: nothing of the machine's changes. */
async function aptOptions(work: string, mirror: string): Promise<string[]> {
  const key = '/usr/share/keyrings/debian-archive-keyring.gpg';
  await mkdir(join(work, 'lists/partial'), { recursive: true });
  await writeFile(join(work, 'status'), '');
  await writeFile(join(work, 'sources.list'), `deb [signed-by=${key}] ${mirror} ${release} main\n`);
  const option = (name: string, value: string) => ['-o', `${name}=${value}`];
  return [
    ...[...option('Dir::State', work), ...option('Dir::State::lists', join(work, 'lists'))],
    ...[...option('Dir::State::status', join(work, 'status')), ...option('Dir::Cache', work)],
    ...option('Dir::Etc::sourcelist', join(work, 'sources.list')),
    ...[...option('Dir::Etc::sourceparts', '/nonexistent'), ...option('APT::Sandbox::User', 'root')],
  ];
}
