import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;
beforeEach(() => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
});
afterEach(() => world.remove());

/** Unpacks an image of each format as `out`. */
const unpack = {
  cpio: 'mkdir out; gzip -dc rootimg.cpio.gz | bsdtar -xpf - -C out',
  tar: 'mkdir out; tar -xpf rootimg.tar.gz -C out',
  squashfs: 'unsquashfs -quiet -no-progress -dest out rootimg.sfs >/dev/null',
} as const;

test('the content of a folder goes into the root of the image, in every format', async () => {
  const folder = world.write('common/etc/site/one.conf', 'one\n').replace(/etc.*/, '');
  shell(world.base, 'chown -R 5:6 common; chmod 751 common; touch -d @1500000000 common');
  await world.define({ synclists: world.write('list', `${folder} -> /\n`) });
  for (const [method, script] of Object.entries(unpack)) {
    expect((await world.run(`packimage -m ${method} -c gzip myimg`)).code).toBe(0);
    const seen = shell(
      world.rootimgdir,
      `rm -rf out; ${script}; stat -c '%a %u:%g' out; cat out/etc/site/one.conf; stat -c %u:%g out/etc/site; ls out/etc/a.conf; rm -rf out`,
    );
    expect([method, seen]).toEqual([method, '751 5:6\none\n5:6\nout/etc/a.conf\n']);
  }
});
