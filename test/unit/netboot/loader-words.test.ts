import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { splitWords } from '../../../src/netboot/definition-words.ts';
import { longestKernelLine } from '../../../src/netboot/loader-words.ts';
import {
  type BootEntry,
  grubEntry,
  ipxeScript,
  pxelinuxEntry,
  type Rendered,
} from '../../../src/netboot/render.ts';
import { amount } from '../../lib/amount.ts';

const entry = (words: readonly string[], other: Partial<BootEntry> = {}): BootEntry => ({
  ...{ title: "it's; $(x) `y`\n\\", kernelUrl: 'http://s:80/a%27/kernel', initrdUrl: 'http://s/initrd' },
  ...{ words, signatures: [], ...other },
});

/**
 * What iPXE gives the kernel: blanks take a line apart, `#`, `;`, `&&` and `||` end it, `${…}` is filled in,
 * single spaces join it.
 */
function ipxeKernelLine(script: string): string {
  const line = script.split('\n').find((one) => one.startsWith('kernel ')) ?? '';
  const tokens = line.split(/[ \t\v\f\r]+/).filter((token) => token !== '');
  const end = tokens.findIndex((token) => token.startsWith('#') || ['||', '&&', ';'].includes(token));
  return tokens
    .slice(0, end === -1 ? undefined : end)
    .map((token) => token.replaceAll(/\$\{[^}]*\}/g, 'MAC'))
    .slice(4)
    .join(' ');
}

/**
 * What GRUB gives it: its shell reads the line, and the words are joined anew with quotation marks and
 * backslashes.
 */
function grubKernelLine(file: string): string {
  const line = /^ {4}linux \S+ (.*) BOOTIF=01:\$net_default_mac$/m.exec(file)?.[1] ?? '';
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
  return words
    .map((word) => word.replaceAll(/[\\'"]/g, String.raw`\$&`))
    .map((word) => (word.includes(' ') ? `"${word}"` : word))
    .join(' ');
}

const pxelinuxKernelLine = (file: string) => /^ {2}APPEND (.*)$/m.exec(file)?.[1] ?? '';

/**
 * Names and values as the kernel reads them (lib/cmdline.c, next_arg): quotation marks keep blanks, and go
 * from around a word or a value.
 */
function kernelReads(line: string): string[] {
  const found: string[] = [];
  for (const [word] of line.matchAll(/(?:"[^"]*(?:"|$)|[^\s"])+/g)) {
    const inner = word.startsWith('"') ? word.slice(1).replace(/"$/, '') : word;
    const [, name = inner, value] = /^([^=]*)=(.*)$/s.exec(inner) ?? [];
    found.push(value === undefined ? inner : `${name}=${value.replace(/^"(.*)"$/s, '$1')}`);
  }
  return found.filter((one) => one !== '');
}

const loaders: readonly [string, (entry: BootEntry) => Rendered, (file: string) => string][] = [
  [
    'iPXE',
    ipxeScript,
    (file) =>
      ipxeKernelLine(file)
        .replace(/^initrd=initrd /, '')
        .replace(/(^| )BOOTIF=\S*$/, ''),
  ],
  ['GRUB', grubEntry, grubKernelLine],
  ['PXELINUX', pxelinuxEntry, pxelinuxKernelLine],
];

const folder = mkdtempSync(join(tmpdir(), 'rootimg-words-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasGrub = spawnSync('grub-script-check', ['--version']).status === 0;

/** Is it good GRUB script, by GRUB's own word? */
function grubScriptCheck(text: string): { status: number | null; stderr: string } {
  const file = join(folder, 'grub.cfg');
  writeFileSync(file, text);
  return spawnSync('grub-script-check', [file], { encoding: 'utf8' });
}

describe.each(loaders)('%s', (loader, render, kernelLine) => {
  it.each([
    ['quiet'],
    ['console=ttyS0,115200n8'],
    ['a=b;c'],
    ['a=b&&c'],
    ['a=$x'],
    ['a={x}'],
    ['a=#b'],
    ['---'],
    ['--'],
    ['a=*?[b]~!'],
    ['a=`b`'],
    ['a=(b)<c>|d'],
    ['a=100%'],
    ['dyndbg="file a.c +p"'],
    ['"a=b c"'],
    ['a="b"'],
  ])('carries %s', (word) => {
    const { text, problems } = render(entry(['first=1', word, 'last=2']));
    expect(problems).toEqual([]);
    expect(kernelReads(kernelLine(text ?? ''))).toEqual(kernelReads(`first=1 ${word} last=2`));
  });

  it.each(['a=b\nAPPEND init=/bin/sh', 'a="b\tc"', 'a=b\0', 'a="b\u0085"'])('refuses %j', (word) => {
    const { text, problems } = render(entry([word]));
    expect(text).toBeUndefined();
    expect(problems).toEqual([`${JSON.stringify(word)} has a line break or another control character`]);
  });

  it('refuses a quotation mark that is never closed', () => {
    expect(render(entry(['a="b', 'last'])).problems).toEqual([
      '"a=\\"b" has an open quotation mark, which takes in all behind it',
    ]);
  });

  it('gives the kernel the very words, or says which it cannot give', () => {
    const word = fc.string({ unit: fc.constantFrom(...` ab=;&|#$'"\\{}()<>*?~!%-\`é`), maxLength: 12 });
    let carried = 0;
    fc.assert(
      fc.property(word, (line) => {
        const words = splitWords(line);
        const { text, problems } = render(entry(words));
        expect(text === undefined).toBe(problems.length > 0);
        if (text === undefined) return;
        carried += 1;
        expect(kernelReads(kernelLine(text)), line).toEqual(kernelReads(words.join(' ')));
      }),
      { numRuns: loader === 'GRUB' ? amount(60, 300) : amount(500, 3000) },
    );
    expect(carried).toBeGreaterThan(20);
  });
});

it.each([
  ['iPXE', ipxeScript, ['a=${net0/ip}'], /\$\{, where iPXE fills in a setting/],
  ['iPXE', ipxeScript, ['#a'], /begins with #/],
  ['iPXE', ipxeScript, [';'], /another command/],
  ['iPXE', ipxeScript, ['a="b || c"'], /\|\|, where iPXE begins another command/],
  ['iPXE', ipxeScript, ['a="b  c"'], /several blanks/],
  ['iPXE', ipxeScript, ['a=é'], /not ASCII/],
  ['iPXE', ipxeScript, ['initrd=x'], /the name of an initrd/],
  ['GRUB', grubEntry, ["a='b"], /a ', before which GRUB puts a backslash/],
  ['GRUB', grubEntry, [String.raw`a=\b`], /a backslash/],
  ['GRUB', grubEntry, ['a=b"c d"e'], /quotation marks within a value/],
  ['PXELINUX', pxelinuxEntry, ['initrd=x'], /PXELINUX would load/],
  ['PXELINUX', pxelinuxEntry, [`a=${'x'.repeat(2100)}`], /2102 characters, PXELINUX hands over 2019/],
])('%s cannot carry what it would read otherwise, and says which word and why', (_, render, words, why) => {
  const { text, problems } = render(entry(words));
  expect(text).toBeUndefined();
  expect(problems.join()).toMatch(why);
});

it.skipIf(!hasGrub)('grub-script-check takes every entry for GRUB', () => {
  const word = fc.string({ unit: fc.constantFrom(...` ab=;&|#$"{}()<>*?~!%-\`é`), maxLength: 12 });
  fc.assert(
    fc.property(word, fc.string({ unit: 'binary' }), fc.boolean(), (line, title, signed) => {
      const { text } = grubEntry(entry(splitWords(line), { title, signatures: signed ? ['.sig'] : [] }));
      if (text === undefined) return;
      expect(grubScriptCheck(text), text).toMatchObject({ status: 0 });
    }),
    { numRuns: amount(40, 200) },
  );
  // The check can fail.
  expect(grubScriptCheck("menuentry 'a {\n")).not.toMatchObject({ status: 0 });
});

it('no loader but iPXE gets an entry over https', () => {
  const https = entry(['a'], { kernelUrl: 'https://s/kernel' });
  expect(ipxeScript(https).text).toContain('https://s/kernel');
  expect(grubEntry(https).problems).toEqual(['GRUB cannot fetch over https']);
  expect(pxelinuxEntry(https).problems).toEqual(['PXELINUX cannot fetch over https']);
});

it('entries of signed files have the loader check them, each after it was fetched', () => {
  const signed = entry(['a'], { signatures: ['.cms', '.sig'] });
  const lines = ipxeScript(signed).text?.split('\n').slice(3, 8);
  expect(lines?.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    ...['kernel --name', 'imgverify kernel', 'initrd --name', 'imgverify initrd', 'boot'],
  ]);
  expect(lines?.[1]).toBe('imgverify kernel http://s:80/a%27/kernel.cms');
  expect(grubEntry(signed).text).toMatch(
    /^insmod pgp\nmenuentry .*\{\n {4}set check_signatures=enforce\n {4}linux /m,
  );
  expect(pxelinuxEntry(signed).text).toBe(pxelinuxEntry(entry(['a'])).text);
});

it('a title means nothing to a boot loader', () => {
  for (const [, render] of loaders) {
    expect(render(entry(['a'], { title: "x' {\n init=/bin/sh \\" })).text).not.toMatch(/^ init|[\\']\n/m);
  }
});

it('knows how much of its line a kernel reads', () => {
  expect(['x86_64', 's390x', 'riscv64'].map(longestKernelLine)).toEqual([2047, 4095, 1023]);
});
