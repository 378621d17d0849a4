import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { storeHome } from '../../definition/store.ts';
import { RootimgError } from '../../base/errors.ts';
import { flagOf, type GivenOption, type OptionSpec, readArguments } from '../../render/getopt.ts';
import { type NodeOption, nodeOptions } from '../../render/options.ts';
import { requestFrom } from '../../render/parse-arguments.ts';
import { readPlanFile } from '../../resolve/plan-file.ts';
import { usualInstalldir } from '../../resolve/usual-folders.ts';
import type { CommandIo } from '../io.ts';
import { readTrusted } from '../definitions/definitions.ts';
import { type BuildTools, executePlan, runBuild } from './run-build.ts';
import { sharedSpec } from '../shared-options.ts';
import { version } from '../version.ts';
import { reportChoice, withReporter } from '../with-reporter.ts';

type Own = 'help' | 'version' | 'plan' | 'json' | 'quiet' | 'verbose';
const ownOptions: readonly (OptionSpec & { own: Own })[] = [
  { own: 'help', names: ['h', 'help'], takesValue: false },
  { own: 'version', names: ['v', 'version'], takesValue: false },
  { own: 'plan', names: ['plan'], takesValue: true, ours: true },
  { own: 'json', ...sharedSpec('json') },
  { own: 'quiet', ...sharedSpec('quiet') },
  { own: 'verbose', ...sharedSpec('verbose') },
];

/**
 * What `<netboot>/<family>/genimage` does with a pasted dry-run line. `ownUrl` is the address of the bundle:
 * its folder is the family's.
 */
export async function nodeGenimage(io: CommandIo, argv: readonly string[], ownUrl: string): Promise<void> {
  const { given, operands } = readArguments<NodeOption | (typeof ownOptions)[number]>(argv, [
    ...nodeOptions,
    ...ownOptions,
  ]);
  const own = new Set(given.map(({ spec }) => ('own' in spec ? spec.own : undefined)));
  if (own.has('help')) return io.stdout(nodeUsage());
  if (own.has('version')) return io.stdout(`genimage ${version}\n`);
  const said = given.filter((one): one is GivenOption<NodeOption> => 'field' in one.spec);
  const planFile = given.findLast(({ spec }) => 'own' in spec && spec.own === 'plan')?.value;
  if (planFile !== undefined) refuseBeside(said, operands);
  const request = requestFrom(said, operands);
  const familyDir = dirname(fileURLToPath(ownUrl));
  const where = { netbootDir: dirname(familyDir), installdir: usualInstalldir, env: io.env, cwd: io.cwd };
  await withReporter(io, 'genimage', reportChoice(own), async (reporter) => {
    const config = await readTrusted(io, storeHome(undefined, io.env, io.cwd));
    const tools = { reporter, config, env: io.env };
    if (planFile === undefined) await runBuild(request, familyDir, where, tools);
    else await buildFromPlan(resolve(io.cwd, planFile), familyDir, tools);
  });
}

async function buildFromPlan(path: string, familyDir: string, tools: BuildTools): Promise<void> {
  const { shown, plan } = await readPlanFile(path);
  await executePlan(plan, shown.request, familyDir, tools);
}

/** A plan says everything already; an option beside it would be lost in silence. */
function refuseBeside(said: readonly GivenOption<NodeOption>[], operands: readonly string[]): void {
  const words = [...said.map(({ spec }) => flagOf(spec)), ...operands];
  if (words.length === 0) return;
  throw new RootimgError('usage', `--plan stands alone, not beside ${words.join(' ')}.`, {
    hint: 'The plan says all of it: change the definition or the options of the dry run and make the plan again.',
  });
}

function nodeUsage(): string {
  const lines = nodeOptions.map((one) => `  ${flagOf(one)}${one.takesValue ? ` ${one.placeholder}` : ''}\n`);
  return `Usage: genimage [options] -o OSVERS -p PROFILE [imagename]
       genimage --plan FILE

Builds on this host what 'genimage --dryrun NAME' printed on the management node: paste that line. --plan FILE builds exactly
what 'genimage --dryrun --json NAME' printed, and refuses when a file that it names has changed since.

${lines.join('')}And -h, -v (--version), --json, --quiet, --verbose.
`;
}
