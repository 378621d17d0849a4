import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';

/** A signing key: gpg's folder with the private half, and the file of the public one. */
export interface SigningKey {
  readonly home: string;
  readonly name: string;
  readonly publicFile: string;
}

/** gpg starts an agent that would outlive it; the namespace ends it. */
const gpg = (home: string, args: readonly string[]) =>
  namespaceArgv(['gpg', '--batch', '--homedir', home, ...args]);

/** Makes a key pair without a passphrase. `homes` is a short path: gpg's sockets lie below it. */
export async function makeKey(homes: string, name: string, publicFile: string): Promise<SigningKey> {
  const home = join(homes, name);
  await mkdir(home, { recursive: true });
  await chmod(home, 0o700);
  const user = `Sample repository (${name}) <${name}@sample.invalid>`;
  await run(gpg(home, ['--passphrase', '', '--quick-generate-key', user, 'rsa3072', 'sign', 'never']), {
    action: `make the key ${name}`,
  });
  const { stdout } = await run(gpg(home, ['--armor', '--export', user]), {
    action: `export the key ${name}`,
  });
  await writeFile(publicFile, stdout);
  return { home, name: user, publicFile };
}

/** argv that signs RPMs with a key. */
export function signArgv(key: SigningKey, rpms: readonly string[]): string[] {
  return namespaceArgv([
    ...['rpmsign', '--define', '__gpg /usr/bin/gpg'],
    ...['--define', `_gpg_name ${key.name}`, '--define', `_gpg_path ${key.home}`, '--addsign'],
    ...rpms,
  ]);
}

export async function signRpms(key: SigningKey, rpms: readonly string[]): Promise<void> {
  if (rpms.length > 0) await run(signArgv(key, rpms), { action: 'sign the RPMs' });
}
