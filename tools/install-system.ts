// npm run install-system -- --prefix DIR: puts the commands, the program and the netboot folder below a
// prefix.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { type InstallReport, installSystem, targetOf, uninstallSystem } from './install-system/install.ts';
import { runCommandTool } from './lib/run-tool.ts';

interface Options {
  readonly prefix: string;
  readonly destdir?: string;
  readonly uninstall?: true;
}

function print({ notices }: InstallReport, sentence: string): void {
  console.log(sentence);
  for (const notice of notices) console.log(`Notice: ${notice}`);
}

async function install({ uninstall, destdir, prefix }: Options): Promise<void> {
  // npm runs us in the checkout; the folder that the caller meant is in INIT_CWD.
  const caller = process.env['INIT_CWD'] ?? process.cwd();
  const options = { prefix, ...(destdir === undefined ? {} : { destdir: resolve(caller, destdir) }) };
  if (uninstall) {
    const report = await uninstallSystem(options);
    return print(report, `Removed ${report.removed} files of rootimg below ${report.target}.`);
  }
  const report = await installSystem(options);
  const { files, written, removed } = report;
  print(
    report,
    `Installed below ${targetOf(options)}: ${files} files, ${written} written, ${removed} of a former release removed.`,
  );
  console.log(`The commands are in ${prefix}/bin.`);
}

const command = new Command('install-system')
  .description('install rootimg below a prefix; files there that are not ours are never overwritten')
  .option('--prefix <dir>', 'absolute folder', '/opt/rootimg')
  .option('--destdir <dir>', 'put before the prefix (for makers of packages)')
  .option('--uninstall', 'remove exactly what was installed')
  .allowExcessArguments(false)
  .action(install);

await runCommandTool(command);
