import { expect, it } from 'vitest';
import { grubEntry, ipxeScript, pxelinuxEntry } from '../../../src/netboot/render.ts';

const entry = {
  title: "compute'; } evil\n#!x",
  kernelUrl: 'http://m:8080/install/a b/kernel'.replace(' ', '%20'),
  initrdUrl: 'http://m:8080/install/a%20b/initrd',
  words: ['imgurl=http://m/r.sfs', 'quiet'],
  signatures: [],
};
const secure = { ...entry, kernelUrl: 'https://m/kernel', initrdUrl: 'https://m/initrd' };

it.each([
  ['iPXE', ipxeScript],
  ['GRUB', grubEntry],
  ['PXELINUX', pxelinuxEntry],
])('%s hears of kernel, initrd, words and the card; a title means nothing to it', (_, render) => {
  const { text, problems } = render(entry);
  expect(problems).toEqual([]);
  expect(text).toContain('imgurl=http://m/r.sfs quiet');
  expect(text).toMatch(/kernel/);
  expect(text).toMatch(/initrd/);
  expect(text).toMatch(/BOOTIF|IPAPPEND 2/);
  expect(text).not.toContain('evil\n#!x');
  expect(text).not.toContain("compute';");
});

it('only iPXE fetches over https', () => {
  expect(ipxeScript(secure).text).toContain('https://m/kernel');
  for (const render of [grubEntry, pxelinuxEntry]) {
    expect(render(secure).text).toBeUndefined();
    expect(render(secure).problems).toHaveLength(1);
  }
});

it('signatures that lie there are checked, and no others are asked for', () => {
  expect(ipxeScript({ ...entry, signatures: ['.cms'] }).text?.match(/^imgverify/gm)).toHaveLength(2);
  expect(ipxeScript({ ...entry, signatures: ['.sig'] }).text).not.toContain('imgverify');
  expect(grubEntry({ ...entry, signatures: ['.sig'] }).text).toContain('check_signatures=enforce');
  expect(grubEntry({ ...entry, signatures: ['.cms'] }).text).not.toContain('check_signatures');
});
