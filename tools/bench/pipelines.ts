import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import type { Contestant } from './measure.ts';

const threads = String(availableParallelism());

/** Bare tools that make one file of a tree: `root` is $1, the file $2. */
const pipelines = {
  'find | cpio | pigz': 'find . -xdev -print0 | cpio --null -o -H newc --quiet | pigz > "$2"',
  'find | cpio | zstd -T0 -3':
    'find . -xdev -print0 | cpio --null -o -H newc --quiet | zstd -q -T0 -3 > "$2"',
  'bsdtar --format newc | zstd -T0 -3': 'bsdtar -cf - --format newc . | zstd -q -T0 -3 > "$2"',
  'tar | pigz': 'tar -cf - --xattrs --acls . | pigz > "$2"',
  'tar | zstd -T0 -3': 'tar -cf - --xattrs --acls . | zstd -q -T0 -3 > "$2"',
  'mksquashfs, zstd level 4': `mksquashfs . "$2" -noappend -no-progress -processors ${threads} -comp zstd -Xcompression-level 4 >/dev/null`,
  'mksquashfs, gzip level 6': `mksquashfs . "$2" -noappend -no-progress -processors ${threads} -comp gzip -Xcompression-level 6 >/dev/null`,
  'mksquashfs, zstd as it comes (level 15)': `mksquashfs . "$2" -noappend -no-progress -comp zstd >/dev/null`,
  'mksquashfs, gzip as it comes (level 9)': `mksquashfs . "$2" -noappend -no-progress >/dev/null`,
  'mkfs.erofs, lz4': 'mkfs.erofs -zlz4 -C65536 "$2" . >/dev/null',
  'as xCAT: copy, then mksquashfs, gzip level 9':
    'find . -xdev -print0 | cpio --null -o -H newc --quiet | (mkdir "$2.tree" && cd "$2.tree" && cpio -idum --quiet) && mksquashfs "$2.tree" "$2" -noappend -no-progress >/dev/null; rm -rf "$2.tree"',
} as const;

export type PipelineName = keyof typeof pipelines;

/** A bare pipeline over `root`, into a file of `base`. */
export function bare(name: PipelineName, root: string, base: string): Contestant {
  const file = join(base, 'bare.out');
  return {
    name,
    before: () => rm(file, { force: true }),
    work: async () => {
      const script = `set -euo pipefail; cd "$1"; ${pipelines[name]}`;
      await run(['bash', '-c', script, 'bash', root, file], { action: name });
    },
  };
}
