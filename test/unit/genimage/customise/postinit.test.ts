import { readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { installPostinit } from '../../../../src/genimage/customise/postinit.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
let said: string[];

async function install(root: string): Promise<void> {
  await folder.folder(root);
  const note = (text: string) => void said.push(text);
  await installPostinit({
    root: join(folder.path, root),
    plan: { postscriptsDir: join(folder.path, 'postscripts') },
    reporter: { detail: () => {}, info: note },
  } as unknown as Build);
}

const link = (path: string) => readlink(join(folder.path, path));

beforeEach(async () => {
  said = [];
  await folder.file('postscripts/xcatpostinit1.netboot', '#!/bin/sh\n');
});

it('enables the unit where the image has systemd', async () => {
  await folder.file('postscripts/xcatpostinit1.service', '[Unit]\n');
  await folder.file('root/usr/lib/systemd/systemd');
  await install('root');
  const script = join(folder.path, 'root/opt/xcat/xcatpostinit1');
  expect(await readFile(script, 'utf8')).toBe('#!/bin/sh\n');
  expect((await stat(script)).mode & 0o777).toBe(0o755);
  const wants = 'root/etc/systemd/system/multi-user.target.wants/xcatpostinit1.service';
  expect(await link(wants)).toBe('../xcatpostinit1.service');
  expect(said).toEqual([]);
});

it('links it into the run level where it has none', async () => {
  await install('root');
  expect(await link('root/etc/init.d/xcatpostinit1')).toBe('/opt/xcat/xcatpostinit1');
  expect(await link('root/etc/rc3.d/S84xcatpostinit1')).toBe('../init.d/xcatpostinit1');
});

it('says which file of the management node is missing', async () => {
  await folder.file('root/usr/lib/systemd/systemd');
  await install('root');
  expect(said).toEqual([expect.stringMatching(/^Notice: .*xcatpostinit1\.service does not exist/)]);
  await expect(
    link('root/etc/systemd/system/multi-user.target.wants/xcatpostinit1.service'),
  ).rejects.toThrow();
});
