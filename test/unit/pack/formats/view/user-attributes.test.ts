import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { lacksUserAttributes } from '../../../../../src/pack/formats/view/user-attributes.ts';
import { openTree } from '../../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../../lib/folder.ts';
import { selectAll } from '../../../../lib/selection.ts';

const folder = useFolder();
afterEach(() => vi.unstubAllEnvs());

/** A host whose memory keeps no user attributes, as before Linux 6.6. */
async function refuseAttributes(): Promise<void> {
  chmodSync(await folder.file('bin/setfattr', '#!/bin/sh\nexit 1\n'), 0o755);
  vi.stubEnv('PATH', `${folder.path}/bin:${process.env['PATH']}`);
}

it('says so only where there are user attributes that this host cannot lay out in memory', async () => {
  const isRoot = process.getuid?.() === 0;
  const file = await folder.file('tree/a', 'a');
  const root = openTree(`${folder.path}/tree`);
  const lacks = async () => lacksUserAttributes(root, folder.path, (await selectAll(root)).members);
  if (isRoot) execFileSync('setcap', ['cap_net_raw+ep', file]);
  await refuseAttributes();
  expect(await lacks()).toBe(false);
  vi.unstubAllEnvs();
  execFileSync('setfattr', ['-n', 'user.a', '-v', '1', file]);
  await refuseAttributes();
  expect(await lacks()).toBe(true);
  root.close();
});
