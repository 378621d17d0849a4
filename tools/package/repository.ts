import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';

/** The name of the public key in both repositories. */
const keyFile = 'rootimg.asc';

/**
 * Makes the folders of packages repositories of dnf, zypper and apt, signed with a secret key that is given
 * as a file; the key never comes into a keyring of this user.
 */
export async function signRepositories(
  folders: { readonly deb: string; readonly rpm: string },
  key: string,
  making: { readonly work: string; readonly time: number },
): Promise<void> {
  const home = join(making.work, 'gnupg');
  await mkdir(home, { mode: 0o700 });
  const env = { GNUPGHOME: home, SOURCE_DATE_EPOCH: String(making.time) };
  const gpg = async (words: readonly string[], action: string) =>
    run(['gpg', '--batch', '--yes', '--quiet', ...words], { env, action });
  try {
    await gpg(['--import', key], `read the key ${key}`);
    const { stdout } = await gpg(['--armor', '--export'], 'write the public key');
    for (const folder of [folders.deb, folders.rpm]) await writeFile(join(folder, keyFile), stdout);
    await makeRpmMetadata(folders.rpm, making.time);
    const repomd = join(folders.rpm, 'repodata/repomd.xml');
    await gpg(['--armor', '--detach-sign', '--output', `${repomd}.asc`, repomd], `sign ${repomd}`);
    await makeDebMetadata(folders.deb, making.time);
    const release = join(folders.deb, 'Release');
    await gpg(['--clear-sign', '--output', join(folders.deb, 'InRelease'), release], `sign ${release}`);
    const detached = ['--armor', '--detach-sign', '--output', `${release}.gpg`, release];
    await gpg(detached, `sign ${release}`);
  } finally {
    await run(['gpgconf', '--kill', 'all'], { env });
    await rm(home, { recursive: true, force: true });
  }
}

async function makeRpmMetadata(folder: string, time: number): Promise<void> {
  const reproducible = ['--revision', String(time), '--set-timestamp-to-revision'];
  await run(['createrepo_c', '--quiet', '--simple-md-filenames', ...reproducible, folder], {
    action: `make the index of ${folder}`,
  });
}

/** Indexes of a flat repository: `deb [signed-by=…] URL ./`. */
async function makeDebMetadata(folder: string, time: number): Promise<void> {
  const ask = async (words: readonly string[]) =>
    (await run(['apt-ftparchive', ...words], { cwd: folder, action: `make the index of ${folder}` })).stdout;
  await writeFile(join(folder, 'Packages'), await ask(['packages', '.']));
  const fields = {
    Origin: 'rootimg',
    Label: 'rootimg',
    Suite: 'stable',
    Architectures: 'all amd64 arm64 ppc64el s390x',
    Date: new Date(time * 1000).toUTCString().replace('GMT', 'UTC'),
  };
  const options = Object.entries(fields).flatMap(([name, value]) => [
    '-o',
    `APT::FTPArchive::Release::${name}=${value}`,
  ]);
  await writeFile(join(folder, 'Release'), await ask([...options, 'release', '.']));
}
