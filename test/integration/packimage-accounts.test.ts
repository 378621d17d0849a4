import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;
const locked = 'root is locked in this image';
const hash = '$6$saltsalt$HASH';

beforeEach(() => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  shell(`${world.rootimgdir}/rootimg`, `printf 'root:*:1::::::\\nbuilt:${hash}:1::::::\\n' >etc/shadow`);
});
afterEach(() => world.remove());

async function pack(list: string, options = '', site: Record<string, string> = {}) {
  await world.define({ synclists: world.write('list', list) }, site);
  const answer = await world.run(`packimage -c gzip ${options} myimg`.replace('  ', ' '));
  const file = (path: string) => shell(world.rootimgdir, `gzip -dc rootimg.cpio.gz | bsdtar -xOf - ${path}`);
  return { ...answer, file };
}

test('the shadow file of a synclist counts: root is not said to be locked, and its hashes are meant', async () => {
  const shadow = world.write('shadow', `root:${hash}:1::::::\nann:${hash}:1::::::\n`);
  const { code, stderr, file } = await pack(`${shadow} -> /etc/shadow\n`, '--strict');
  expect(code).toBe(0);
  expect(stderr).not.toContain(locked);
  expect(stderr).not.toContain('etc/shadow in the image');
  expect(file('etc/shadow')).toContain(`root:${hash}`);
  const contents = await pack(
    `${world.write('all/etc/shadow', `root:*:1:\nann:${hash}:1::::::\n`).slice(0, -10)} -> /\n`,
  );
  expect(contents.stderr).toContain(locked);
});

test('what a synclist brings by a link is judged as the file that the link leads to', async () => {
  const shadow = world.write('shadow', `root:${hash}:1::::::\n`);
  shell(world.base, `ln -s ${shadow} link; mkdir all; ln -s ../link all/shadow`);
  for (const line of [`${world.base}/link -> /etc/shadow`, `${world.base}/all/ -> /etc/`]) {
    const { stderr, file } = await pack(`${line}\n`);
    expect(stderr).not.toContain(locked);
    expect(file('etc/shadow')).toContain(`root:${hash}`);
  }
});

test('secureroot wins over every way in which a synclist brings a password', async () => {
  const shadow = world.write('shadow', `ann:*:1::::::\nroot:${hash}:1::::::\nroot:${hash}:2::::::\n`);
  const passwd = world.write('passwd', `root:${hash}:0:0::/root:/bin/sh\n`);
  const open = world.write('open', 'root::0:0::/root:/bin/sh\n');
  const lists = [
    `${shadow} -> /etc/shadow\n${passwd} -> /etc/passwd\n`,
    `MERGE:\n${shadow} -> /etc/shadow\n${passwd} -> /etc/passwd\n`,
    `APPEND:\n${shadow} -> /etc/shadow\n${passwd} -> /etc/passwd\n`,
    `${open} -> /etc/passwd\n`,
  ];
  for (const list of lists) {
    const { stderr, file } = await pack(list, '', { secureroot: '1' });
    const roots = [...`${file('etc/shadow')}${file('etc/passwd')}`.matchAll(/^root:([^:]*)/gm)];
    expect([list, new Set(roots.map(([, field]) => field))]).toEqual([list, new Set(['*', 'x'])]);
    expect(stderr).not.toContain('needs no password');
  }
});

test('another account of uid 0 that is open is named: always without a password, with secureroot with one', async () => {
  const others = ['toor:x:0:0::/:/bin/sh', 'ghost:x:00:0::/:/bin/sh', 'shut:*:0:0::/:/bin/sh'].join('\n');
  const passwd = world.write('passwd', `root:x:0:0::/root:/bin/sh\n${others}\nann:${hash}:1:1::/:/bin/sh\n`);
  const shadow = world.write('shadow', `toor:${hash}:1::::::\nghost::1::::::\n`);
  const list = `${passwd} -> /etc/passwd\n${shadow} -> /etc/shadow\n`;
  const { stderr } = await pack(list, '', { secureroot: '1' });
  expect(stderr).toContain(
    'secureroot locks root alone: toor is root too (uid 0) and has a password in etc/shadow',
  );
  expect(stderr).toContain('ghost is root too (uid 0) and needs no password: etc/shadow.');
  expect(stderr).not.toMatch(/(shut|ann) is root/);
  const open = await pack(list);
  expect(open.stderr).toContain('ghost is root too');
  expect(open.stderr).not.toContain('toor is root');
});

test('merged and appended hashes are meant; those of the tree are told all the same', async () => {
  const more = world.write('more', `ann:${hash}:1::::::\n`);
  for (const section of ['MERGE', 'APPEND']) {
    const { stderr } = await pack(`${section}:\n${more} -> /etc/shadow\n`);
    expect(stderr).toContain('etc/shadow in the image is where the password hashes of built stand');
    expect(stderr).toContain(locked);
  }
  const { stderr } = await pack(`MERGE:\n${world.write('root', 'root::1:\n')} -> /etc/shadow\n`);
  expect(stderr).toContain('root needs no password in this image: its field in etc/shadow is empty.');
});

test('what a synclist locks although there is a hash is told', async () => {
  world.write('home/site/root.password-hash', `${hash}\n`);
  shell(world.base, 'chmod 600 home/site/root.password-hash');
  const { stderr } = await pack(`${world.write('shadow', 'root:!!:1:\n')} -> /etc/shadow\n`);
  expect(stderr).toContain('root is locked in this image although there is a password hash');
});

test('host keys are left out with the line that keeps them, and that line keeps them', async () => {
  shell(`${world.rootimgdir}/rootimg`, 'mkdir etc/ssh; echo k >etc/ssh/ssh_host_ed25519_key');
  const first = await pack('');
  const line = /The line (\S+) in the exlist keeps it/.exec(`${first.stdout}${first.stderr}`)?.[1] ?? '';
  expect(line).toBe('+./etc/ssh/ssh_host_*');
  await world.define({ exlist: world.write('ex', `${line}\n`) });
  await world.run('packimage -c gzip myimg');
  expect(shell(world.rootimgdir, 'gzip -dc rootimg.cpio.gz | bsdtar -tf -')).toContain(
    'etc/ssh/ssh_host_ed25519_key',
  );
});
