import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { entryFor, readBinfmt } from '../../../../../src/genimage/preflight/emulation/binfmt.ts';
import {
  emulationProblem,
  type FailedEmulation,
} from '../../../../../src/genimage/preflight/emulation/emulation.ts';
import type { HostRelease } from '../../../../../src/genimage/preflight/release.ts';
import { trialProgram } from '../../../../../src/genimage/preflight/emulation/trial-program.ts';

const base = mkdtempSync(join(tmpdir(), 'binfmt-'));
afterAll(() => rmSync(base, { recursive: true }));

const aarch64 = `offset 0
magic 7f454c460201010000000000000000000200b700
mask ffffffffffffff00fffffffffffffffffeffffff
`;
const s390x = `offset 0
magic 7f454c4602020100000000000000000000020016
mask fffffffffffffffcfffffffffffffffffffeffff
`;
const entry = (bytes: string, { state = 'enabled', flags = 'POF' } = {}) =>
  `${state}\ninterpreter /usr/libexec/emulator\nflags: ${flags}\n${bytes}`;

/** A folder as binfmt_misc is; without status it is not mounted. */
function planted(name: string, files: Record<string, string>): string {
  const folder = join(base, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

const program = (arch: string) => trialProgram(arch) ?? Buffer.alloc(0);
const debian = { id: 'debian', like: [] };

/** What is said of an aarch64 program that did not run, with these entries. */
async function said(
  name: string,
  files: Record<string, string>,
  more: Partial<FailedEmulation> = {},
  host: Pick<HostRelease, 'id' | 'like'> = debian,
) {
  const binfmt = await readBinfmt(planted(name, files));
  const found = {
    ...{ arch: 'aarch64', binfmt, entry: entryFor(binfmt, program('aarch64')), interpreterThere: true },
    ...{ failure: 'chroot: failed to run command', ...more },
  };
  return emulationProblem(found, host);
}

test('the entry of an architecture is found by the bytes of its programs, whatever its name', async () => {
  const binfmt = await readBinfmt(
    planted('names', {
      status: 'enabled\n',
      register: '',
      big: entry(s390x),
      mine: entry(aarch64, { flags: 'F' }),
      python: 'enabled\ninterpreter /usr/bin/python\nflags: \nextension .py\n',
    }),
  );
  expect(binfmt.entries.map(({ name }) => name)).toEqual(['big', 'mine']);
  expect(entryFor(binfmt, program('aarch64'))).toMatchObject({ name: 'mine', flags: 'F', enabled: true });
  expect(entryFor(binfmt, program('s390x'))?.name).toBe('big');
  expect(entryFor(binfmt, program('riscv64'))).toBeUndefined();
});

test('of two entries the one counts that is switched on', async () => {
  const files = { a: entry(aarch64, { state: 'disabled' }), b: entry(aarch64), status: 'enabled\n' };
  const binfmt = await readBinfmt(planted('two', files));
  expect(entryFor(binfmt, program('aarch64'))?.name).toBe('b');
});

test('each thing that is missing is named with what mends it', async () => {
  const status = 'enabled\n';
  const unmounted = await said('unmounted', {});
  expect(unmounted.message).toBe(
    'This host does not run programs of aarch64 (--emulate): binfmt_misc is not mounted.',
  );
  expect(unmounted.hint?.split('\n')).toEqual([
    'mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc',
    'apt-get install qemu-user-static',
    'systemctl restart systemd-binfmt',
  ]);
  const off = await said('off', { status: 'disabled\n', a: entry(aarch64) });
  expect(off).toMatchObject({ hint: 'echo 1 > /proc/sys/fs/binfmt_misc/status' });
  const none = await said('none', { status, a: entry(s390x) });
  expect(none.message).toContain('binfmt_misc has no entry for them');
  const disabled = await said('disabled', { status, a: entry(aarch64, { state: 'disabled' }) });
  expect(disabled).toMatchObject({ hint: 'echo 1 > /proc/sys/fs/binfmt_misc/a' });
  const late = await said('late', { status, a: entry(aarch64, { flags: 'PO' }) });
  expect(late.message).toContain('lacks the flag F');
  expect(late.hint).toContain('echo -1 > /proc/sys/fs/binfmt_misc/a');
  const gone = await said('gone', { status, a: entry(aarch64) }, { interpreterThere: false });
  expect(gone.message).toContain('/usr/libexec/emulator of the entry a is not there');
  const broken = await said('broken', { status, a: entry(aarch64) });
  expect(broken.message).toContain('chroot: failed to run command');
});

test('the packages are those of the host’s distribution', async () => {
  const hints = await Promise.all([
    said('fedora', {}, {}, { id: 'rocky', like: ['rhel', 'centos', 'fedora'] }),
    said('suse', {}, {}, { id: 'opensuse-leap', like: ['suse', 'opensuse'] }),
    said('other', {}, {}, { id: 'arch', like: [] }),
  ]);
  expect(hints.map(({ hint }) => hint?.split('\n')[1])).toEqual([
    'dnf install qemu-user-static',
    'zypper install qemu-linux-user',
    'install QEMU’s static user emulators (qemu-user-static)',
  ]);
});
