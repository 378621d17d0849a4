import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import type { SigningKey } from '../sample-repo/keys.ts';
import { type Suite, suites } from './packages.ts';

/** A `.deb` file and where it goes. */
export interface Placed {
  readonly deb: string;
  readonly suite: Suite;
  readonly component: 'main' | 'universe';
}

/** Makes the archive below `archive` with reprepro, its indexes signed by `key`. */
export async function makeArchive(
  archive: string,
  packages: readonly Placed[],
  architecture: string,
  key: SigningKey,
): Promise<void> {
  await mkdir(join(archive, 'conf'), { recursive: true });
  const text = suites.map((suite) => distribution(suite, architecture)).join('\n');
  await writeFile(join(archive, 'conf/distributions'), text);
  for (const suite of suites) {
    for (const component of ['main', 'universe'] as const) {
      const debs = packages.filter((one) => one.suite === suite && one.component === component);
      if (debs.length === 0) continue;
      await reprepro(archive, key, ['-C', component, 'includedeb', suite, ...debs.map(({ deb }) => deb)]);
    }
  }
  await reprepro(archive, key, ['export']);
  for (const name of ['conf', 'db']) await rm(join(archive, name), { recursive: true });
}

/** gpg starts an agent that would outlive it; the namespace ends it. */
async function reprepro(archive: string, { home }: SigningKey, args: readonly string[]): Promise<void> {
  await run(namespaceArgv(['reprepro', '--silent', '--gnupghome', home, '--basedir', archive, ...args]), {
    action: 'put packages into the sample archive',
    shownArgv: ['reprepro', ...args.slice(0, 4)],
  });
}

function distribution(suite: Suite, architecture: string): string {
  return [
    ...['Origin: Ubuntu', 'Label: Ubuntu', `Suite: ${suite}`, 'Version: 22.04', `Codename: ${suite}`],
    ...[`Architectures: ${architecture}`, 'Components: main universe', 'SignWith: default'],
    ...['Description: Sample archive', ''],
  ].join('\n');
}
