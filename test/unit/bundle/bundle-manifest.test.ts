import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleManifestText, parseBundleManifest } from '../../../src/bundle/bundle-manifest.ts';

describe('the description of a bundle', () => {
  it('comes back as it was written, whatever the values hold', () => {
    const name = fc.constantFrom('imagename', 'pkglist', 'pkgdir', 'environvar', 'osvers', 'usercomment');
    const value = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).map((text) => text.trim());
    fc.assert(
      fc.property(fc.dictionary(name, value), (values) => {
        const set = Object.entries({ imagename: 'img', ...values }).filter(([, one]) => one !== '');
        const columns = new Map(set);
        const manifest = {
          columns,
          kernel: '/k',
          ramdisk: '/r',
          rootimg: '/i',
          extra: [{ src: '/s', dest: '/d' }],
        };
        expect(parseBundleManifest(bundleManifestText(manifest))).toEqual(manifest);
      }),
    );
  });

  it('of xCAT 2.7 has its columns at the top', () => {
    const text = '<xcatimage><imagename>x</imagename><osarch>x86_64</osarch><kernel>/k</kernel></xcatimage>';
    const { columns, kernel } = parseBundleManifest(text);
    expect([...columns]).toEqual([
      ['imagename', 'x'],
      ['osarch', 'x86_64'],
    ]);
    expect(kernel).toBe('/k');
  });

  it.each([
    '',
    '<a/>',
    '<xcatimage>',
    'text',
    '<!DOCTYPE x><xcatimage/>',
    '<xcatimage><![CDATA[x]]></xcatimage>',
  ])('is refused: %s', (text) =>
    expect(() => parseBundleManifest(text)).toThrow(/manifest\.xml of the bundle is refused/),
  );
});
