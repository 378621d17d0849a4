import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Described, describeTree } from './describe-tree.ts';

/** Mounts files one above the other, where nobody else sees it, and copies what is seen. Parameters: copy, files. */
const copyScript = `work=$1 copy=$2
shift 2
mount -t tmpfs -o mode=700 tmpfs "$work"
cd "$work"
mkdir seen empty
lower=empty number=0
for file in "$@"; do
  mkdir $number
  mount -o ro,loop "$file" $number
  lower=$number:$lower number=$((number + 1))
done
mount -t overlay -o ro,lowerdir=$lower overlay seen
cp -a --preserve=all seen "$copy"
`;

/** The names of the files that the published list has, the base first. */
export function layersOf(folder: string): string[] {
  const lines = readFileSync(`${folder}/rootimg.layers`, 'utf8').trim().split('\n');
  return lines.slice(1).map((line) => line.split(' ')[2] ?? '');
}

/** What nodes see of the packed root in a folder: the layers that its list names, or the one file system. */
export function seenByNodes(folder: string, files = layersOf(folder)): Map<string, Described> {
  const work = mkdtempSync(join(tmpdir(), 'rootimg-stack-'));
  const copy = mkdtempSync(join(tmpdir(), 'rootimg-seen-'));
  try {
    const paths = files.map((file) => `${folder}/${file}`);
    execFileSync('unshare', ['--mount', 'sh', '-euc', copyScript, 'copy', work, `${copy}/seen`, ...paths]);
    return describeTree(`${copy}/seen`);
  } finally {
    for (const one of [work, copy]) rmSync(one, { recursive: true, force: true });
  }
}
