// npm run release: the next version of rootimg, from what .changeset/ says. Nothing is ever pushed.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { RootimgError } from '../src/base/errors.ts';
import { sizeWords } from '../src/base/size-words.ts';
import { findInstallation } from '../src/kit/installation.ts';
import { plainReporter } from '../src/report/plain.ts';
import { withScope } from '../src/system/scope.ts';
import { ensureHostTools, packageTools } from './lib/host-packages.ts';
import { runCommandTool } from './lib/run-tool.ts';
import { makeArtefacts } from './release/artefacts.ts';
import { prepareRelease } from './release/prepare.ts';
import { keepRelease } from './release/publish.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly out: string;
}

async function release(options: Options): Promise<void> {
  const checkout = findInstallation().root;
  const reporter = plainReporter({
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
  await ensureHostTools(packageTools, reporter);
  await withScope(async (scope) => {
    const work = await mkdtemp(join(tmpdir(), 'rootimg-release-'));
    scope.defer(work, () => rm(work, { recursive: true, force: true }));
    const prepared = await prepareRelease(checkout, work);
    const { version, tag, notes } = prepared;
    // npm runs us in the checkout; the folder that the caller meant is in INIT_CWD.
    const out = resolve(process.env['INIT_CWD'] ?? process.cwd(), options.out, version);
    if (options.dryRun !== true) requireFree(out);
    const made = join(work, 'made');
    const artefacts = await makeArtefacts(prepared, made);
    console.log(`rootimg ${version}, tag ${tag}\n\n${notes}`);
    for (const { path, size, sha256 } of artefacts) console.log(`${sha256}  ${path} (${sizeWords(size)})`);
    if (options.dryRun === true) {
      console.log('\nDry run: nothing is kept, and nothing has changed.');
      return;
    }
    await keepRelease(checkout, prepared, { made, out });
    console.log(
      `\nCommitted and tagged here, not pushed. To publish: git push origin HEAD ${tag}, and\n${out}`,
    );
  });
}

function requireFree(out: string): void {
  if (!existsSync(out)) return;
  throw new RootimgError('release-exists', `${out} exists already.`, {
    hint: 'Remove it, or give another folder: npm run release -- --out DIR',
  });
}

const command = new Command('release')
  .description('make the next version: packages, kit, documents, their digests, commit and tag')
  .option('--dry-run', 'make and list all of it, keep nothing and change nothing')
  .option('--out <dir>', 'gets a folder for the version', 'releases')
  .allowExcessArguments(false)
  .action(release);

await runCommandTool(command);
