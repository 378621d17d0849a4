import { spawnSync } from 'node:child_process';
import { machine } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { trialProgram } from '../../src/genimage/preflight/emulation/trial-program.ts';
import { makeWorld, type World } from './genimage/world.ts';

const foreign = machine() === 's390x' ? 'aarch64' : 's390x';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
  await world.file('/opt/xcat/share/xcat/netboot/common/dracut/97rootimg/module-setup.sh');
  await world.file('/install/os/RPM-GPG-KEY-x', 'key');
  await world.file('/install/os/repodata/repomd.xml', '<repomd/>');
  await world.file('/install/p/a.pkglist', 'bash\n');
  await world.define(
    `x:\n objtype=osimage\n imagetype=linux\n osvers=rhels9.4\n osarch=${foreign}\n profile=compute\n provmethod=netboot\n pkglist=/install/p/a.pkglist\n pkgdir=/install/os\n`,
  );
});
afterEach(() => world.remove());

test('without --emulate an image of another architecture is refused, with it and by config.yaml tried', async () => {
  const refused = await world.run('x');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`The image x is for ${foreign}, but this host is`);
  expect(refused.stderr).toContain('genimage --emulate');
  await world.file(join(world.root, 'etc/config.yaml'), 'emulate: true\n');
  expect((await world.run('x')).stderr).not.toContain('but this host is');
});

test('the dry run carries --emulate among ours, before the name', async () => {
  const { stdout } = await world.run('--dryrun', '--emulate', 'x');
  expect(stdout.trimEnd()).toMatch(/ --emulate x$/);
  expect((await world.run('--dryrun', 'x')).stdout).not.toContain('--emulate');
  await world.file(join(world.root, 'etc/config.yaml'), 'emulate: true\n');
  expect((await world.run('--dryrun', 'x')).stdout).toMatch(/ --emulate x\n/);
});

/**
 * binfmt_misc of a user namespace of its own (Linux 6.7): what is registered there is no part of this host.
 */
const inOwnBinfmt = ['unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', '--mount-proc'];
const mountBinfmt = 'mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc';
const [program = '', ...words] = inOwnBinfmt;
const canOwn = spawnSync(program, [...words, 'sh', '-c', mountBinfmt]).status === 0;
if (!canOwn) console.warn('Skipped: this kernel has no binfmt_misc for user namespaces (Linux 6.7).');

/** What genimage --emulate says where `prepare` (shell) made the entries. */
function emulate(prepare: string): string {
  const genimage = join(process.cwd(), 'bin/genimage');
  const { stderr } = spawnSync(program, [...words, 'sh', '-c', `${prepare}\n"$0" --emulate x`, genimage], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      XCATROOT: join(world.root, 'opt/xcat'),
      ROOTIMG_HOME: join(world.root, 'etc'),
    },
  });
  return stderr;
}

/** Line for `register`: the first bytes of foreign programs, and what runs them. */
function registration(interpreter: string, flags: string): string {
  const magic = (trialProgram(foreign) ?? Buffer.alloc(0)).subarray(0, 20).toString('hex');
  const line = `:mine:M::${magic.replaceAll(/../g, '\\\\x$&')}::${interpreter}:${flags}`;
  return `printf '${line}' > /proc/sys/fs/binfmt_misc/register`;
}

test.skipIf(!canOwn)('what the kernel lacks to run the image’s programs is named', async () => {
  // Runs any program: by exiting with 0 itself.
  const emulator = join(world.root, 'emulator');
  await writeFile(emulator, trialProgram(machine()) ?? '', { mode: 0o755 });
  const script = join(world.root, 'script');
  await writeFile(script, '#!/bin/sh\n', { mode: 0o755 });
  const cannot = `This host does not run programs of ${foreign} (--emulate): `;
  const entry = '/proc/sys/fs/binfmt_misc/mine';

  const said = (...lines: string[]) => emulate([mountBinfmt, ...lines].join('\n'));
  expect(said('mount -t tmpfs tmpfs /proc/sys/fs/binfmt_misc')).toContain(
    `${cannot}binfmt_misc is not mounted`,
  );
  expect(said()).toContain(`${cannot}binfmt_misc has no entry for them`);
  expect(said(registration(emulator, 'F'), 'echo 0 > /proc/sys/fs/binfmt_misc/status')).toContain(
    `${cannot}binfmt_misc is switched off`,
  );
  expect(said(registration(emulator, 'F'), `echo 0 > ${entry}`)).toContain(
    `${cannot}the entry mine of binfmt_misc is switched off`,
  );
  expect(said(registration(emulator, ''))).toContain(
    `lacks the flag F, without which ${emulator} would have to be in the image`,
  );
  expect(said(registration(script, 'F'))).toContain(`${script} of the entry mine did not run one`);
  expect(said(registration(emulator, 'F'), `rm ${emulator}`)).not.toContain(cannot);
});
