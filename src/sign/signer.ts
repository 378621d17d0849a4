import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileErrorWords, type Problem, RootimgError, throwProblems } from '../base/errors.ts';
import { readRegularFile, readTextFile } from '../base/regular-file.ts';
import type { Manifest } from '../plan/manifest.ts';
import {
  initrdKey,
  signatureEnds,
  signedName,
  type SignedList,
  signedListText,
  type Signer,
} from '../plan/signed-list.ts';
import { fileDigest } from '../system/file-digest.ts';
import { withScope } from '../system/scope.ts';
import { workDir } from '../system/work-dir.ts';
import { cmsArgv, dgstArgv, findDoor, gpgArgv, isTokenKey, runSigning, type SigningRun } from './openssl.ts';
import { throwIfStopped } from '../system/signals.ts';

/** What is signed with. */
export interface SigningKeys {
  /** A private key: a PEM file, or the `pkcs11:` URI of one in a token. */
  readonly key: string;
  /**
   * PEM file with the key's certificate, then those of its issuers; without it nothing is signed for iPXE.
   */
  readonly certificate?: string | undefined;
  /** The gpg key that GRUB trusts; without it nothing is signed for GRUB. */
  readonly gpg?: string | undefined;
}

/** iPXE takes signatures of certificates with this purpose alone. */
const codeSigning = '1.3.6.1.5.5.7.3.3';

/** Throws all that is wrong with the keys, then gives what signs with them. `warn` hears what is doubtful. */
export async function openSigner(
  keys: SigningKeys,
  setting: SigningRun,
  warn: (text: string) => void,
): Promise<Signer> {
  const { key, certificate, gpg } = keys;
  throwProblems([...(await keyProblems(key, warn)), ...(await certificateProblems(certificate))]);
  const door = await findDoor(key, setting);
  const sign: Sign = (argv, what) =>
    inWorkDir(async (folder) => {
      const out = join(folder, 'signature');
      await runSigning(await argv(out, folder), what, setting);
      return readRegularFile(out);
    });
  return {
    signList: async (name, manifest, pack) => {
      const list = Buffer.from(signedListText(signedName(manifest, name), pack));
      const signature = await sign(async (out, folder) => {
        await writeFile(join(folder, 'list'), list);
        return dgstArgv(door, key, join(folder, 'list'), out);
      }, `The list of ${pack.file}`);
      await checkAgainstInitrd({ list, signature }, manifest, name, warn);
      return { list, signature };
    },
    signFile: async (file, ends = signatureEnds) => {
      const signatures: Awaited<ReturnType<Signer['signFile']>> = [];
      if (certificate !== undefined && ends.includes('.cms')) {
        const bytes = await sign(async (out, folder) => {
          const chain = { certificate, issuers: await writeIssuers(certificate, folder) };
          return cmsArgv(door, key, chain, file, out);
        }, file);
        signatures.push({ end: '.cms', bytes });
      }
      if (gpg !== undefined && ends.includes('.sig')) {
        signatures.push({ end: '.sig', bytes: await sign(async (out) => gpgArgv(gpg, file, out), file) });
      }
      return signatures;
    },
  };
}

/**
 * Runs what `argv` says, which may put files into the temporary `folder`, and gives what it wrote to `out`.
 */
type Sign = (argv: (out: string, folder: string) => Promise<string[]>, what: string) => Promise<Buffer>;

/**
 * openssl wants the key's own certificate and the others apart. Gives the file of the others, if there are
 * any.
 */
async function writeIssuers(certificate: string, folder: string): Promise<string | undefined> {
  const text = await readTextFile(certificate, 'latin1');
  const [, ...issuers] = certificatesOf(text);
  if (issuers.length === 0) return undefined;
  const file = join(folder, 'issuers');
  await writeFile(file, `${issuers.join('\n')}\n`);
  return file;
}

function certificatesOf(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}

async function inWorkDir<T>(work: (folder: string) => Promise<T>): Promise<T> {
  return withScope(async (scope) => {
    const folder = await workDir('sign');
    scope.defer(folder, () => rm(folder, { recursive: true, force: true }));
    return work(folder);
  });
}

async function keyProblems(key: string, warn: (text: string) => void): Promise<Problem[]> {
  if (isTokenKey(key)) {
    if (/pin-value=/i.test(key)) {
      warn(
        'pin-value= can be read by every user of this host while openssl runs: pin-source=file:PATH is better.',
      );
    }
    return [];
  }
  const text = await readRegularFile(key).catch((error: NodeJS.ErrnoException) => error);
  if (!Buffer.isBuffer(text)) {
    return [{ code: 'sign-key', message: `The key ${key} cannot be read: ${fileErrorWords(text)}.` }];
  }
  if (!text.toString('latin1').includes('PRIVATE KEY-----')) {
    const hint = 'A private key in PEM form is needed, an RSA key or one on a NIST curve, or a pkcs11: URI.';
    return [{ code: 'sign-key', message: `${key} is not a private key.`, hint }];
  }
  const { mode } = await stat(key);
  if ((mode & 0o077) !== 0) warn(`${key} can be read by others than its owner: chmod 600 ${key}`);
  return [];
}

async function certificateProblems(path: string | undefined): Promise<Problem[]> {
  if (path === undefined) return [];
  const wrong = (message: string, hint?: string): Problem[] => [
    { code: 'sign-certificate', message, ...(hint === undefined ? {} : { hint }) },
  ];
  const text = await readRegularFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (!Buffer.isBuffer(text))
    return wrong(`The certificate ${path} cannot be read: ${fileErrorWords(text)}.`);
  try {
    const found = new X509Certificate(text);
    const purposes: readonly string[] = found.keyUsage ?? [];
    if (!purposes.includes(codeSigning)) {
      return wrong(
        `${path} is not for code signing: iPXE takes no signature of it.`,
        'extendedKeyUsage = codeSigning',
      );
    }
    return certificatesOf(text.toString('latin1')).flatMap((one) => wrongTime(path, one));
  } catch {
    return wrong(`${path} is not a certificate in PEM form.`);
  }
}

/** A certificate that counts no more, or not yet; those of issuers too. */
function wrongTime(path: string, pem: string): Problem[] {
  const { subject, validFrom, validTo } = new X509Certificate(pem);
  const name = subject.split('\n').join(', ');
  const wrong = (what: string): Problem[] => [
    { code: 'sign-certificate', message: `The certificate ${name} of ${path} ${what}.` },
  ];
  if (Date.parse(validTo) < Date.now()) return wrong(`has expired on ${validTo}`);
  if (Date.parse(validFrom) > Date.now()) return wrong(`is valid from ${validFrom} on`);
  return [];
}

/**
 * Would the nodes of this image believe the list? Throws `sign-other-key` when their initrd has another key.
 */
async function checkAgainstInitrd(
  { list, signature }: SignedList,
  manifest: Manifest | undefined,
  image: string,
  warn: (text: string) => void,
): Promise<void> {
  const key = initrdKey(manifest);
  const again = `genimage --onlyinitrd --sumskey FILE ${image}`;
  if (key === undefined) {
    return warn(`The initrd of ${image} has no key: its nodes check no signature (${again}).`);
  }
  const digest = await fileDigest(key.path).catch(throwIfStopped);
  if (digest !== key.sha256) {
    const why = digest === undefined ? 'cannot be read here' : 'has changed since the initrd was made';
    return warn(`Whether the nodes of ${image} believe this key is unknown: ${key.path} ${why}.`);
  }
  if (verify('sha256', list, createPublicKey(await readRegularFile(key.path)), signature)) return;
  throw new RootimgError('sign-other-key', `The initrd of ${image} has another key than this: ${key.path}.`, {
    hint: `Sign with the key that belongs to it, or give nodes the other one: ${again}`,
  });
}
