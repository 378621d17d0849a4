import { expect, test } from 'vitest';
import { mksquashfsArgv } from '../../../../../src/pack/formats/squashfs/write-squashfs.ts';
import { viewArgv } from '../../../../../src/pack/formats/view/view.ts';

test('mksquashfs and the view it works in', () => {
  const argv = mksquashfsArgv('image', '/x/out.sfs', 'pigz', 4);
  expect(argv.join(' ')).toBe(
    'mksquashfs image /x/out.sfs -noappend -no-progress -processors 4 -comp gzip -Xcompression-level 6',
  );
  const places = { work: '/x/work dir', root: "/x/it's\t#", file: '/x/out.sfs' };
  const view = viewArgv(
    places,
    [{ path: 'usr/-a b', dev: 8, ino: 9 }],
    ['/bin/mksquashfs', '/lib/z.so'],
    argv,
  );
  expect(view[0]).toBe('unshare');
  expect(view.slice(view.indexOf('view'))).toEqual([
    ...['view', '/x/work dir', "/x/it's\\011\\043", '/x/out.sfs', '/bin/mksquashfs', '/lib/z.so', '--'],
    ...['./usr/-a\\040b', 'usr/-a b', '8:9', '--', ...argv.slice(1)],
  ]);
});
