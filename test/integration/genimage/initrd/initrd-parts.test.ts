import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { initrdId } from '../../../../src/genimage/initrd/initrd-id.ts';
import { type DriverPlace, makeInitrdIn, type Way } from '../../../../src/genimage/initrd/initrd-parts.ts';
import { openLogs } from '../../../../src/genimage/logs.ts';
import { initrdName } from '../../../../src/plan/generation.ts';
import { aPlan } from '../../../unit/genimage/a-plan.ts';
import { makeTinyRoot } from '../tiny-root.ts';

/**
 * dracut is a small script here, which gives archives that were made before: what goes before an archive, an
 * empty one, and a run that fails cannot be had of the real one at will. With that one: e2e/initrd-parts.
 */
const dracut = `#!/bin/sh
for out; do :; done
[ ! -e "/made/$ROOTIMG_PART.fails" ] || { echo 'it broke'; exit 1; }
exec cat "/made/$ROOTIMG_PART" >"$out"
`;

let root: string;
let folder: string;
let build: Build;
let meanwhile: number;
const made = (name: string) => join(root, 'made', name);
const file = () => join(folder, 'initrd');

beforeAll(async () => {
  root = await makeTinyRoot(['/bin/cat', '/bin/gzip']);
  folder = dirname(root);
  mkdirSync(join(root, 'usr/lib/dracut/modules.d'), { recursive: true });
  writeFileSync(join(root, 'usr/bin/dracut'), dracut);
  chmodSync(join(root, 'usr/bin/dracut'), 0o755);
  writeFileSync(join(folder, 'last.conf'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An archive of files, each of its own name, and the folders above them. */
function cpio(...names: string[]): Buffer {
  const top = mkdtempSync(join(folder, 'cpio-'));
  for (const name of names) {
    mkdirSync(dirname(join(top, name)), { recursive: true });
    writeFileSync(join(top, name), `${name}\n`);
  }
  return execFileSync('sh', ['-c', 'find . -mindepth 1 | sort | cpio -o -H newc --quiet'], { cwd: top });
}

beforeEach(() => {
  rmSync(join(root, 'made'), { recursive: true, force: true });
  mkdirSync(join(root, 'made'));
  writeFileSync(made('programs'), cpio('bin/sh', 'lib/both'));
  writeFileSync(made('drivers'), cpio('lib/modules/1/a.ko', 'lib/both'));
  writeFileSync(made('whole'), cpio('bin/sh', 'lib/modules/1/a.ko'));
  const temporary = mkdtempSync(join(folder, 'tmp-'));
  meanwhile = 0;
  build = {
    ...{
      plan: aPlan(),
      root,
      folder,
      temporary,
      logs: openLogs(join(temporary, 'logs'), join(temporary, 'kept')),
    },
    context: { dracutModuleDir: folder } as Build['context'],
  } as unknown as Build;
});

const make = (way: Way, last?: DriverPlace) =>
  makeInitrdIn(
    way,
    build,
    {
      dracut: { kernelVersion: '1', dracutModules: [], drivers: [] },
      ...{
        environment: {},
        compressor: { name: 'gzip', compress: ['gzip', '-1'], decompress: ['gzip', '-dc'] },
        file: file(),
        kernel: 'k'.repeat(64),
      },
      ...(last === undefined ? {} : { last: { ...last, inputs: 'x' } }),
    },
    () => (meanwhile += 1),
  );

const archive = (from = 0) => gunzipSync(readFileSync(file()).subarray(from));

/** Names and contents of what cpio(1) unpacks of what is compressed from this byte on. */
function unpacked(from = 0): string[] {
  const top = mkdtempSync(join(folder, 'out-'));
  const input = archive(from);
  execFileSync('cpio', ['-i', '-d', '--quiet'], { cwd: top, input });
  const list = execFileSync(
    'sh',
    ['-c', 'find . -type f | sort | while read -r f; do echo "$f $(cat "$f")"; done'],
    { cwd: top },
  );
  return list
    .toString()
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('./rootimg.id ') && !line.startsWith('kernel='));
}

/** What the initrd tells its node of itself. */
function told(): string {
  const top = mkdtempSync(join(folder, 'out-'));
  execFileSync('cpio', ['-i', '-d', '--quiet'], { cwd: top, input: archive() });
  return readFileSync(join(top, 'rootimg.id'), 'utf8');
}

const all = ['./bin/sh bin/sh', './lib/both lib/both', './lib/modules/1/a.ko lib/modules/1/a.ko'];

test('what is made apart is one archive, each file once, and it is known where the drivers are', async () => {
  const { content, drivers } = await make('apart');
  expect(unpacked()).toEqual(all);
  expect(content.modules).toEqual(['a']);
  expect(content.members.filter((name) => name.endsWith('lib/both'))).toHaveLength(1);
  const place = archive().subarray(drivers?.start, drivers?.end);
  expect(place.toString('latin1')).toContain('lib/modules/1/a.ko');
  expect(place.toString('latin1')).not.toContain('bin/sh');
  expect(meanwhile).toBe(1);
});

test('made whole, nothing is said of drivers', async () => {
  const { content, drivers } = await make('whole');
  expect(unpacked()).toEqual([all[0], all[2]]);
  expect([content.modules, drivers]).toEqual([['a'], undefined]);
});

test('the drivers of the last build come before programs that are new', async () => {
  const { drivers } = await make('apart');
  copyFileSync(file(), join(folder, initrdName));
  writeFileSync(made('programs'), cpio('bin/new'));
  rmSync(made('drivers'));
  const again = await make('drivers-kept', drivers);
  expect(unpacked()).toEqual(['./bin/new bin/new', all[2]]);
  expect(again.drivers?.start).toBe(0);
  // And once more, from their new place.
  copyFileSync(file(), join(folder, initrdName));
  await make('drivers-kept', again.drivers);
  expect(unpacked()).toEqual(['./bin/new bin/new', all[2]]);
});

test('an initrd tells which one it is: the same from the same files, whenever and in which way it is made', async () => {
  const { id, drivers } = await make('apart');
  expect(told()).toBe(`initrd=${id}\nkernel=${'k'.repeat(64)}\n`);
  copyFileSync(file(), join(folder, initrdName));
  expect((await make('drivers-kept', drivers)).id).toBe(id);
  expect(told()).toContain(`initrd=${id}\n`);
  for (const part of ['programs', 'drivers'] as const) {
    // cpio writes other times and inodes.
    const earlier = readFileSync(made(part));
    writeFileSync(
      made(part),
      cpio(...(part === 'programs' ? ['bin/sh', 'lib/both'] : ['lib/modules/1/a.ko', 'lib/both'])),
    );
    expect(readFileSync(made(part)).equals(earlier)).toBe(false);
  }
  expect((await make('apart')).id).toBe(id);
  writeFileSync(made('programs'), cpio('bin/sh', 'lib/other'));
  expect((await make('apart')).id).not.toBe(id);
  expect(initrdId(['a', 'b'])).toBe(initrdId(['b', 'a']));
});

test('what the kernel reads before it starts stays before the rest, as it is', async () => {
  const early = cpio('kernel/x86/microcode/GenuineIntel.bin');
  writeFileSync(made('programs'), Buffer.concat([early, cpio('bin/sh')]));
  await make('apart');
  const bytes = readFileSync(file());
  expect(bytes.subarray(0, early.length).equals(early)).toBe(true);
  expect(unpacked(early.length)).toEqual([all[0], './lib/both lib/both', all[2]]);
});

test.each<[string, () => void, Way, object]>([
  ['an empty archive', () => writeFileSync(made('whole'), ''), 'whole', { code: 'initrd-damaged' }],
  [
    'an archive that is cut short',
    () => writeFileSync(made('whole'), cpio('bin/sh').subarray(0, 150)),
    'whole',
    { code: 'initrd-damaged' },
  ],
  [
    'programs that cannot be made',
    () => writeFileSync(made('programs.fails'), ''),
    'apart',
    { code: 'dracut-failed', details: ['it broke'] },
  ],
  [
    'drivers that cannot be made',
    () => writeFileSync(made('drivers.fails'), ''),
    'apart',
    { code: 'dracut-failed', details: ['it broke'] },
  ],
])('%s: the build is told', async (_, spoil, way, error) => {
  spoil();
  await expect(make(way)).rejects.toMatchObject(error);
});
