// Makes dist/: the command line (split, so that each command loads only its own code), packimage and genimage apart
// (what all commands share is many small files, and opening them takes as long as reading the tree), the tools,
// and the one-file genimage for nodes.
import { rename, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const fresh = `dist.new-${process.pid}`;
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
  // Bundled CommonJS packages ask for require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  // write-file-atomic makes its temporary names from it.
  define: { __filename: 'import.meta.url' },
  loader: { '.sh': 'text' },
  // The CycloneDX library looks whether it is there, for XML, which we do not write.
  external: ['xmlbuilder2'],
};
// Names stay, for stacks. Short names and esbuild's keepNames would give each function its name anew whenever it
// is made, in loops too: packing took a sixth longer.
const smaller = { minifyWhitespace: true, minifySyntax: true };
// What makes the site of the documents loads parts of its own by their place on the disk.
const external = [...common.external, '@11ty/eleventy', 'esbuild'];

await Promise.all([
  build({
    ...common,
    entryPoints: { main: 'src/cli/main.ts' },
    outdir: fresh,
    splitting: true,
    ...smaller,
    outExtension: { '.js': '.mjs' },
  }),
  ...['packimage', 'genimage'].map((name) =>
    build({
      ...common,
      entryPoints: { main: `src/cli/${name}-main.ts` },
      outdir: `${fresh}/${name}`,
      splitting: true,
      ...smaller,
      outExtension: { '.js': '.mjs' },
    }),
  ),
  build({
    ...common,
    external,
    entryPoints: ['tools/*.ts'],
    outdir: `${fresh}/tools`,
    splitting: true,
    outExtension: { '.js': '.mjs' },
  }),
  build({
    ...common,
    entryPoints: { genimage: 'src/cli/genimage/node-genimage.ts' },
    outdir: `${fresh}/node`,
    ...smaller,
    outExtension: { '.js': '.mjs' },
  }),
]);

// Never half a file. A command that runs meanwhile may miss a part that it loads later.
const old = `dist.old-${process.pid}`;
await rename('dist', old).catch(() => {});
await rename(fresh, 'dist');
await rm(old, { recursive: true, force: true });
