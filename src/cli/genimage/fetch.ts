import { Command } from 'commander';
import { usageError } from '../../base/errors.ts';
import { publishBrought } from '../../genimage/brought-image.ts';
import { emptyRequest } from '../../plan/empty-request.ts';
import { fetchInPhase } from '../../remote/fetch-image.ts';
import { openHost } from '../../remote/open-node.ts';
import { withScope } from '../../system/scope.ts';
import { listenForStop } from '../../system/signals.ts';
import { askPassword } from '../ask-password.ts';
import { buildSetting } from '../build-setting.ts';
import { type DefinitionOptions, openConfigured } from '../definitions/definitions.ts';
import type { CommandIo } from '../io.ts';
import { shared } from '../shared-options.ts';
import { withReporter } from '../with-reporter.ts';
import { resolveJob } from './genimage-job.ts';
import { planHere } from './genimage-on.ts';

interface FetchOptions extends DefinitionOptions {
  readonly force?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `rootimg fetch HOST:DIR NAME`: brings an image here that was built by hand on another host. */
export function fetchCommand(io: CommandIo): Command {
  return new Command('fetch')
    .description('bring an image that was built on another host over ssh, and put it in place')
    .argument(
      '<HOST:DIR>',
      'where genimage built it: the folder that holds rootimg, kernel and manifest.json',
    )
    .argument('<name>', 'osimage')
    .option('--force', 'replace the image of another name that lies here')
    .option(...shared('wait'))
    .option(...shared('store'))
    .option(...shared('def'))
    .option(...shared('json'))
    .option(...shared('quiet'))
    .option(...shared('verbose'))
    .action((from: string, name: string, options: FetchOptions) => fetch(io, from, name, options));
}

async function fetch(io: CommandIo, from: string, name: string, options: FetchOptions): Promise<void> {
  const [, host, folder] = /^([^:]+):(\/.*)$/.exec(from) ?? [];
  if (host === undefined || folder === undefined) {
    throw usageError(`'${from}' is not HOST:DIR with an absolute DIR, such as n1:/var/lib/rootimg/build.`);
  }
  await withReporter(io, 'fetch', options, async (reporter) => {
    listenForStop();
    const { store, config } = await openConfigured(io, options);
    const { force = false, wait = false } = options;
    const asked = { ...emptyRequest(), imageName: name, force, wait };
    const job = await resolveJob(io, store, asked, config);
    const { request, familyDir } = job.resolved;
    const plan = await planHere(io, job);
    const setting = await buildSetting(request, familyDir, `rootimg fetch ${from} ${name}`);
    await withScope(async (scope) => {
      const node = await openHost(scope, { host }, { env: io.env, askPassword });
      await publishBrought(plan, { ...setting, reporter }, async (to) => {
        reporter.fact('transfer', { received: await fetchInPhase(node, folder, to, reporter) });
        return (text) => text;
      });
    });
  });
}
