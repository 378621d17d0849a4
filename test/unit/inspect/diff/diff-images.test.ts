import { describe, expect, it } from 'vitest';
import { type ComparedImage, diffImages } from '../../../../src/inspect/diff/diff-images.ts';
import type { Manifest } from '../../../../src/plan/manifest.ts';
import { builtRecord } from '../../../lib/built-record.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const image = { name: 'compute', osvers: 'rocky9', arch: 'x86_64', profile: 'compute' };

function compared(label: string, more: Partial<ComparedImage> = {}, kernelVersion = '1'): ComparedImage {
  const manifest: Manifest = { schema: 1, image, build: { ...builtRecord('x'), kernelVersion } };
  return { label, manifest, tree: undefined, packed: undefined, ...more };
}

describe('diffImages', () => {
  it('compares trees where both have one', async () => {
    await folder.file('a/etc/motd', 'one\n');
    await folder.file('b/etc/motd', 'two\n');
    const [a, b] = ['a', 'b'].map((name) => compared(name, { tree: `${folder.path}/${name}` }));
    if (a === undefined || b === undefined) throw new Error('no trees');
    const found = await diffImages(a, b);
    expect(found).toMatchObject({ from: 'a', to: 'b', same: false, files: { of: 'trees' } });
    expect(found.files?.configuration.map(({ name }) => name)).toEqual(['/etc/motd']);
    expect((await diffImages(a, a)).same).toBe(true);
  });

  it('without trees and packed roots says so, and compares what the manifests tell', async () => {
    const found = await diffImages(compared('a'), compared('b', {}, '2'));
    expect(found.kernel).toEqual({ from: '1', to: '2' });
    expect(found.same).toBe(false);
    expect(found.notCompared).toContainEqual({ what: 'files', why: 'of a there is no packed root' });
  });
});
