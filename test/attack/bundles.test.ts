import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePackWorld, type PackWorld } from '../integration/pack/world.ts';

// Whoever sends a bundle chooses every byte of it, and root unpacks it.

let world: PackWorld;
beforeEach(async () => {
  world = makePackWorld();
  mkdirSync(`${world.base}/install`);
  mkdirSync(`${world.base}/tftp`);
  await world.define({}, { tftpdir: `${world.base}/tftp` });
});
afterEach(() => world.remove());

type Member = Partial<tar.Header> & { readonly name: string; readonly content?: string | Buffer };

async function archive(members: readonly Member[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { content = '', ...header } of members) pack.entry(header, content);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const usual: Readonly<Record<string, string>> = {
  imagename: 'img',
  provmethod: 'netboot',
  profile: 'login',
  osvers: 'rocky9.4',
  osarch: 'x86_64',
};

function description(columns: Record<string, string> = {}, rootimg = '/x/rootimg.cpio.gz'): string {
  const elements = Object.entries({ ...usual, ...columns }).map(
    ([name, value]) => `<${name}>${value}</${name}>`,
  );
  return `<xcatimage><osimage>${elements.join('')}</osimage><kernel>/x/kernel</kernel><ramdisk>/x/initrd-stateless.gz</ramdisk><rootimg>${rootimg}</rootimg></xcatimage>`;
}

const files = ['kernel', 'initrd-stateless.gz', 'rootimg.cpio.gz'].map((name) => ({
  name: `img/${name}`,
  content: name,
}));
const described = (content: string): Member[] => [{ name: './img/manifest.xml', content }, ...files];
const whole = described(description());

/** A tar header by hand, for what no writer writes. */
function header(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (size < 8 ** 11) block.write(size.toString(8).padStart(11, '0'), 124);
  else {
    block.writeBigUInt64BE(BigInt(size), 128);
    block[124] = 0x80;
  }
  block.write('00000000000\0', 136);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A pax header that gives the next member a name or a size. */
function pax(record: string): Buffer {
  const length = (text: string): number => {
    for (let count = text.length + 2; ; count++) if (`${count} ${text}\n`.length === count) return count;
  };
  const text = `${length(record)} ${record}\n`;
  return Buffer.concat([header('pax', text.length, 'x'), Buffer.from(text.padEnd(512, '\0'))]);
}

const laughs = Array.from({ length: 20 }, (_, n) => `<!ENTITY l${n + 1} "&l${n};&l${n};">`).join('');
const end = Buffer.alloc(1024);

const hostile: readonly [
  what: string,
  bundle: readonly Member[] | (() => Promise<Buffer> | Buffer),
  said: RegExp,
][] = [
  ['an absolute name', [...whole, { name: '/etc/x', content: 'x' }], /\/etc\/x.*leads out/],
  ['a name that leads out', [...whole, { name: '../x', content: 'x' }], /\.\.\/x.*leads out/],
  ['one that leads out on its way', [...whole, { name: 'img/a/../../../x', content: 'x' }], /leads out/],
  ['a folder that leads out', [...whole, { name: '../y/', type: 'directory' }], /leads out/],
  [
    'a symbolic link',
    [...whole, { name: 'img/etc', type: 'symlink', linkname: '/etc' }],
    /img\/etc.*symlink/,
  ],
  [
    'a file below a link',
    [{ name: 'img/d', type: 'symlink', linkname: '/etc' }, { name: 'img/d/x', content: 'x' }, ...whole],
    /img\/d.*symlink/,
  ],
  [
    'a link in the place of the kernel',
    [{ name: 'img/kernel', type: 'symlink', linkname: '/etc/shadow' }],
    /symlink/,
  ],
  [
    'a hard link',
    [...whole, { name: 'img/passwd', type: 'link', linkname: '/etc/passwd' }],
    /img\/passwd.*link/,
  ],
  ['a device', [...whole, { name: 'img/sda', type: 'block-device', devmajor: 8 }], /img\/sda.*block-device/],
  ['a pipe', [...whole, { name: 'img/p', type: 'fifo' }], /img\/p.*fifo/],
  ['a name twice', [...whole, { name: 'img/./kernel', content: 'other' }], /kernel.*twice/],
  ['a file in no folder', [...whole, { name: 'x', content: 'x' }], /"x" lies in no image/],
  ['a name with a line break', [...whole, { name: 'img/a\nb', content: 'x' }], /is no name/],
  ['a name of 300 bytes', [...whole, { name: `img/${'n'.repeat(300)}`, content: 'x' }], /too long/],
  [
    'a name that only a record says',
    async () => Buffer.concat([pax('path=../../x'), header('img/a', 0, '0'), await archive(whole)]),
    /leads out/,
  ],
  [
    'more than the disk holds',
    () => Buffer.concat([header('img/kernel', 2 ** 52, '0'), end]),
    /img\/kernel.*room/,
  ],
  [
    'a record that says so',
    () => Buffer.concat([pax(`size=${2 ** 52}`), header('img/kernel', 0, '0'), end]),
    /img\/kernel.*room/,
  ],
  [
    'records without end',
    () => Buffer.concat([header('pax', 1e9, 'x'), Buffer.alloc(1e6)]),
    /cannot be read/,
  ],
  [
    'zeros without end',
    async () => Buffer.concat([await archive(whole), Buffer.alloc(200 * 1024 * 1024)]),
    /more than its files|cannot be read/,
  ],
  ['half of it', async () => (await archive(whole)).subarray(0, 1300), /cannot be read|no image|end/i],
  ['noise', () => randomBytes(10_000), /cannot be read/],
  ['nothing', () => Buffer.alloc(0), /no image|cannot be read/],
  [
    'an entity that is a file',
    described(
      description({ profile: '&x;' }).replace(/^/, '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    ),
    /declaration/,
  ],
  [
    'entities that grow without end',
    described(description({ profile: '&l20;' }).replace(/^/, `<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]>`)),
    /declaration/,
  ],
  ['text that hides marks', described(description({ profile: '<![CDATA[x]]>' })), /declaration/],
  ['no XML', described('{"imagename": "img"}'), /not XML|no xcatimage/],
  ['half of the XML', described(description().slice(0, 100)), /not XML/],
  [
    'elements in elements without end',
    described('<a>'.repeat(50_000) + '</a>'.repeat(50_000)),
    /manifest\.xml/,
  ],
  ['a description of 2 MiB', described(description({ profile: 'p'.repeat(2 ** 21) })), /too much/],
  ['an image whose name leads out', described(description({ imagename: '../../x' })), /imagename/],
  ['a release that leads out', described(description({ osvers: '../..' })), /osvers/],
  ['an architecture that leads out', described(description({ osarch: 'x/../../..' })), /osarch/],
  ['a profile that leads out', described(description({ profile: '../../../x' })), /profile/],
  ['an image without a name', described(description({ imagename: '' })), /imagename/],
  [
    'a packed root of another name',
    [...described(description({}, '/x/authorized_keys')), { name: 'img/authorized_keys', content: 'x' }],
    /authorized_keys/,
  ],
  ['another kind of image', described(description({ provmethod: 'install' })), /provmethod=install/],
  ['no description', files, /Failed to find manifest\.xml/],
  [
    'digests of other files',
    [
      ...whole,
      {
        name: 'img/rootimg.json',
        content: JSON.stringify({ schema: 1, files: { kernel: { sha256: 'x', size: 6 } } }),
      },
    ],
    /not what was exported.*kernel/,
  ],
  [
    'digests that are none',
    [...whole, { name: 'img/rootimg.json', content: '{"schema":1,"files":[1]}' }],
    /rootimg\.json/,
  ],
];

describe('a hostile bundle is refused by name, and nothing is left of it', () => {
  it.each(hostile)('%s', async (_, bundle, said) => {
    const bytes = typeof bundle === 'function' ? await bundle() : await archive(bundle);
    writeFileSync(`${world.base}/b.tgz`, gzipSync(bytes, { level: 1 }));
    const before = readdirSync(world.base, { recursive: true }).sort();
    const { code, stderr } = await world.run('imgimport b.tgz');
    expect(stderr).toMatch(said);
    expect(stderr).not.toContain('bug');
    expect(code).toBe(1);
    expect(readdirSync(world.base, { recursive: true }).sort()).toEqual(before);
  });

  it('names that every object has are columns that we do not know', async () => {
    const text = description().replace(
      '<osimage>',
      '<osimage><constructor>x</constructor><__proto__><provmethod>install</provmethod></__proto__>',
    );
    writeFileSync(`${world.base}/b.tgz`, gzipSync(await archive(described(text))));
    const { code, stderr } = await world.run('imgimport b.tgz');
    expect(stderr).not.toContain('bug');
    if (code === 0)
      expect((await world.run('lsdef -t osimage -o img')).stdout).toContain('provmethod=netboot');
  });

  it('scripts and lists come from the bundle or not at all', async () => {
    const text = description({
      postinstall: '/bin/rm -rf,/x/../../../etc/cron.d/p.sh a',
      pkglist: '/etc/../etc/passwd',
    });
    const members = [...described(text), { name: 'img/p.sh', content: '#!/bin/sh\n' }];
    writeFileSync(`${world.base}/b.tgz`, gzipSync(await archive(members)));
    const { code, stderr } = await world.run('imgimport b.tgz');
    expect(code, stderr).toBe(0);
    const { stdout } = await world.run('lsdef -t osimage -o img');
    expect(stdout).toContain(`postinstall=${world.base}/install/osimages/img/p.sh a\n`);
    expect(stdout).not.toMatch(/pkglist|\/bin\/rm/);
  });
});
