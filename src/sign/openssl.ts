import { run } from '../system/exec.ts';
import { RootimgError } from '../base/errors.ts';

/**
 * How openssl reaches a private key: a file, or a token by its provider (OpenSSL 3) or by its engine
 * (before).
 */
export type KeyDoor = 'file' | 'provider' | 'engine';

/**
 * How openssl and gpg are run: what they may see of the caller's environment, and whether a person can be
 * asked for a PIN or a passphrase.
 */
export interface SigningRun {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: boolean;
}

/** What openssl, its PKCS#11 modules, gpg and their agents are told by the environment. */
const passedOn = [
  ...['OPENSSL_CONF', 'OPENSSL_MODULES', 'OPENSSL_ENGINES', 'PKCS11_MODULE_PATH', 'PKCS11_PROVIDER_MODULE'],
  ...['SOFTHSM2_CONF', 'P11_KIT_SERVER_ADDRESS', 'GNUPGHOME', 'GPG_TTY', 'DISPLAY', 'WAYLAND_DISPLAY'],
];

/** Is the key in a token, named by its URI (RFC 7512)? */
export function isTokenKey(key: string): boolean {
  return key.startsWith('pkcs11:');
}

/** The text without PINs that URIs in it carry. */
export function hidePins(text: string): string {
  return text.replaceAll(/(pin-value=)[^;&?\s'"]*/gi, '$1…');
}

const doorWords: Readonly<Record<KeyDoor, readonly string[]>> = {
  file: [],
  provider: ['-provider', 'pkcs11', '-provider', 'default'],
  engine: ['-engine', 'pkcs11', '-keyform', 'engine'],
};

/** Signs the SHA-256 of a file as the initrd checks it with `openssl dgst -verify`. */
export function dgstArgv(door: KeyDoor, key: string, file: string, out: string): string[] {
  return ['openssl', 'dgst', '-sha256', ...doorWords[door], '-sign', key, '-out', out, file];
}

/**
 * Signs a file as iPXE's imgverify reads it: CMS, detached, DER, without signed attributes (ipxe.org/crypto).
 * `issuers`: a file with the certificates between the key's and the one that iPXE was built to trust.
 */
export function cmsArgv(
  door: KeyDoor,
  key: string,
  { certificate, issuers }: { readonly certificate: string; readonly issuers?: string | undefined },
  file: string,
  out: string,
): string[] {
  const form = ['-binary', '-noattr', '-md', 'sha256', '-outform', 'DER'];
  const chain = issuers === undefined ? [] : ['-certfile', issuers];
  const signer = ['-signer', certificate, '-inkey', key, ...chain];
  return ['openssl', 'cms', '-sign', ...form, ...doorWords[door], ...signer, '-in', file, '-out', out];
}

/** Signs a file as GRUB's check_signatures reads it: a detached binary signature. */
export function gpgArgv(gpgKey: string, file: string, out: string): string[] {
  return ['gpg', '--yes', '--detach-sign', '--local-user', gpgKey, '--output', out, '--', file];
}

/** Finds the way to a key by asking this host's openssl. Throws `sign-token` when it has none to a token. */
export async function findDoor(key: string, setting: SigningRun): Promise<KeyDoor> {
  if (!isTokenKey(key)) return 'file';
  const can = async (...argv: string[]) => {
    const { exitCode } = await run(['openssl', ...argv], { env: environment(setting), okCodes: [0, 1] });
    return exitCode === 0;
  };
  if (await can('list', '-providers', '-provider', 'pkcs11')) return 'provider';
  if (await can('engine', '-t', 'pkcs11')) return 'engine';
  throw new RootimgError('sign-token', 'This openssl has neither a provider nor an engine for PKCS#11.', {
    hint: 'Install pkcs11-provider, or the engine: libengine-pkcs11-openssl on Debian, openssl-pkcs11 on EL.',
  });
}

/**
 * Runs openssl or gpg. Throws `sign-failed` with its last lines, without PINs: openssl repeats the URI when
 * it fails.
 */
export async function runSigning(argv: readonly string[], what: string, setting: SigningRun): Promise<void> {
  try {
    await run(argv, {
      env: environment(setting),
      ...(setting.terminal ? { input: 'inherit' as const } : {}),
    });
  } catch (error) {
    if (!(error instanceof RootimgError) || error.code !== 'command-failed') throw error;
    throw new RootimgError('sign-failed', `${what} could not be signed: ${hidePins(error.message)}.`, {
      details: error.details.map(hidePins),
    });
  }
}

function environment({ env }: SigningRun): Record<string, string> {
  return Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
