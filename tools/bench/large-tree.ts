import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const files = 200_000;
const filesInFolder = 20;
/** Sizes are log-normal: many small files, few large ones; 2 GB in all. */
const usualSize = 2600;
const spread = 1.65;
const largest = 4_000_000;

/**
 * A tree of 200,000 files with 2 GB, in 10,000 folders, with symbolic and hard links; made once per machine.
 * The bytes are pieces of Node's own program: machine code and text, as in a root image. Gives the folder
 * that it lies in as `rootimg`.
 */
export function ensureLargeTree(): string {
  const folder = join(process.env['ROOTIMG_CACHE'] ?? '/var/cache/rootimg', 'bench-tree-1');
  if (existsSync(folder)) return folder;
  console.log('making a tree of 200,000 files, once per machine');
  const temporary = `${folder}.part`;
  rmSync(temporary, { recursive: true, force: true });
  fill(join(temporary, 'rootimg'));
  renameSync(temporary, folder);
  return folder;
}

function fill(root: string): void {
  const random = randomNumbers(20_000);
  const pool = readFileSync(process.execPath);
  let folder = '';
  let before = '';
  for (let number = 0; number < files; number++) {
    if (number % filesInFolder === 0) {
      folder = join(root, folderName(number / filesInFolder));
      mkdirSync(folder, { recursive: true });
    }
    const path = join(
      folder,
      `${words[number % words.length]}-${number}.${endings[number % endings.length]}`,
    );
    const kind = random();
    if (kind < 0.02) symlinkSync(`../${number}`, path);
    else if (kind < 0.025 && before !== '') linkSync(before, path);
    else {
      const size = Math.min(largest, Math.round(usualSize * Math.exp(spread * normal(random))));
      const start = Math.floor(random() * (pool.length - size));
      writeFileSync(path, pool.subarray(start, start + size), { mode: number % 7 === 0 ? 0o755 : 0o644 });
      before = path;
    }
  }
}

const words = ['module', 'locale', 'header', 'page', 'unit', 'data', 'script'] as const;
const endings = ['so', 'py', 'h', 'gz', 'conf', 'mo', 'txt', 'pyc'] as const;

/** Such as `usr/lib/pkg-12/part-3`; the most common folders of an image at the top. */
function folderName(number: number): string {
  const top = [
    'usr/lib',
    'usr/lib64',
    'usr/share',
    'usr/share/doc',
    'usr/share/locale',
    'usr/include',
    'opt',
  ];
  return `${top[number % top.length]}/pkg-${Math.floor(number / 40)}/part-${number % 40}`;
}

/** Always the same numbers between 0 and 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/** Normally distributed, after Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
