import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../../../src/system/exec.ts';
import { namespaceArgv } from '../../../src/system/namespace.ts';
import type { SigningKey } from '../../../tools/sample-repo/keys.ts';
import { makeDeb, type TinyDeb } from '../../lib/debs.ts';

export interface TinyArchive {
  /** Name of the suite; that of tinySuite without it. An archive may have several. */
  readonly suite?: string;
  readonly packages: readonly TinyDeb[];
  /** What else its index says. */
  readonly besides?: string;
  /** Nobody signs it without one. */
  readonly key?: SigningKey;
  /** Days from now until which its Release file counts. */
  readonly validFor?: number;
  /** What gpg takes for the time of the signature. */
  readonly signedAt?: string;
}

/** The suite and the component that each such archive has. */
export const tinySuite = { suite: 'tiny', components: ['main'] };

/** Makes an archive as Debian's are, with one suite and one component, in a new folder. */
export async function makeTinyArchive(
  folder: string,
  { suite: name = tinySuite.suite, packages, besides = '', key, validFor, signedAt }: TinyArchive,
): Promise<void> {
  const pool = join(folder, 'pool');
  const index = 'main/binary-amd64/Packages';
  const suite = join(folder, 'dists', name);
  await mkdir(pool, { recursive: true });
  await mkdir(join(suite, 'main/binary-amd64'), { recursive: true });
  const stanzas: string[] = [];
  for (const one of packages) {
    const file = makeDeb(pool, one);
    const { stdout } = await run(['dpkg-deb', '--field', file]);
    const { size } = await stat(file);
    const digest = sha256(await readFile(file));
    stanzas.push(`${stdout.trim()}\nFilename: pool/${basename(file)}\nSize: ${size}\nSHA256: ${digest}\n`);
  }
  const text = `${stanzas.join('\n')}${besides}`;
  await writeFile(join(suite, index), text);
  const day = (offset: number) =>
    new Date(Date.now() + offset * 86_400_000).toUTCString().replace('GMT', 'UTC');
  const release = [
    ...['Origin: tiny', `Suite: ${name}`, `Codename: ${name}`, `Date: ${day(-30)}`],
    ...(validFor === undefined ? [] : [`Valid-Until: ${day(validFor)}`]),
    ...['Architectures: amd64', 'Components: main', 'SHA256:'],
    ` ${sha256(Buffer.from(text))} ${Buffer.byteLength(text)} ${index}`,
    '',
  ].join('\n');
  await writeFile(join(suite, 'Release'), release);
  if (key === undefined) return;
  const sign = ['gpg', '--batch', '--yes', '--homedir', key.home, '--local-user', key.name];
  const at = signedAt === undefined ? [] : ['--faked-system-time', signedAt];
  await run(
    namespaceArgv([
      ...sign,
      ...at,
      '--clearsign',
      '--output',
      join(suite, 'InRelease'),
      join(suite, 'Release'),
    ]),
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
