import { Command } from 'commander';
import { usageError } from '../base/errors.ts';
import { listenForStop } from '../system/signals.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder } from './image-folder.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';
import { withReporter } from './with-reporter.ts';

interface RollbackOptions extends DefinitionOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `rootimg rollback NAME [n]`: publishes a kept set again. */
export function rollbackCommand(io: CommandIo): Command {
  return new Command('rollback')
    .description('publish an earlier generation of an image again: its kernel, initrd and packed root')
    .argument('<name>', 'osimage')
    .argument('[n]', 'generation, as rootimg history lists them (the one before the published one)')
    .option(...shared('store'))
    .option(...shared('def'))
    .option(...shared('json'))
    .option(...shared('quiet'))
    .action((name: string, number: string | undefined, options: RollbackOptions) =>
      rollBack(io, name, number, options),
    );
}

async function rollBack(
  io: CommandIo,
  name: string,
  number: string | undefined,
  options: RollbackOptions,
): Promise<void> {
  if (number !== undefined && !/^[1-9]\d*$/.test(number)) {
    throw usageError(`'${number}' is not a generation: a number from rootimg history was expected.`);
  }
  await withReporter(io, 'rollback', options, async (reporter) => {
    const { rootimgdir, tftpImageDir } = await findImageFolder(io, name, options);
    listenForStop();
    const { rollback } = await import('../pack/publish/rollback.ts');
    const wanted = number === undefined ? {} : { generation: Number(number) };
    const published = await rollback({ name, rootimgdir, tftpImageDir, ...wanted }, reporter);
    reporter.line(`${name}: generation ${published} is published.`);
    reporter.fact('rollback', { generation: published });
  });
}
