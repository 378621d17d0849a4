import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findInstallation } from '../../src/kit/installation.ts';
import { run } from '../../src/system/exec.ts';
import { makePackages } from '../../tools/package/make.ts';

let base: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-package-test-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

async function make(name: string, key?: string): Promise<Map<string, Buffer>> {
  const [out, work] = [join(base, name), await mkdtemp(join(base, 'work-'))];
  await makePackages(findInstallation(), { out, runtimes: [], key }, work);
  const files = new Map<string, Buffer>();
  for (const name of (await readdir(out, { recursive: true })).sort()) {
    if (/\.(deb|rpm)$/.test(name)) files.set(name, await readFile(join(out, name)));
  }
  return files;
}

async function lines(argv: readonly string[], cwd: string): Promise<string[]> {
  return (await run(argv, { cwd })).stdout.split('\n').filter((line) => line !== '');
}

test(
  'packages are the same bytes twice, with the same files in both forms, and make signed repositories',
  { timeout: 600_000 },
  async () => {
    const key = join(base, 'key.asc');
    const env = { GNUPGHOME: await mkdtemp(join(base, 'gpg-')) };
    await run(['gpg', '--batch', '--passphrase', '', '--quick-gen-key', 'packager', 'ed25519'], { env });
    await run(['gpg', '--batch', '--armor', '--output', key, '--export-secret-keys'], { env });
    await run(['gpgconf', '--kill', 'all'], { env });

    const first = await make('first', key);
    const second = await make('second');
    const names = ['rootimg', 'rootimg-netboot', 'rootimg-xcat-commands'];
    expect([...first.keys()].map((path) => path.replace(/[_-]0\.\d.*/, '')).sort()).toEqual(
      ['deb', 'rpm'].flatMap((folder) => names.map((name) => `${folder}/${name}`)),
    );
    for (const [name, bytes] of first) expect(bytes.equals(second.get(name) as Buffer), name).toBe(true);

    for (const name of names) {
      const of = (ending: string) =>
        [...first.keys()].find((path) => new RegExp(`/${name}[_-]0.*\\.${ending}$`).test(path)) as string;
      const inDeb = (await lines(['dpkg-deb', '-c', of('deb')], join(base, 'first')))
        .filter((line) => !line.startsWith('d'))
        .map((line) => line.replace(/^(\S+) (\S+) .* \.(\/\S+?)( ->.*)?$/, '$1 $2 $3'))
        .sort();
      const inRpm = (
        await lines(
          [
            'rpm',
            '-qp',
            '--nosignature',
            '--qf',
            '[%{FILEMODES:perms} root/root %{FILENAMES}\\n]',
            of('rpm'),
          ],
          join(base, 'first'),
        )
      )
        .filter((line) => !line.startsWith('d'))
        .sort();
      expect(inDeb).toEqual(inRpm);
      expect(inDeb.length).toBeGreaterThan(5);
    }

    const home = { GNUPGHOME: await mkdtemp(join(base, 'gpg-')) };
    await run(['gpg', '--batch', '--import', join(base, 'first/deb/rootimg.asc')], { env: home });
    await run(['gpg', '--batch', '--verify', join(base, 'first/deb/InRelease')], { env: home });
    const repomd = join(base, 'first/rpm/repodata/repomd.xml');
    await run(['gpg', '--batch', '--verify', `${repomd}.asc`, repomd], { env: home });
    const index = await readFile(join(base, 'first/deb/Packages'), 'utf8');
    expect(index).toContain('Package: rootimg-netboot\n');
  },
);

test('a folder that holds something already is refused', async () => {
  const request = { out: base, runtimes: [], key: undefined };
  await expect(makePackages(findInstallation(), request, base)).rejects.toThrow(/is not empty/);
});
