import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeEach, expect, test } from 'vitest';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
let script: string;

beforeEach(async () => {
  script = join(folder.path, 'script.mjs');
  const contents = `import { readFileSync } from 'node:fs';
    import { run } from './src/system/exec.ts';
    import { openTree } from './src/system/tree/open-tree.ts';
    const tree = openTree(process.argv[2]);
    console.log(tree.near(() => readFileSync(tree.at('a/file'), 'utf8')));
    console.log((await run(['echo', 'started'])).stdout);`;
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  const form = { bundle: true, platform: 'node', format: 'esm', banner: { js } } as const;
  await build({ ...form, stdin: { contents, resolveDir: process.cwd() }, outfile: script });
  await folder.file('tree/a/file', 'read');
});

/** Root reads everything; without these capabilities it meets what it meets on a file server with root_squash. */
const isRoot = process.getuid?.() === 0;
const withoutRights = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'];
const squashed = [...(isRoot ? withoutRights : []), process.execPath];

test.each(['755', '311', '600', '0'])('work goes on in a working folder of mode %s', (mode) => {
  const cwd = join(folder.path, 'home');
  mkdirSync(cwd);
  const entered = `cd "$1"; chmod ${mode} .; shift; exec "$@"`;
  const words = ['-ec', entered, 'sh', cwd, ...squashed, script, join(folder.path, 'tree')];
  try {
    expect(execFileSync('sh', words).toString().split(/\n+/)).toEqual(['read', 'started', '']);
  } finally {
    chmodSync(cwd, 0o755);
  }
});
