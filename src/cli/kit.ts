import { sizeWords } from '../base/size-words.ts';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { RootimgError, usageError } from '../base/errors.ts';
import { findInstallation, type Installation } from '../kit/installation.ts';
import { familyNames, netbootTree } from '../kit/netboot-tree.ts';
import { architectureOfNode } from '../kit/node-runtime.ts';
import { writeKit } from '../kit/write-kit.ts';
import type { CommandIo } from './io.ts';
import { sourceDateEpoch } from './source-date-epoch.ts';

interface KitOptions {
  readonly family?: string;
  readonly node?: string;
}

/** `rootimg kit FILE.tar`: the netboot folder as one tar, for a host that shall run the dry-run line. */
export function kitCommand(io: CommandIo, find: () => Installation = findInstallation): Command {
  return new Command('kit')
    .description('write the netboot folder as one tar, to build images on another host')
    .argument('<FILE.tar>', 'the file to write')
    .option('--family <names>', 'only the folders of these families, comma separated, such as rh,rocky')
    .option('--node <file>', 'a node binary for the target (bin/node of its Node.js) to pack along')
    .action((file: string, options: KitOptions) => kit(io, find(), file, options));
}

async function kit(
  io: CommandIo,
  installation: Installation,
  file: string,
  options: KitOptions,
): Promise<void> {
  if (file === '-') throw usageError("'-' is not a file name here: the kit is published by rename.");
  const path = resolve(io.cwd, file);
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory())
    throw new RootimgError('kit-unwritable', `There is no folder ${dirname(path)}.`);
  const families = options.family?.split(',') ?? (await familyNames(installation));
  const node = options.node === undefined ? undefined : resolve(io.cwd, options.node);
  const runsOn = node === undefined ? undefined : await architectureOfNode(node);
  const files = await netbootTree(installation, families);
  const size = await writeKit(path, { files, families, node, newest: sourceDateEpoch(io) });
  const runtime =
    runsOn === undefined ? 'the target needs Node.js 20 or newer' : `with Node.js for ${runsOn}`;
  io.stdout(`${file}: ${files.length} files, ${sizeWords(size)}, ${runtime}\n`);
  io.stdout(`On the target: mkdir -p ${dirname(installation.netboot)}\n`);
  io.stdout(`               tar -xf ${file} -C ${dirname(installation.netboot)}\n`);
}
