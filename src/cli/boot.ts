import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { readOsimage } from '../definition/osimage.ts';
import { readSite } from '../definition/site.ts';
import { throwProblems, usageError } from '../errors.ts';
import { checkNeededAttributes } from '../resolve/check-definition.ts';
import { attribute } from '../resolve/definition.ts';
import type { BootRequest } from '../boot/request.ts';
import { chooseReporter } from '../report/choose.ts';
import { listenForStop } from '../system/signals.ts';
import { openDefinitions } from './definitions.ts';
import type { CommandIo } from './io.ts';

interface BootOptions {
  readonly memory?: string;
  readonly cpus: string;
  readonly timeout: string;
  readonly store?: string;
  readonly def?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `rootimg boot NAME`: the packed image comes up in a virtual machine and is judged by its own word. */
export function bootCommand(io: CommandIo): Command {
  return new Command('boot')
    .description('boot a packed image in a virtual machine and say how it came up')
    .argument('<name>', 'osimage')
    .option('--memory <MB>', 'memory of the machine (what the image needs, at least 2048)')
    .option('--cpus <n>', 'processors of the machine', '2')
    .option('--timeout <seconds>', 'the boot has failed when the node has not reported by then', '600')
    .option('--store <dir>', 'definitions are there (ROOTIMG_HOME, /etc/rootimg)')
    .option('--def <file>', 'definitions of this stanza file come first')
    .option('--json', 'JSON lines on standard output')
    .option('--quiet', 'only the result')
    .option('--verbose', 'each step')
    .action((name: string, options: BootOptions) => boot(io, name, options));
}

async function boot(io: CommandIo, name: string, options: BootOptions): Promise<void> {
  const request = await readRequest(io, name, options);
  const reporter = await chooseReporter(options, {
    out: (text) => io.stdout(text),
    err: (text) => io.stderr(text),
  });
  try {
    listenForStop();
    const { bootImage } = await import('../boot/boot-image.ts');
    await bootImage(request, { reporter });
  } finally {
    reporter.close();
  }
}

async function readRequest(io: CommandIo, name: string, options: BootOptions): Promise<BootRequest> {
  const numbers = {
    ...(options.memory === undefined ? {} : { memory: wholeNumber('--memory', options.memory) }),
    cpus: wholeNumber('--cpus', options.cpus),
    timeout: wholeNumber('--timeout', options.timeout),
  };
  const store = await openDefinitions(io, options);
  const definition = await readOsimage(store, name);
  throwProblems(checkNeededAttributes(name, definition));
  const { installdir } = await readSite(store);
  const of = (key: string) => attribute(definition, key) ?? '';
  const usual = join(installdir, 'netboot', of('osvers'), of('osarch'), of('profile'));
  const kernelParameters = attribute(definition, 'addkcmdline');
  return {
    ...numbers,
    imageName: name,
    rootimgdir: resolve(io.cwd, attribute(definition, 'rootimgdir') ?? usual),
    ...(kernelParameters === undefined ? {} : { kernelParameters }),
  };
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw usageError(`${option} is '${text}': a whole number above 0 was expected.`);
}
