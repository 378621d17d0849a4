import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { machine, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quickLdd } from '../../../../src/genimage/initrd/quick-ldd.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a program says, without the addresses, which are others each time. */
function say(program: string, file: string) {
  const { status, stdout } = spawnSync(program, [file], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  return { status, stdout: stdout.replace(/ \(0x[0-9a-f]+\)/g, '') };
}

it('says what ldd says, of programs, libraries and what is neither', async () => {
  expect(await quickLdd(machine(), folder)).toEqual({ DRACUT_LDD: '/run/rootimg/shared/ldd' });
  const quick = join(folder, 'ldd');
  const programs = say('ldd', '/bin/bash');
  expect(programs.stdout).toContain('libc.so');
  const library = /=> (\S*libc\.so\S*)/.exec(programs.stdout)?.[1] ?? '';
  for (const file of ['/bin/bash', process.execPath, library, '/sbin/ldconfig', '/etc/passwd', '/nowhere']) {
    expect(say(quick, file), file).toEqual(say('ldd', file));
  }
});

it('asks the loader itself, not ldd', async () => {
  await quickLdd(machine(), folder);
  const { stdout } = spawnSync(join(folder, 'ldd'), ['/bin/bash'], {
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  });
  expect(stdout).toMatch(/libc\.so\S* => \S+/);
});

it('leaves architectures whose loader it does not know to ldd', async () => {
  expect(await quickLdd('vax', join(folder, 'nowhere'))).toEqual({});
});
