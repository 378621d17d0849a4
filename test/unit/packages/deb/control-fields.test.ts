import { expect, test } from 'vitest';
import { controlFields } from '../../../../src/packages/deb/control-fields.ts';
import { makeDeb } from '../../../lib/debs.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

/** A member of an ar archive (ar(5)): a header of 60 bytes, then the content to an even number of bytes. */
function arMember(name: string, content: string): string {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}`;
  return `${header}${`${content.length}`.padEnd(10)}\`\n${content}${content.length % 2 === 0 ? '' : '\n'}`;
}

test('gives the fields of a package, all or those that are named', async () => {
  const path = await makeDeb(folder.path, { name: 'one', version: '1.2' });
  expect(await controlFields(path)).toMatch(/^Package: one$/m);
  expect(await controlFields(path, 'Package', 'Version')).toBe('Package: one\nVersion: 1.2\n');
});

test('a compression that this dpkg does not know is told as that, other faults as they are', async () => {
  const members = [arMember('debian-binary', '2.0\n'), arMember('control.tar.new', 'x')];
  const path = await folder.file('new.deb', `!<arch>\n${members.join('')}`);
  await expect(controlFields(path)).rejects.toMatchObject({
    code: 'package-compression',
    message: `dpkg of this host cannot unpack ${path}: it has control.tar.new.`,
  });
  const broken = await folder.file('broken.deb', 'x');
  await expect(controlFields(broken)).rejects.toMatchObject({
    code: expect.not.stringMatching('compression'),
  });
});
