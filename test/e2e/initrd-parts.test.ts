import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseManifest } from '../../src/plan/manifest.ts';
import { run } from '../../src/system/exec.ts';
import { amount, testInLong } from '../lib/amount.ts';
import { type Builder, openBuilder } from './lib/builder.ts';

let builder: Builder;
let image: string;

/**
 * Builds with a postinstall script and unpacks the initrd with cpio(1). Gives kind, mode and content of each
 * path in it.
 */
async function build(script: string, options: object): Promise<Map<string, string>> {
  const pkglist = await builder.file('pkglist', `${builder.sample.pkglist.join('\n')}\n`);
  const postinstall = await builder.file('post.sh', `#!/bin/sh\n${script}\n`, 0o755);
  await builder.build({ pkglist, postinstall, ...options });
  const out = join(builder.base, 'unpacked');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const unpack = 'tail -c "+$2" "$1" | zstd -dcq | cpio --extract --make-directories --quiet 2>&1';
  const initrd = join(image, 'initrd-stateless.gz');
  const start = readFileSync(initrd).indexOf(Buffer.from('28b52ffd', 'hex')) + 1;
  const said = await run(['sh', '-c', unpack, 'sh', initrd, String(start)], { cwd: out });
  expect(said.stdout).toBe('');
  const found = new Map<string, string>();
  const paths = await run(['find', '.', '-mindepth', '1', '-printf', '%P\\0'], { cwd: out });
  for (const path of paths.stdout.split('\0').slice(0, -1)) {
    const { mode } = lstatSync(join(out, path));
    found.set(path, `${mode.toString(8)} ${contentOf(join(out, path))}`);
  }
  return found;
}

function contentOf(path: string): string {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return readlinkSync(path);
  return found.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
}

/** Runs of dracut say what they were told, which differs between the ways; and an initrd has its own digest. */
const told = ['usr/lib/dracut/build-parameter.txt', 'rootimg.id'];
const differences = (a: Map<string, string>, b: Map<string, string>) =>
  [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => a.get(path) !== b.get(path) && !told.includes(path))
    .sort();
const driversWereMade = () => existsSync(join(image, 'logs/dracut-drivers.log'));
const record = async () => parseManifest(await readFile(join(image, 'manifest.json'), 'utf8'))?.build?.initrd;

/** dracut takes what systemd is to load. */
const loadsDummy =
  'echo dummy >"$1/usr/lib/modules-load.d/site.conf"; touch --date=2020-01-01 "$1/usr/lib/modules-load.d/site.conf"';
const edit = `${loadsDummy}; echo "# site" >>"$1/etc/services"`;
let first: Map<string, string>;
let firstInputs: string | undefined;

beforeAll(async () => {
  builder = await openBuilder();
  image = join(builder.base, 'image');
  first = await build(loadsDummy, {});
  firstInputs = (await record())?.inputs;
});
afterAll(() => builder?.leave());

test('after an edit in /etc the drivers are kept and the programs are new', async () => {
  expect(driversWereMade()).toBe(true);
  const before = await record();
  expect(before?.drivers?.start).toBeGreaterThan(0);
  const edited = await build(edit, { fresh: true });
  expect(builder.said.phases).toContain('Make the initrd');
  expect(driversWereMade()).toBe(false);
  expect(differences(first, edited)).toEqual(['etc/services']);
  const after = await record();
  expect(after?.inputs).not.toBe(before?.inputs);
  expect(after?.drivers?.inputs).toBe(before?.drivers?.inputs);
  expect(after?.modules).toEqual(before?.modules);
  if (amount(1, 2) === 1) return;
  // Kept once more: their place has moved.
  const again = await build(`${loadsDummy}; echo "# one more word" >>"$1/etc/services"`, { fresh: true });
  expect(driversWereMade()).toBe(false);
  expect(differences(first, again)).toEqual(['etc/services']);
});

const changes: [string, () => Promise<unknown>][] = [
  [
    'that was changed since',
    async () => {
      const file = join(image, 'initrd-stateless.gz');
      const bytes = await readFile(file);
      bytes.writeUInt8(bytes.readUInt8(5000) ^ 0xff, 5000);
      await writeFile(file, bytes);
    },
  ],
  [
    'with other modules of dracut',
    async () => {
      const manifest = join(image, 'manifest.json');
      const said = await readFile(manifest, 'utf8');
      await writeFile(manifest, said.replace('"url-lib"', '"bash"'));
    },
  ],
];

// Each with another tree than the build before had, so that an initrd is made.
test.each(changes.slice(0, amount(1, 2)))('an initrd %s gives no drivers', async (_, change) => {
  const isEdited = (await record())?.inputs !== firstInputs;
  await change();
  const made = await build(isEdited ? loadsDummy : edit, { fresh: true });
  expect(differences(first, made)).toEqual(isEdited ? [] : ['etc/services']);
  expect(driversWereMade()).toBe(true);
});

test('programs and drivers made apart are what one run of dracut makes', async () => {
  // Drivers that must load first are written down among the programs: that takes one run.
  const force = 'echo \'force_drivers+=" overlay "\' >"$1/etc/dracut.conf.d/site.conf"';
  const whole = await build(`${loadsDummy}\n${force}`, { fresh: true });
  expect(driversWereMade()).toBe(false);
  expect((await record())?.drivers).toBeUndefined();
  expect((await record())?.modules).toContain('dummy');
  expect(differences(first, whole)).toEqual(['etc/cmdline.d/20-force_drivers.conf']);
});

testInLong('after an edit of what decides the drivers they are made anew', async () => {
  await build(`${loadsDummy}; echo "blacklist e1000" >"$1/etc/modprobe.d/site.conf"`, { fresh: true });
  expect(driversWereMade()).toBe(true);
});

testInLong(
  'what goes before the drivers uncompressed is there, and the drivers behind it are kept',
  async () => {
    const table = [
      'mkdir "$1/etc/acpi"; echo table >"$1/etc/acpi/site.aml"',
      'printf "acpi_override=yes\\nacpi_table_dir=/etc/acpi\\n" >"$1/etc/dracut.conf.d/site.conf"',
    ].join('; ');
    const names = async () => {
      const list = 'cpio --list --quiet <"$1"';
      return (await run(['sh', '-c', list, 'sh', join(image, 'initrd-stateless.gz')])).stdout.split('\n');
    };
    expect(differences(first, await build(`${loadsDummy}; ${table}`, { fresh: true }))).toEqual([]);
    expect(driversWereMade()).toBe(true);
    expect(await names()).toContain('kernel/firmware/acpi/site.aml');

    const edited = `${loadsDummy}; ${table}; echo "# site" >>"$1/etc/services"`;
    expect(differences(first, await build(edited, { fresh: true }))).toEqual(['etc/services']);
    expect(driversWereMade()).toBe(false);
    expect(await names()).toContain('kernel/firmware/acpi/site.aml');
  },
);

testInLong('with a module of the site among those of dracut there is one run', async () => {
  const site = [
    'folder=$1/usr/lib/dracut/modules.d/98site',
    'mkdir "$folder"',
    'printf "check() { return 0; }\\ninstall() { : >\\"\\$initdir/from-site\\"; }\\n" >"$folder/module-setup.sh"',
    'chmod 755 "$folder/module-setup.sh"',
    'echo \'add_dracutmodules+=" site "\' >"$1/etc/dracut.conf.d/site.conf"',
  ].join('\n');
  const made = await build(`${loadsDummy}\n${site}`, { fresh: true });
  expect(differences(first, made)).toEqual(['from-site', 'usr/lib/dracut/modules.txt']);
  expect((await record())?.dracutModules).toContain('site');
  expect((await record())?.drivers).toBeUndefined();
});

// integration/genimage/initrd/initrd-parts.test.ts lets either run fail.
testInLong('a run for the drivers that fails is told while the other one is at work', async () => {
  const fails = [
    'folder=$1/usr/lib/dracut/modules.d/98site',
    'mkdir "$folder"',
    'printf "check() { return 0; }\\ninstallkernel() { return 1; }\\n" >"$folder/module-setup.sh"',
    'chmod 755 "$folder/module-setup.sh"',
    'echo \'add_dracutmodules+=" site "\' >"$1/etc/dracut.conf.d/site.conf"',
  ].join('\n');
  // The last build had a module that is not known: the drivers are made apart only where nothing is known of
  // the modules.
  await rm(join(image, 'manifest.json'));
  await expect(build(fails, { fresh: true })).rejects.toMatchObject({ code: 'dracut-failed' });
});
