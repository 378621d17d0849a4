import { beforeEach, describe, expect, it } from 'vitest';
import { hintAtXcat } from '../../../../src/cli/definitions/hint-at-xcat.ts';
import { fileStore } from '../../../../src/definition/file-store.ts';
import type { Store } from '../../../../src/definition/store-type.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
let told: string;
let store: Store;

beforeEach(async () => {
  told = '';
  await folder.folder('store');
  await folder.file('xcat/sbin/xcatd', '#!/bin/sh\n', 0o755);
  const home = `${folder.path}/store`;
  const files = fileStore(home, () => Promise.resolve(() => undefined));
  store = hintAtXcat(files, { home, root: `${folder.path}/xcat`, tell: (text) => void (told += text) });
});

describe('an empty store beside an xCAT', () => {
  it('is hinted at once, when an image was looked for', async () => {
    expect(await store.read('osimage', 'a')).toBeUndefined();
    expect(told).toMatch(/^Hint: no osimage is defined in .*\/store, but there is an xCAT in .*\/xcat\./);
    expect(told).toContain('ROOTIMG_STORE=xcat');
    const once = told;
    await store.list('osimage');
    await store.readAll('osimage');
    expect(told).toBe(once);
  });

  it('says nothing where there is an image, or where the site was looked for', async () => {
    await store.read('site', 'clustersite');
    await folder.file('store/osimage/a.stanza', 'a:\n    objtype=osimage\n');
    await store.read('osimage', 'b');
    expect(told).toBe('');
  });

  it('gives what the store gives', async () => {
    await folder.file('store/osimage/a.stanza', 'a:\n    objtype=osimage\n');
    expect(await store.list('osimage')).toEqual(['a']);
    expect((await store.readAll('osimage')).objects).toHaveLength(1);
  });
});
