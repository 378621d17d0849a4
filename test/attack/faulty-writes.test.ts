import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { amount } from '../lib/amount.ts';
import { makeDisk, onDisk } from './lib/lossy-disk.ts';

/*
 * Faults between what is packed and what lies on the disk, on a file system of its own. As packimage comes,
 * with nothing more asked for, each of them is told, and what is published stays as it was.
 */

let base: string;
let image: string;
const preload = join(process.cwd(), 'test/attack/lib/spoil-packed.mjs');

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-faults-'));
  image = makeDisk(
    base,
    'ext4',
    '96M',
    `mkdir -p image/rootimg/etc image/rootimg/usr/bin
for n in $(seq 40); do head -c 90000 /dev/urandom >image/rootimg/usr/bin/$n; done
echo 'root:x:0:0:root:/root:/bin/sh' >image/rootimg/etc/passwd
mkdef -t osimage myimg imagetype=linux osarch=x86_64 osvers=rocky9.4 profile=compute provmethod=netboot "rootimgdir=$mnt/image"
packimage -c gzip myimg 2>/dev/null`,
  );
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Packs so that something fails; gives the exit status and what was said. */
function packWith(words: string, before: string, environment: string): { status: string; said: string } {
  const said = onDisk(
    { base, image },
    `cd image; sha256sum *.sha256 >"$base/before"
mkdir -p "$base/bin"; rm -f "$base/bin/"*
${before}
status=0; env ${environment} packimage ${words} myimg >/dev/null 2>"$base/said" || status=$?
sha256sum --quiet -c "$base/before" >&2; sha256sum --quiet -c *.sha256 >&2
[ -z "$(find . -name '.rootimg-tmp*')" ]
echo "$status"; cat "$base/said"`,
  );
  return { status: said.slice(0, said.indexOf('\n')), said };
}

const archives = ['-m cpio -c zstd', '-m tar -c gzip', '-m cpio -c xz'].slice(0, amount(1, 3));
const compressors = ['zstd', 'gzip', 'xz', 'pigz'].slice(0, amount(2, 4));

test.each([
  ...archives.flatMap((words) => ['bit', 'cut', 'longer', 'short'].map((how) => [words, how] as const)),
  ...[...archives, '-m squashfs -c gzip', '-m erofs -c lz4'].map((words) => [words, 'disk'] as const),
])('packimage %s: %s', (words, how) => {
  const environment = `NODE_OPTIONS=--import=${preload} SPOIL=${how} SPOIL_DISK=${image}`;
  const { status, said } = packWith(words, '', environment);
  expect(said).toContain('The packed file is not what was selected: the disk gives other bytes back');
  expect(status).toBe('1');
});

/** Puts a program of this name before the real one in PATH. */
const inFront = (name: string, script: string) => `real=$(command -v ${name})
printf '#!/bin/sh\\n%s\\n' "${script}" >"$base/bin/${name}"; chmod +x "$base/bin/${name}"`;

test.each(compressors)('%s that dies late, or ends well without all of it', (name) => {
  const faults: [string, RegExp][] = [
    [`$real \\"\\$@\\"; exit 3`, /ended with exit status 3/],
    [`$real \\"\\$@\\"; kill -9 \\$\\$`, /ended by SIGKILL/],
    [`$real \\"\\$@\\" | head -c 200000`, /The packed file is not what was selected/],
    [`$real \\"\\$@\\" | head -c -1`, /The packed file is not what was selected/],
    [`head -c 100000 | $real \\"\\$@\\"`, /EPIPE|The packed file is not what was selected|ended/],
  ];
  for (const [script, expected] of faults) {
    const { status, said } = packWith(`-c ${name}`, inFront(name, script), `"PATH=$base/bin:$PATH"`);
    expect([script, status, said]).toEqual([script, '1', expect.stringMatching(expected)]);
  }
});
