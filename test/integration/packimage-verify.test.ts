import { lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTree } from '../../src/system/tree/open-tree.ts';
import { formatOf } from '../../src/pack/formats/formats.ts';
import { memberTable } from '../../src/pack/members/member-table.ts';
import { fileType } from '../../src/pack/members/mode.ts';
import { verifyContent } from '../../src/pack/verify/verify-content.ts';
import { makeHardTree, makePackWorld, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;

beforeEach(async () => {
  world = makePackWorld();
  makeHardTree(`${world.rootimgdir}/rootimg`);
  world.write('install/postscripts/xcatdsklspost', '#!/bin/sh\n');
  await world.define();
});
afterEach(() => world.remove());

test.each([
  ...[['cpio', 'gzip'] as const, ['cpio', 'zstd'] as const, ['tar', 'xz'] as const],
  ...[['squashfs', 'zstd'] as const, ['erofs', 'lz4'] as const],
])('--verify full, %s %s: every file is compared; one that differs is named', async (method, compressor) => {
  const { code, stdout, stderr } = await world.run(
    `packimage -m ${method} -c ${compressor} --verify full myimg`,
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^Compare the content of all files: done in/m);
  const { pack } = JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8'));
  const root = `${world.base}/small`;
  const text = 'the same length';
  world.write('small/file', text);
  symlinkSync('file', `${root}/link`);
  const plain = { uid: 0, gid: 0, mtime: 0, major: 0, minor: 0, link: 0, override: undefined };
  const members = memberTable();
  members.add('', '.', { ...plain, mode: fileType.folder | 0o755, size: 0 });
  const { dev, ino } = lstatSync(`${root}/file`);
  members.add('.', 'file', { ...plain, mode: fileType.regular | 0o644, size: text.length, dev, ino });
  members.add('.', 'link', { ...plain, mode: fileType.symlink | 0o777, size: 'file'.length });
  expect(pack.method).toBe(method);
  const packed = { path: packSmall(method, compressor, root), format: formatOf(method), compressor };
  const job = { root: openTree(root), members, packed, rootimgdir: world.rootimgdir };
  await verifyContent(job);
  writeFileSync(`${root}/file`, 'The same length');
  await expect(verifyContent(job)).rejects.toThrow('the content of file differs from the tree');
  writeFileSync(`${root}/file`, text);
  rmSync(`${root}/link`);
  symlinkSync('life', `${root}/link`);
  await expect(verifyContent(job)).rejects.toThrow('the content of link differs from the tree');
});

/** Packs the small tree with other programs. */
function packSmall(method: string, compressor: string, root: string): string {
  const out = `${world.base}/small.out`;
  const scripts: Record<string, string> = {
    cpio: `find . | sort | cpio -o -H newc --quiet | ${compressor} -c >${out}`,
    tar: `tar -c --format=pax --sort=name . | ${compressor} -c >${out}`,
    squashfs: `mksquashfs . ${out} -no-progress >/dev/null`,
    erofs: `mkfs.erofs -zlz4 ${out} . >/dev/null`,
  };
  shell(root, scripts[method] ?? 'false');
  return out;
}

test('a wrong word is wrong usage', async () => {
  const { code, stderr } = await world.run('packimage --verify some myimg');
  expect(code).toBe(1);
  expect(stderr).toContain("--verify is 'some': digest, list or full was expected.");
});
