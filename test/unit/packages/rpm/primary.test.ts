import fc from 'fast-check';
import { expect, test } from 'vitest';
import { narrowed, packagesOf } from '../../../../src/packages/rpm/primary.ts';

const sum = 'ab'.repeat(32);
const one = (name: string, epoch: string) => `<package type="rpm">
  <name>${name}</name>
  <arch>x86_64</arch>
  <version epoch="${epoch}" ver="1.0" rel="2.el9"/>
  <checksum type="sha256" pkgid="YES">${sum}</checksum>
  <location href="Packages/${name}&amp;1.rpm"/>
  <format>
    <rpm:requires><rpm:entry name="bash" ver="9" rel="9"/></rpm:requires>
  </format>
</package>`;

test('only the named packages are read, with epoch, digest and place', () => {
  const text = `<metadata>${['bash', 'bash-doc', 'c++'].map((name, at) => one(name, String(at))).join('\n')}</metadata>`;
  expect(packagesOf(text, new Set(['bash', 'c++']))).toEqual([
    {
      name: 'bash',
      version: '1.0-2.el9',
      arch: 'x86_64',
      digest: `sha256:${sum}`,
      location: 'Packages/bash&1.rpm',
    },
    {
      name: 'c++',
      version: '2:1.0-2.el9',
      arch: 'x86_64',
      digest: `sha256:${sum}`,
      location: 'Packages/c++&1.rpm',
    },
  ]);
});

test('what is narrowed has exactly what is kept, each package as it was', () => {
  const names = ['bash', 'bash-doc', 'c++', 'd'];
  fc.assert(
    fc.property(fc.subarray(names), fc.subarray(names), (all, kept) => {
      const text = `<metadata packages="9">\n${all.map((name) => one(name, '0')).join('\n')}\n</metadata>\n`;
      const found = narrowed(text, ({ name }) => kept.includes(name));
      const left = all.filter((name) => kept.includes(name));
      expect(packagesOf(found, new Set(names)).map(({ name }) => name)).toEqual(left);
      for (const name of left) expect(found).toContain(one(name, '0'));
      expect(found.startsWith('<metadata packages="9">\n')).toBe(true);
      expect(found.endsWith('\n</metadata>\n')).toBe(true);
    }),
  );
});
