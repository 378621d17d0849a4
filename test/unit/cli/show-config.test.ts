import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configCommand } from '../../../src/cli/show-config.ts';
import { recordedIo } from '../../lib/recorded-io.ts';

let home: string;
beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'rootimg-config-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

it('prints where things are, and what is not there', async () => {
  await mkdir(join(home, 'site'));
  await writeFile(
    join(home, 'site/clustersite.stanza'),
    `clustersite:\n    objtype=site\n    installdir=${home}\n    tftpdir=/nonexistent/tftp\n`,
  );
  const show = async (...argv: string[]) => {
    const { io, said } = recordedIo({
      env: { ROOTIMG_HOME: home, ROOTIMG_CACHE: join(home, 'c') },
      cwd: '/',
    });
    await configCommand(io).parseAsync(argv, { from: 'user' });
    return said.stdout;
  };
  const text = await show();
  expect(text).toMatch(new RegExp(`^installdir +${home}$`, 'm'));
  expect(text).toMatch(/^tftpdir +\/nonexistent\/tftp \(not there\)$/m);
  expect(text).toMatch(/^bootfiles +\/nonexistent\/tftp\/xcat\/osimage\/NAME$/m);
  expect(JSON.parse(await show('--json'))).toMatchObject({
    definitions: join(home, 'osimage'),
    cache: join(home, 'c/layers'),
  });
});
