import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import type { SigningKey } from '../sample-repo/keys.ts';
import { copyFile } from 'node:fs/promises';

/** `media.N/media` of a disc, and its `products` where it is one: who made it, its name, how many there are. */
export async function writeMedia(
  folder: string,
  { number, name, products }: { number: number; name: string; products?: string },
): Promise<void> {
  const media = join(folder, `media.${number}`);
  await mkdir(media, { recursive: true });
  await writeFile(join(media, 'media'), `SUSE - ${name}\n${name}\n1\n`);
  if (products !== undefined) await writeFile(join(media, 'products'), products);
}

/** Metadata of the packages below a folder, signed, with the public key beside it as SUSE has it. */
export async function writeMetadata(folder: string, key: SigningKey): Promise<void> {
  await run(['createrepo_c', '--quiet', '--no-database', folder], { action: 'write the metadata' });
  const repomd = join(folder, 'repodata/repomd.xml');
  await run(
    namespaceArgv([
      ...['gpg', '--batch', '--homedir', key.home, '--local-user', key.name],
      ...['--armor', '--detach-sign', repomd],
    ]),
    { action: 'sign the metadata' },
  );
  await copyFile(key.publicFile, `${repomd}.key`);
}
