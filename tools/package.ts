// npm run package: the RPM and DEB packages of this commit; with a key, signed repositories of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { findInstallation } from '../src/kit/installation.ts';
import { plainReporter } from '../src/report/plain.ts';
import { withScope } from '../src/system/scope.ts';
import { ensureHostTools, packageTools } from './lib/host-packages.ts';
import { runCommandTool } from './lib/run-tool.ts';
import { makePackages } from './package/make.ts';
import { requireRuntimes } from './package/node-runtime.ts';

interface Options {
  readonly out: string;
  readonly runtime?: string;
  readonly key?: string;
}

async function makeAll(options: Options): Promise<void> {
  const runtimes = options.runtime?.split(',') ?? [];
  requireRuntimes(runtimes);
  const reporter = plainReporter({
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
  await ensureHostTools(packageTools, reporter);
  // npm runs us in the checkout; the folder that the caller meant is in INIT_CWD.
  const at = (path: string) => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
  const key = options.key === undefined ? undefined : at(options.key);
  await withScope(async (scope) => {
    const work = await mkdtemp(join(tmpdir(), 'rootimg-package-'));
    scope.defer(work, () => rm(work, { recursive: true, force: true }));
    const made = await makePackages(findInstallation(), { out: at(options.out), runtimes, key }, work);
    for (const path of made) console.log(path);
  });
}

const command = new Command('package')
  .description('make the RPM and DEB packages of this commit')
  .option('--out <dir>', 'empty folder that gets deb/ and rpm/', 'packages')
  .option('--runtime <arch,…>', 'make rootimg-node-runtime too, for these architectures')
  .option('--key <file>', 'secret OpenPGP key: deb/ and rpm/ become signed repositories')
  .allowExcessArguments(false)
  .action(makeAll);

await runCommandTool(command);
