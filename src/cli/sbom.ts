import { Command } from 'commander';
import { RootimgError, usageError } from '../base/errors.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder } from './image-folder.ts';
import { listEntries } from './image-lists.ts';
import { findImage } from './image-reference.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';
import { sourceDateEpoch } from './source-date-epoch.ts';
import { version } from './version.ts';

interface SbomOptions extends DefinitionOptions {
  readonly format: string;
}

/** `rootimg sbom NAME`: the bill of materials of an image's tree, on standard output. */
export function sbomCommand(io: CommandIo): Command {
  return new Command('sbom')
    .description('write what an image is made of, in a form that other programs read')
    .argument('<name>', 'osimage')
    .option('--format <form>', 'cyclonedx (1.6) or spdx (2.3), in JSON', 'cyclonedx')
    .option(...shared('store'))
    .option(...shared('def'))
    .action((name: string, options: SbomOptions) => sbom(io, name, options));
}

async function sbom(io: CommandIo, name: string, options: SbomOptions): Promise<void> {
  const { format } = options;
  if (format !== 'cyclonedx' && format !== 'spdx') {
    throw usageError(`--format is '${format}': cyclonedx or spdx was expected.`);
  }
  const time = sourceDateEpoch(io);
  const { manifest, tree } = await findImage(io, name, options);
  if (tree === undefined) {
    throw new RootimgError('no-tree', `There is no tree of ${name}.`, {
      hint: 'A bill is drawn up of the tree of an image; of generations only their manifests are kept.',
    });
  }
  const warn = (text: string) => io.stderr(`Warning: ${text}\n`);
  const { definition } = await findImageFolder(io, name, options);
  const entries = await listEntries(io, definition, warn);
  const { drawUpBill } = await import('../inspect/sbom/bill.ts');
  const bill = drawUpBill({ tree, manifest, entries, time }, warn);
  if (format === 'spdx') return io.stdout((await import('../inspect/sbom/spdx.ts')).spdxText(bill, version));
  io.stdout((await import('../inspect/sbom/cyclonedx.ts')).cyclonedxText(bill, version));
}
