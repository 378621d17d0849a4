import { join, resolve } from 'node:path';
import type { Config } from '../definition/config.ts';
import { usageError } from '../base/errors.ts';
import { exists } from '../base/exists.ts';
import type { Signer } from '../plan/signed-list.ts';
import { isTokenKey } from '../sign/openssl.ts';
import { openSigner, type SigningKeys } from '../sign/signer.ts';
import type { CommandIo } from './io.ts';

/**
 * The private key that signs where neither an option nor config.yaml names one, in the folder of the
 * configuration.
 */
const usualKey = 'sums.key';

/**
 * What signs: by options, else by config.yaml, else with `sums.key` beside it. Throws `usage` when there is
 * no key, and what is wrong with the keys.
 */
export async function findSigner(
  io: CommandIo,
  asked: Partial<SigningKeys>,
  { config, home }: { readonly config: Config; readonly home: string },
  warn: (text: string) => void,
): Promise<Signer> {
  const usual = join(home, usualKey);
  const key = asked.key ?? config.signing?.key ?? ((await exists(usual)) ? usual : undefined);
  if (key === undefined) {
    throw usageError(
      `There is no key to sign with: --key, signing.key of config.yaml, or ${usual}.`,
      'docs/booting.md says how to make one.',
    );
  }
  const path = (value: string | undefined) => (value === undefined ? undefined : resolve(io.cwd, value));
  return openSigner(
    {
      key: isTokenKey(key) ? key : resolve(io.cwd, key),
      certificate: path(asked.certificate ?? config.signing?.certificate),
      gpg: asked.gpg ?? config.signing?.gpg,
    },
    { env: io.env, terminal: io.ask !== undefined },
    warn,
  );
}
