import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;
const modules = 'usr/lib/modules/5.14.0-427.el9.x86_64';

beforeEach(() => {
  world = makePackWorld();
  const root = `${world.rootimgdir}/rootimg`;
  makeSmallTree(root);
  shell(root, `mkdir -p usr/lib/systemd usr/sbin ${modules}/kernel; ln -s usr/lib lib; ln -s usr/sbin sbin`);
  shell(root, `echo m >${modules}/kernel/tg3.ko; echo d >${modules}/modules.dep`);
  shell(root, `printf '#!/bin/sh\\n' >usr/lib/systemd/systemd; ln -s ../lib/systemd/systemd usr/sbin/init`);
});
afterEach(() => world.remove());

test.each([
  ['./usr/lib/modules*', `${modules}/kernel/tg3.ko, ${modules}/modules.dep`],
  ['./usr/sbin/init', 'usr/sbin/init'],
  ['./usr/lib/systemd/s*', 'usr/lib/systemd/systemd'],
  ['./bin/*', 'bin/sh'],
  ['./lib', 'lib'],
])(
  'an exlist with %s makes an image that no node can start: only --force packs it',
  async (pattern, lost) => {
    const exlist = world.write('ex', `# too much\n${pattern}\n`);
    await world.define({ exlist });
    const { code, stderr } = await world.run('packimage -c gzip myimg');
    const message = `'${pattern}' leaves out what a node needs to start: ${lost}.`;
    expect(stderr).toContain(message);
    expect(stderr).toContain(`${exlist}:2`);
    expect(code).toBe(1);
    expect(world.published()).toEqual(['rootimg']);
    const forced = await world.run('packimage -c gzip --force myimg');
    expect(forced.stderr).toContain(`Warning: ${exlist}:2: ${message}`);
    expect(forced.code).toBe(0);
    expect(world.published()).toContain('rootimg.cpio.gz');
  },
);

test('what is taken back in is there, and a tree that never had an init is packed', async () => {
  await world.define({
    exlist: world.write('ex', `./usr/*\n+./usr/sbin/init\n+./usr/lib/systemd/*\n+./${modules}/*\n`),
  });
  expect(await world.run('packimage -c gzip myimg')).toMatchObject({ code: 0 });
  shell(`${world.rootimgdir}/rootimg`, 'rm -r usr/sbin/init usr/lib/systemd');
  await world.define({ exlist: world.write('ex', './usr/share/*\n') });
  const { code, stderr } = await world.run('packimage -c gzip myimg');
  expect(code).toBe(0);
  expect(stderr).not.toContain('start');
});
