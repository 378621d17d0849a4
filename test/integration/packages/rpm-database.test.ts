import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askForDatabases, settleRpmDatabase } from '../../../src/packages/rpm/rpm-database.ts';
import { installedRpms } from '../../../src/packages/rpm/rpm-query.ts';
import { writeRpmMacros } from '../../../src/packages/rpm/rpm-macros.ts';
import { aSite } from '../../unit/packages/a-site.ts';
import { makeTinyRoot } from '../genimage/tiny-root.ts';

/**
 * rpm and rpmdb of host and image are small scripts here: which versions and back ends meet cannot be
 * installed side by side.
 */
let site: ReturnType<typeof aSite>;
let folder: string;
let path: string | undefined;

beforeEach(async () => {
  path = process.env['PATH'];
  const root = await makeTinyRoot(['/bin/cat', '/bin/ls', '/bin/sed', '/bin/touch']);
  folder = dirname(root);
  const temporary = join(folder, 'tmp');
  await mkdir(join(folder, 'host'));
  await mkdir(temporary);
  await mkdir(join(root, 'var/lib/rpm'), { recursive: true });
  await writeFile(join(root, 'var/lib/rpm/by-host'), 'headers of the host\n');
  site = aSite(root, temporary);
});
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(folder, { recursive: true, force: true });
});

async function put(file: string, script: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

async function hostRpm(version: string, backend: string): Promise<void> {
  process.env['PATH'] = `${join(folder, 'host')}:${path}`;
  const facts = `case $* in --version) echo "RPM version ${version}" ;; *_dbpath*) echo /var/lib/rpm ;; *) echo ${backend} ;; esac`;
  await put(join(folder, 'host/rpm'), facts);
  await put(join(folder, 'host/rpmdb'), '[ "$3" = --exportdb ] && cat "$2/var/lib/rpm/by-host"');
}

async function imageRpm(
  version: string,
  database: string,
  backend: string,
  importWorks = true,
): Promise<void> {
  const facts = `case $* in --version) echo "RPM version ${version}" ;; *_dbpath*) echo ${database} ;; --rebuilddb) touch ${database}/rebuilt ;; *) echo ${backend} ;; esac`;
  await put(join(site.root, 'usr/bin/rpm'), facts);
  const load = importWorks ? `cat >${database}/by-image` : 'echo "unknown option" >&2; exit 1';
  await put(join(site.root, 'usr/bin/rpmdb'), `[ "$1" = --importdb ] || exit 2; ${load}`);
}

const settle = async () => {
  const { root, temporary } = site;
  const shared = join(temporary, 'shared');
  await mkdir(shared);
  const host = { root, shared, macros: await writeRpmMacros(temporary, '/var/lib/rpm') };
  await settleRpmDatabase(host, site, '/var/lib/rpm', await askForDatabases(host));
};
const files = (database: string) => readdir(join(site.root, database)).then((names) => names.sort());

test('the same rpm on both sides leaves the database alone', async () => {
  await hostRpm('4.16.1', 'sqlite');
  await imageRpm('4.16.1', '/var/lib/rpm', 'sqlite');
  await settle();
  expect(await files('var/lib/rpm')).toEqual(['by-host']);
  expect(site.steps).toEqual([]);
});

test('another version rebuilds it, another place moves it', async () => {
  await hostRpm('4.18.0', 'sqlite');
  await imageRpm('4.19.1', '/usr/lib/sysimage/rpm', 'sqlite');
  await settle();
  expect(await files('usr/lib/sysimage/rpm')).toEqual(['by-host', 'rebuilt']);
  await expect(files('var/lib/rpm')).rejects.toThrow();
});

test('another back end carries it over by export and import', async () => {
  await hostRpm('4.18.0', 'sqlite');
  await imageRpm('4.17.1', '/var/lib/rpm', 'ndb');
  await settle();
  expect(await files('var/lib/rpm')).toEqual(['by-image', 'rebuilt']);
  expect(await readFile(join(site.root, 'var/lib/rpm/by-image'), 'utf8')).toBe('headers of the host\n');
  expect(site.warnings).toEqual([]);
});

test('an rpm too old to import is a warning, and the database stays as the host wrote it', async () => {
  await hostRpm('4.18.0', 'sqlite');
  await imageRpm('4.11.3', '/var/lib/rpm', '', false);
  await settle();
  expect(await files('var/lib/rpm')).toEqual(['by-host']);
  expect(site.warnings.join()).toContain("The image's rpm 4.11.3 cannot read");
});

test('an image without rpm has nothing to settle', async () => {
  await hostRpm('4.18.0', 'sqlite');
  await settle();
  expect(await files('var/lib/rpm')).toEqual(['by-host']);
  expect(await installedRpms(site.root, site.temporary)).toEqual([]);
});

test('an rpm that knows no header digests still tells its packages', async () => {
  await put(
    join(site.root, 'usr/bin/rpm'),
    'case $* in *SHA256HEADER*) exit 1 ;; esac; printf "b\\t1-1\\tnoarch\\na\\t1-1\\tx86_64\\n"',
  );
  expect(await installedRpms(site.root, site.temporary)).toEqual([
    { type: 'rpm', name: 'a', version: '1-1', arch: 'x86_64' },
    { type: 'rpm', name: 'b', version: '1-1', arch: 'noarch' },
  ]);
});
