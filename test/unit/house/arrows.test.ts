import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * A house of empty rooms in a temp folder, with imports between them: what the check of the arrows says of
 * each.
 */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-arrows-'));
  await copyFile('tsconfig.json', join(folder, 'tsconfig.json'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Arrow {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

const wrong: readonly Arrow[] = [
  { rule: 'arrow-base', from: 'src/base/a.ts', to: 'src/plan/b.ts' },
  { rule: 'arrow-plan', from: 'src/plan/a.ts', to: 'src/system/b.ts' },
  { rule: 'arrow-sandbox', from: 'src/sandbox/a.ts', to: 'src/genimage/b.ts' },
  { rule: 'arrow-packages', from: 'src/packages/dnf/a.ts', to: 'src/genimage/b.ts' },
  { rule: 'arrow-resolve', from: 'src/resolve/a.ts', to: 'src/packages/b.ts' },
  { rule: 'arrow-family', from: 'src/family/a.ts', to: 'src/packages/b.ts' },
  { rule: 'arrow-pack', from: 'src/pack/a.ts', to: 'src/genimage/b.ts' },
  { rule: 'arrow-genimage', from: 'src/genimage/a.ts', to: 'src/cli/b.ts' },
  { rule: 'manager-door', from: 'src/genimage/c.ts', to: 'src/packages/dnf/b.ts' },
  { rule: 'one-door', from: 'src/pack/d.ts', to: 'node:child_process' },
  { rule: 'no-circular', from: 'src/boot/a.ts', to: 'src/boot/a.ts' },
];

const right: readonly Omit<Arrow, 'rule'>[] = [
  { from: 'src/packages/e.ts', to: 'src/sandbox/b.ts' },
  { from: 'src/packages/e.ts', to: 'src/packages/dnf/b.ts' },
  { from: 'src/pack/e.ts', to: 'src/packages/b.ts' },
  { from: 'src/cli/e.ts', to: 'src/genimage/b.ts' },
  { from: 'src/system/exec.ts', to: 'node:child_process' },
];

test('each import against the arrows is an error of its rule, and no other is', async () => {
  const imports = new Map<string, string[]>();
  for (const { from, to } of [...wrong, ...right]) {
    const path = to.startsWith('src/') ? `./${relative(dirname(from), to)}` : to;
    imports.set(from, [...(imports.get(from) ?? []), `import '${path}';`]);
    if (to.startsWith('src/') && !imports.has(to)) imports.set(to, []);
  }
  for (const [file, lines] of imports) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await writeFile(join(folder, file), ['export {};', ...lines].join('\n'));
  }
  const cruiser = join(process.cwd(), 'node_modules/.bin/depcruise');
  const config = join(process.cwd(), '.dependency-cruiser.mjs');
  const words = ['--config', config, '--output-type', 'err', 'src'];
  const answer: { stdout: string; code?: number } = await promisify(execFile)(cruiser, words, {
    cwd: folder,
  }).catch((error: { stdout: string; code: number }) => error);
  expect(answer.code).toBe(wrong.length);
  const found = [...answer.stdout.matchAll(/error (\S+): (\S+) →\s+(\S+)/g)].map(
    ([, rule = '', from = '', to = '']) => ({
      ...{ rule, from, to: to === 'child_process' ? 'node:child_process' : to },
    }),
  );
  const sorted = (arrows: readonly Arrow[]) => arrows.map((one) => JSON.stringify(one)).sort();
  expect(sorted(found)).toEqual(sorted(wrong));
});
