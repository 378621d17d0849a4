import { expect, it } from 'vitest';
import { manyTimes } from '../../../tools/bench/large-repository.ts';

const primary = `<metadata packages="1">
<package type="rpm"><name>bash</name>
  <checksum type="sha256" pkgid="YES">${'a'.repeat(64)}</checksum>
  <location href="Packages/bash-5.rpm"/>
  <rpm:provides><rpm:entry name="bash" ver="5"/><rpm:entry name="libx.so.1()(64bit)"/></rpm:provides>
  <rpm:requires><rpm:entry name="/bin/sh"/><rpm:entry name="rpmlib(FileDigests)"/></rpm:requires>
  <file>/bin/sh</file>
</package>
</metadata>`;

it('each copy of a package has its own name, digest and place, and needs what its like provide', () => {
  const text = manyTimes(primary, 2);
  expect(text).toContain('<metadata packages="2">');
  expect(
    text.startsWith(primary.slice(0, primary.indexOf('</metadata>')).replace('"1"', '"2"').trimEnd()),
  ).toBe(true);
  const copy = text.slice(text.indexOf('</package>'));
  for (const own of [
    '<name>bash-copy1</name>',
    `pkgid="YES">00000001${'a'.repeat(56)}<`,
    '<location href="1/Packages/bash-5.rpm"/>',
    '<rpm:entry name="bash-copy1" ver="5"/>',
    '<rpm:entry name="libx.so.1-copy1()(64bit)"/>',
    '<rpm:entry name="/bin/sh-copy1"/>',
    '<rpm:entry name="rpmlib(FileDigests)"/>',
    '<file>/bin/sh-copy1</file>',
  ])
    expect(copy).toContain(own);
});

it('the lists of files tell of the same packages', () => {
  const text = `<filelists packages="1"><package pkgid="${'a'.repeat(64)}" name="bash" arch="x86_64"><file type="dir">/etc</file></package></filelists>`;
  const copy = manyTimes(text, 2).split('</package>')[1];
  expect(copy).toContain(`pkgid="00000001${'a'.repeat(56)}" name="bash-copy1"`);
  expect(copy).toContain('<file type="dir">/etc-copy1</file>');
});
