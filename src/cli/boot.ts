import { Command } from 'commander';
import { type Firmware, firmwares } from '../boot/firmware.ts';
import type { BootRequest } from '../boot/request.ts';
import { usageError } from '../base/errors.ts';
import { listenForStop } from '../system/signals.ts';
import { bootRequest } from './boot-request.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder, type ImageFolder } from './image-folder.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';
import { withReporter } from './with-reporter.ts';

interface BootOptions extends DefinitionOptions {
  readonly memory?: string;
  readonly cpus: string;
  readonly timeout: string;
  readonly firmware: string;
  readonly pxe?: boolean;
  readonly allFormats?: boolean;
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
    .option('--firmware <kind>', 'bios or uefi', 'bios')
    .option('--pxe', 'the whole chain: DHCP, TFTP, iPXE, HTTP, in a network of its own')
    .option('--all-formats', 'pack every form, boot each, publish none')
    .option('--timeout <seconds>', 'the boot has failed when the node has not reported by then', '600')
    .option(...shared('store'))
    .option(...shared('def'))
    .option(...shared('json'))
    .option(...shared('quiet'))
    .option(...shared('verbose'))
    .action((name: string, options: BootOptions) => boot(io, name, options));
}

async function boot(io: CommandIo, name: string, options: BootOptions): Promise<void> {
  await withReporter(io, 'boot', options, async (reporter) => {
    const { request, image } = await readRequest(io, name, options);
    listenForStop();
    if (options.allFormats) {
      const { bootFormats } = await import('./boot-formats.ts');
      await bootFormats(io, image, request, reporter);
    } else {
      const { bootImage } = await import('../boot/boot-image.ts');
      await bootImage(request, { reporter });
    }
  });
}

async function readRequest(
  io: CommandIo,
  name: string,
  options: BootOptions,
): Promise<{ request: BootRequest; image: ImageFolder }> {
  const machine = {
    ...(options.memory === undefined ? {} : { memory: wholeNumber('--memory', options.memory) }),
    cpus: wholeNumber('--cpus', options.cpus),
    timeout: wholeNumber('--timeout', options.timeout),
    firmware: firmwareOf(options.firmware),
    pxe: options.pxe === true,
  };
  const image = await findImageFolder(io, name, options);
  return { request: bootRequest(image, machine), image };
}

function firmwareOf(text: string): Firmware {
  const found = firmwares.find((one) => one === text);
  if (found === undefined) throw usageError(`--firmware is '${text}': bios or uefi was expected.`);
  return found;
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw usageError(`${option} is '${text}': a whole number above 0 was expected.`);
}
