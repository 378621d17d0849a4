import { Command } from 'commander';
import { listenForStop } from '../system/signals.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder } from './image-folder.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';
import { withReporter } from './with-reporter.ts';

interface SignOptions extends DefinitionOptions {
  readonly key?: string;
  readonly certificate?: string;
  readonly gpg?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `rootimg sign NAME`: signs what nodes and boot loaders check of the published image. */
export function signCommand(io: CommandIo): Command {
  return new Command('sign')
    .description('sign the published image: its root for nodes, its kernel and initrd for boot loaders')
    .argument('<name>', 'osimage')
    .option(
      '--key <key>',
      'private key in PEM form, or a pkcs11: URI (signing.key of config.yaml, else sums.key beside it)',
    )
    .option('--certificate <file>', 'the certificate of that key: kernel and initrd are signed for iPXE too')
    .option('--gpg <name>', 'gpg key: kernel and initrd are signed for GRUB too')
    .option(...shared('store'))
    .option(...shared('def'))
    .option(...shared('json'))
    .option(...shared('quiet'))
    .action((name: string, options: SignOptions) => sign(io, name, options));
}

async function sign(io: CommandIo, name: string, options: SignOptions): Promise<void> {
  await withReporter(io, 'sign', options, async (reporter) => {
    const folder = await findImageFolder(io, name, options);
    listenForStop();
    const { findSigner } = await import('./signing-keys.ts');
    const signer = await findSigner(io, options, folder, (text) => reporter.warn(text));
    const { signPublished } = await import('../pack/publish/sign-published.ts');
    const written = await signPublished(folder, signer, reporter);
    reporter.line(`${name}: signed (${written.join(', ')}).`);
    reporter.fact('sign', { written });
  });
}
