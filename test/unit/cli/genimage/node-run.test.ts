import { describe, expect, it } from 'vitest';
import { recordedIo } from '../../../lib/recorded-io.ts';
import { nodeGenimage } from '../../../../src/cli/genimage/node-run.ts';
import { printError } from '../../../../src/cli/print-error.ts';
import { flagOf } from '../../../../src/render/getopt.ts';
import { nodeOptions } from '../../../../src/render/options.ts';

async function run(...argv: string[]) {
  const { io, said } = recordedIo();
  const code = await nodeGenimage(io, argv, 'file:///nowhere/netboot/rocky/genimage.mjs').then(
    () => 0,
    (error: unknown) => printError(io, error),
  );
  return { code, ...said };
}

describe("the node's genimage", () => {
  it('names every option in its help', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const option of nodeOptions) expect(stdout).toContain(` ${flagOf(option)}`);
  });

  it.each(['-v', '--version', '--ver'])('says its version to %s', async (word) => {
    expect(await run(word)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^genimage \d/) });
  });

  it('refuses what it does not know, and two names', async () => {
    expect(await run('--bogus')).toMatchObject({ code: 1, stderr: 'Error: Unknown option: bogus\n' });
    expect((await run('-o', 'rocky9.4', '-p', 'c', 'a', 'b')).stderr).toContain(
      'More than one image name: a b',
    );
  });

  it('asks for osvers and profile', async () => {
    const { code, stderr } = await run('x');
    expect(code).toBe(1);
    expect(stderr).toContain('-o');
  });

  it('searches the folder above its own for profiles, and says first that the host is of another architecture', async () => {
    const { code, stderr } = await run('-o', 'rocky9.4', '-p', 'nosuch', '-a', 's390');
    expect(code).toBe(1);
    const [first, ...rest] = stderr.split('\n').filter((line) => line.startsWith('Error: '));
    expect(first).toContain('is for s390');
    expect(stderr).toContain('cd /nowhere/netboot/rocky; ./genimage -a s390 -o rocky9.4 -p nosuch');
    expect(stderr).toContain('/install/custom/netboot/rocky and /nowhere/netboot/rocky');
    expect(rest.length).toBeGreaterThan(0);
  });
});
