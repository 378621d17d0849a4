import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flagOf, type GivenOption, type OptionSpec, readArguments } from '../render/getopt.ts';
import { type NodeOption, nodeOptions } from '../render/options.ts';
import { requestFrom } from '../render/parse-arguments.ts';
import { chooseReporter } from '../report/choose.ts';
import type { CommandIo } from './io.ts';
import { runBuild } from './run-build.ts';
import { version } from './version.ts';

type Own = 'help' | 'version' | 'json' | 'quiet' | 'verbose';
const ownOptions: readonly (OptionSpec & { own: Own })[] = [
  { own: 'help', names: ['h', 'help'], takesValue: false, ours: true },
  { own: 'version', names: ['version'], takesValue: false, ours: true },
  { own: 'json', names: ['json'], takesValue: false, ours: true },
  { own: 'quiet', names: ['quiet'], takesValue: false, ours: true },
  { own: 'verbose', names: ['verbose'], takesValue: false, ours: true },
];

/** A building node knows no site: xCAT's own folder. */
const installdir = '/install';

/** What `<netboot>/<family>/genimage` does with a pasted dry-run line. `ownUrl` is the address of the bundle: its folder is the family's. */
export async function nodeGenimage(io: CommandIo, argv: readonly string[], ownUrl: string): Promise<void> {
  const { given, operands } = readArguments<NodeOption | (typeof ownOptions)[number]>(argv, [
    ...nodeOptions,
    ...ownOptions,
  ]);
  const own = new Set(given.map(({ spec }) => ('own' in spec ? spec.own : undefined)));
  if (own.has('help')) return io.stdout(nodeUsage());
  if (own.has('version')) return io.stdout(`genimage ${version}\n`);
  const request = requestFrom(
    given.filter((one): one is GivenOption<NodeOption> => 'field' in one.spec),
    operands,
  );
  const familyDir = dirname(fileURLToPath(ownUrl));
  const where = { netbootDir: dirname(familyDir), installdir, env: io.env, cwd: io.cwd };
  const reporter = await chooseReporter(
    { json: own.has('json'), quiet: own.has('quiet'), verbose: own.has('verbose') },
    { out: (text) => io.stdout(text), err: (text) => io.stderr(text) },
  );
  try {
    await runBuild(request, familyDir, where, reporter);
  } finally {
    reporter.close();
  }
}

function nodeUsage(): string {
  const lines = nodeOptions.map((one) => `  ${flagOf(one)}${one.takesValue ? ` ${one.placeholder}` : ''}\n`);
  return `Usage: genimage [options] -o OSVERS -p PROFILE [imagename]

Builds on this host what 'genimage --dryrun NAME' printed on the management node: paste that line.

${lines.join('')}And --json, --quiet, --verbose, --version.
`;
}
