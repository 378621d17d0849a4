import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const source = join(import.meta.dirname, '../../../src');

/**
 * Every file that is loaded before the first line of the command runs; what is imported later, on demand, is
 * not among them.
 */
async function loadedAtStart(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [join(source, entry)],
    absWorkingDir: source,
    outdir: join(source, 'nowhere'),
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    loader: { '.sh': 'text' },
    logLevel: 'error',
  });
  const outputs = metafile.outputs;
  const first = Object.keys(outputs).find((path) => outputs[path]!.entryPoint === entry)!;
  const seen = new Set<string>();
  const queue = [first];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const imports = outputs[path]?.imports ?? [];
    queue.push(...imports.filter((one) => one.kind === 'import-statement').map((one) => one.path));
  }
  return [...seen].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
}

it('a dry run loads neither the builder nor heavy packages', async () => {
  const loaded = await loadedAtStart('cli/genimage/genimage.ts');
  expect(loaded).toContain('render/dry-run.ts');
  const heavy =
    /node_modules\/(execa|pino|zod|commander)\/|^(genimage|packages|sandbox|pack|boot|system|report)\//;
  expect(loaded.filter((path) => heavy.test(path))).toEqual([]);
});

it('a lock from folders of this host speaks to no server', async () => {
  const loaded = await loadedAtStart('cli/genimage/genimage-lock.ts');
  expect(loaded).toContain('genimage/lock/make-lock.ts');
  expect(loaded.filter((path) => path.startsWith('system/http/'))).toEqual([]);
});

it('packimage loads no reader of other commands, and no schema of a build', async () => {
  const loaded = await loadedAtStart('cli/packimage-main.ts');
  expect(loaded).toContain('resolve/pack-plan.ts');
  expect(loaded.filter((path) => /node_modules\/commander\/|^genimage\/|build-plan/.test(path))).toEqual([]);
});
