import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../base/read-if-there.ts';
import type { Repository } from '../../plan/build-plan.ts';
import type { BroughtPackage, Transaction, UndigestedPackage } from '../manager.ts';
import { localFile } from '../rpm/lock-files.ts';
import type { Dnf, DnfRun } from './dnf-call.ts';
import { resolveTask } from './dnf-names.ts';
import { dnfPlugin, toldFile } from './dnf-plugin.ts';

/** What dnf would do, and what it says of the host's rpm where it can. */
export interface ToldTransaction extends Transaction {
  readonly rpm?: string | undefined;
}

/**
 * What dnf would do for a run, with the digests of the packages where this dnf can tell them in the same run: to
 * read the metadata once more takes as long as to resolve. Changes nothing.
 */
export async function resolveTelling(dnf: Dnf, run: DnfRun): Promise<ToldTransaction> {
  if (!dnf.dialect.takesPlugins) return resolveTask(dnf, run);
  const folder = join(dnf.host.shared, 'plugins');
  const file = join(folder, toldFile);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'rootimg.py'), dnfPlugin);
  await rm(file, { force: true });
  const places = ['pluginpath', 'pluginconfpath'].map((name) => `${name}=${folder}`);
  const options = ['plugins=1', ...places].map((one) => `--setopt=${one}`);
  const { brings, removes } = await resolveTask(dnf, run, options);
  const { isAll, rpm, packages } = readTold(dnf.site.plan.repositories, (await readIfThere(file)) ?? '');
  if (isAll) return { brings: packages, removes: [], rpm };
  const told = new Map(packages.map((one) => [idOf(one), one]));
  return { brings: brings.map((one) => ({ ...one, ...told.get(idOf(one)) })), removes, rpm };
}

export interface Told {
  readonly packages: readonly BroughtPackage[];
  /** These are all; else dnf's table has them. */
  readonly isAll: boolean;
  /** Version of the host's rpm. */
  readonly rpm: string | undefined;
}

/** What the plugin has written. */
export function readTold(known: readonly Repository[], text: string): Told {
  const repositories = new Map(known.map((one) => [one.id, one]));
  const lines = text.split('\n').map((line) => line.split('\t'));
  const packages = lines
    .filter(({ length }) => length >= packageWords)
    .map(([id = '', name = '', version = '', arch = '', location = '', kind, digest]): BroughtPackage => {
      const repository = repositories.get(id);
      const one = { name, version, arch, repository: id === '@commandline' ? 'file' : id };
      if (repository === undefined || digest === undefined) return one;
      return { ...one, digest: `${kind}:${digest}`, ...localFile(repository, location) };
    });
  return {
    packages,
    isAll: lines.some(([word, ...more]) => word === 'all' && more.length === 0),
    rpm: lines.find(([word, , ...more]) => word === 'rpm' && more.length === 0)?.[1],
  };
}

/** Repository, name, version, architecture and place; behind them the digest. */
const packageWords = 5;

function idOf({ repository, name, version, arch }: UndigestedPackage): string {
  return [repository, name, version, arch].join(' ');
}
