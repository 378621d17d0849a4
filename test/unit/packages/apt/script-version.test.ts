import { join } from 'node:path';
import { expect, test } from 'vitest';
import { versionInScript } from '../../../../src/packages/apt/script-version.ts';
import { findTool, run } from '../../../../src/system/exec.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

test.each([
  ['Perl', "#!/usr/bin/perl\n# terms\n\nour $VERSION = '1.5.7';\n", '1.5.7'],
  ['a shell', "#!/bin/sh\nset -e\n\nVERSION='1.0.128+nmu2+deb12u2'\n", '1.0.128+nmu2+deb12u2'],
  ['a version that is made', '#!/bin/sh\nVERSION=$(cat /usr/share/version)\n', undefined],
  ['another name', "#!/bin/sh\nMIN_VERSION='2'\nexec real --min-VERSION='3'\n", undefined],
  ['no script', "\x7fELF\nVERSION='1'\n", undefined],
  ['nothing', '', undefined],
])('the version that a script of %s says of itself', async (_, text, version) => {
  expect(await versionInScript(await folder.file('tool', text))).toBe(version);
});

test('none of what cannot be read', async () => {
  expect(await versionInScript(join(folder.path, 'gone'))).toBeUndefined();
});

test.each(['mmdebstrap', 'debootstrap'])('it is what %s prints', async (command) => {
  const path = await findTool(command);
  if (path === undefined) return;
  const { stdout } = await run([command, '--version']);
  expect(stdout.trim().split(' ')[1]).toBe(await versionInScript(path));
});
