import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { customise } from '../../../../src/pack/customise/customise.ts';
import type { Override } from '../../../../src/pack/members/override.ts';
import { placeInTree } from '../../../../src/system/tree/place-in-tree.ts';
import type { PackPlan, SyncEntry } from '../../../../src/plan/pack-plan.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';

let base: string;
let root: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'customise-'));
  root = `${base}/rootimg`;
  write('rootimg/etc/passwd', 'root:x:0:0::/root:/bin/sh\n');
  write('rootimg/etc/shadow', 'root:!!:19000:0:99999:7:::\nbin:*:1::::::\n');
  chmodSync(`${root}/etc/shadow`, 0);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(path: string, text: string, mode = 0o644): string {
  const full = `${base}/${path}`;
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text, { mode });
  chmodSync(full, mode);
  return full;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(`${base}/${path}`), { recursive: true });
  symlinkSync(target, `${base}/${path}`);
}

function plan(more: Partial<PackPlan> = {}): PackPlan {
  return {
    schema: 1,
    image: { name: 'myimg', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute', rootimgdir: base },
    method: 'cpio',
    compressor: 'gzip',
    rules: [],
    sync: [],
    rootPasswordHash: '*',
    generations: 0,
    ...{ secureroot: false, allowed: [], strict: false, force: false, verify: 'digest' as const },
    warnings: [],
    ...more,
  };
}

function sync(kind: SyncEntry['kind'], sources: string[], destination: string, line = 1): SyncEntry {
  return { kind, sources, destination, origin: { file: '/x.synclist', line } };
}

function look(override: Override | undefined): Record<string, unknown> | undefined {
  if (override === undefined) return undefined;
  const { mode, uid, gid, content, target } = override;
  const text = Buffer.isBuffer(content) ? content.toString() : content?.source.replace(base, '');
  return {
    mode: mode.toString(8),
    owner: `${uid}:${gid}`,
    ...(text === undefined ? {} : { text }),
    ...(target ? { target } : {}),
  };
}

test('postscripts come without top dot files, owned by root, with a umask of 022', () => {
  write('post/xcatdsklspost', '#!/bin/sh\n', 0o700);
  write('post/ca/.keep', '', 0o666);
  write('post/.git/config', '');
  write('rootimg/opt/xcat/old', '');
  link('xcatdsklspost', 'post/also');
  const { overrides, warnings } = customise(
    plan({ postscriptsDir: `${base}/post` }),
    openTree(root),
    'u-u-i-d',
    5,
  );
  const scripts = [...overrides].filter(([path]) => path.startsWith('xcatpost'));
  expect(Object.fromEntries(scripts.map(([path, one]) => [path, look(one)]))).toEqual({
    xcatpost: { mode: '40755', owner: '0:0' },
    'xcatpost/also': { mode: '120777', owner: '0:0', target: 'xcatdsklspost' },
    'xcatpost/ca': { mode: '40755', owner: '0:0' },
    'xcatpost/ca/.keep': { mode: '100644', owner: '0:0', text: '/post/ca/.keep' },
    'xcatpost/xcatdsklspost': { mode: '100700', owner: '0:0', text: '/post/xcatdsklspost' },
  });
  expect(overrides.get('xcatpost')?.opaque).toBe(true);
  expect(look(overrides.get('opt/xcat/xcatdsklspost'))).toMatchObject({
    mode: '100755',
    text: '/post/xcatdsklspost',
  });
  expect(look(overrides.get('opt/xcat/xcatinfo'))).toMatchObject({ mode: '100644', owner: '0:0' });
  expect(warnings).toEqual([]);
});

test.skipIf(process.geteuid?.() !== 0)(
  "root's password line, an empty machine-id, nothing where there is no systemd",
  () => {
    const first = customise(plan({ rootPasswordHash: '$6$x$y' }), openTree(root), 'u-u-i-d', 5);
    expect(look(first.overrides.get('etc/shadow'))).toEqual({
      mode: '100000',
      owner: '0:0',
      text: 'root:$6$x$y:13880:0:99999:7:::\nbin:*:1::::::\n',
    });
    expect(first.overrides.has('etc/machine-id')).toBe(false);
    expect(first.warnings.join()).toContain('no postscripts');

    write('rootimg/etc/machine-id', '0123456789abcdef0123456789abcdef\n', 0o440);
    expect(look(customise(plan(), openTree(root), 'u-u-i-d', 5).overrides.get('etc/machine-id'))).toEqual({
      mode: '100440',
      owner: '0:0',
      text: '',
    });
  },
);

test('an image with systemd gets an empty machine-id also where it had none', () => {
  link('usr/lib', 'rootimg/lib');
  write('rootimg/usr/lib/systemd/systemd', '');
  expect(look(customise(plan(), openTree(root), 'u-u-i-d', 5).overrides.get('etc/machine-id'))).toMatchObject(
    {
      mode: '100444',
      text: '',
    },
  );
});

test('the timezone is a link; its file and the links on the way survive any exlist', () => {
  write('rootimg/usr/share/zoneinfo/America/New_York', 'TZ');
  link('../America/New_York', 'rootimg/usr/share/zoneinfo/US/Eastern');
  link('US', 'rootimg/usr/share/zoneinfo/usa');
  const { overrides, kept, warnings } = customise(
    plan({ timezone: 'usa/Eastern' }),
    openTree(root),
    'u-u-i-d',
    5,
  );
  expect(look(overrides.get('etc/localtime'))).toMatchObject({ target: '../usr/share/zoneinfo/usa/Eastern' });
  expect([...kept].sort()).toEqual([
    'usr/share/zoneinfo/America/New_York',
    'usr/share/zoneinfo/US/Eastern',
    'usr/share/zoneinfo/usa',
  ]);
  expect(warnings.join()).not.toContain('timezone');
  expect(customise(plan({ timezone: 'No/Where' }), openTree(root), 'u-u-i-d', 5).warnings).toContain(
    "Unable to set timezone to 'No/Where', check this is a valid timezone",
  );
  const evil = customise(plan({ timezone: '../../../etc/passwd' }), openTree(root), 'u-u-i-d', 5);
  expect(evil.overrides.has('etc/localtime')).toBe(false);
  expect(evil.kept.size).toBe(0);
});

test('synclists: a file to a name, into a folder, a folder, through links of the image, with owner and time', () => {
  mkdirSync(`${root}/usr/lib`, { recursive: true });
  mkdirSync(`${root}/srv`);
  link('usr/lib', 'rootimg/lib');
  link('target', 'rootimg/etc/replaced');
  const file = write('src/a.conf', 'a', 0o640);
  utimesSync(file, 100, 100);
  link('a.conf', 'src/linked');
  write('dir/sub/x', 'x');
  write('over/lib/y', 'y');
  const entries = [
    sync('copy', [file], '/etc/b.conf'),
    sync('copy', [file], '/srv'),
    sync('copy', [`${base}/src/linked`], '/new/folder/'),
    sync('copy', [file], '/etc/replaced'),
    sync('copy', [`${base}/dir/`], '/srv/dir'),
    sync('copy', [`${base}/dir`], '/srv/other'),
    sync('copy', [`${base}/dir`], '/opt/dir'),
    sync('copy', [`${base}/over/lib`], '/'),
  ];
  const { overrides, warnings } = customise(plan({ sync: entries }), openTree(root), 'u-u-i-d', 5);
  const mine = statSync(file);
  expect(overrides.get('etc/b.conf')).toMatchObject({ mode: 0o100640, uid: mine.uid, mtime: 100 });
  const texts = [...overrides].filter(
    ([, one]) => one.content !== undefined && !Buffer.isBuffer(one.content),
  );
  expect(Object.fromEntries(texts.map(([path, one]) => [path, look(one)?.['text']]))).toEqual({
    'etc/b.conf': '/src/a.conf',
    'srv/a.conf': '/src/a.conf',
    'new/folder/linked': '/src/a.conf',
    'etc/replaced': '/src/a.conf',
    'srv/dir/sub/x': '/dir/sub/x',
    'srv/other/dir/sub/x': '/dir/sub/x',
    'opt/dir/dir/sub/x': '/dir/sub/x',
    'usr/lib/y': '/over/lib/y',
  });
  expect(warnings.filter((text) => text.includes('where its content is meant'))).toEqual([
    `/x.synclist:1: the folder dir goes into /opt/dir, so that it is /opt/dir/dir in the image; write ${base}/dir/ where its content is meant.`,
  ]);
});

test('append and merge see the tree and what came before; a target that is not there is named with its line', () => {
  const lines = write('more', 'alice:x:1:1\nroot:x:0:0:changed\n');
  const copied = write('copied', 'first\n');
  const entries = [
    sync('merge', [lines], '/etc/passwd'),
    sync('copy', [copied], '/etc/motd'),
    sync('append', [copied, lines], '/etc/motd'),
    sync('merge', [write('moreshadow', 'bin:!:2::::::\n')], '/etc/shadow'),
  ];
  const { overrides } = customise(
    plan({ sync: entries, rootPasswordHash: '$6$p' }),
    openTree(root),
    'u-u-i-d',
    5,
  );
  expect(look(overrides.get('etc/passwd'))?.['text']).toBe('root:x:0:0:changed\nalice:x:1:1\n');
  expect(look(overrides.get('etc/motd'))?.['text']).toBe('first\nfirst\nalice:x:1:1\nroot:x:0:0:changed\n');
  expect(look(overrides.get('etc/shadow'))?.['text']).toBe('root:$6$p:13880:0:99999:7:::\nbin:!:2::::::\n');

  link('nowhere', 'folder/inner/dängling');
  const wrong = [
    sync('append', [copied], '/etc/nothing', 3),
    sync('copy', [`${base}/gone`], '/etc/x', 4),
    sync('copy', [copied], '/etc/passwd/x', 5),
    sync('copy', [`${base}/folder`], '/etc/', 6),
  ];
  expect(() => customise(plan({ sync: wrong }), openTree(root), 'u-u-i-d', 5)).toThrow(
    expect.objectContaining({
      problems: [
        expect.objectContaining({
          message: expect.stringContaining('/etc/nothing'),
          origin: { file: '/x.synclist', line: 3 },
        }),
        expect.objectContaining({
          message: expect.stringContaining('gone'),
          origin: { file: '/x.synclist', line: 4 },
        }),
        expect.objectContaining({
          message: expect.stringContaining('etc/passwd'),
          origin: { file: '/x.synclist', line: 5 },
        }),
        expect.objectContaining({
          message: `${base}/folder/inner/dängling cannot be read: it does not exist.`,
          origin: { file: '/x.synclist', line: 6 },
        }),
      ],
    }),
  );
});

test('links are followed as inside the image, never out of it', () => {
  link('/etc', 'rootimg/absolute');
  link('../../../../../..', 'rootimg/up');
  link('loop', 'rootimg/loop');
  expect(placeInTree(openTree(root), 'absolute/shadow')).toBe('etc/shadow');
  expect(placeInTree(openTree(root), 'up/etc/../etc/./x')).toBe('etc/x');
  expect(placeInTree(openTree(root), '/absolute')).toBe('absolute');
  expect(placeInTree(openTree(root), '/absolute', { followLast: true })).toBe('etc');
  expect(placeInTree(openTree(root), 'not/yet/there')).toBe('not/yet/there');
  expect(() => placeInTree(openTree(root), 'loop/x')).toThrow('circle');
  expect(() => placeInTree(openTree(root), 'etc/passwd/x')).toThrow(
    'etc/passwd in the image is not a folder',
  );
});
