import { basename } from 'node:path';
import type { Problem } from '../base/errors.ts';
import { dataWithoutSecrets } from '../base/secrets.ts';
import { familyOf, folderOf } from '../family/families.ts';
import type { PackageEntry, PackagePass } from '../plan/build-plan.ts';
import { attribute, type ImageDefinition } from '../resolve/definition.ts';
import { readEnviron } from '../resolve/environ.ts';
import { pinKernel } from '../resolve/kernel-pin.ts';
import type { PackageListKind } from '../resolve/package-entry.ts';
import { readPackageLists } from '../resolve/package-list.ts';
import { subFolder } from '../resolve/sub-folder.ts';
import type { CommandIo } from './io.ts';

/** What the package lists of a definition say once they are read; without secrets. */
export interface ImageLists {
  readonly passes: readonly PackagePass[];
  readonly otherPasses: readonly PackagePass[];
  readonly warnings: readonly string[];
  readonly problems: readonly Problem[];
}

/** Reads the lists that a definition names; problems are given, not thrown. */
export async function readImageLists(
  { cwd, env }: Pick<CommandIo, 'cwd' | 'env'>,
  definition: ImageDefinition,
): Promise<ImageLists> {
  const environ = readEnviron(attribute(definition, 'environvar'));
  const family = familyOf(folderOf(attribute(definition, 'osvers') ?? ''));
  const read = (kind: PackageListKind) =>
    readPackageLists(attribute(definition, kind), kind, {
      cwd,
      variables: { ...env, ...environ.variables },
      packageFormat: family.packageFormat,
      asked: definition.origins.get(kind),
    });
  const lists = await read('pkglist');
  const others = await read('otherpkglist');
  const pinned = pinKernel(
    lists.passes,
    family,
    attribute(definition, 'kernelver'),
    attribute(definition, 'krpmver'),
  );
  return {
    passes: dataWithoutSecrets(pinned),
    otherPasses: dataWithoutSecrets([...others.passes]),
    warnings: [...lists.warnings, ...others.warnings],
    problems: [...environ.problems, ...lists.problems, ...others.problems],
  };
}

/**
 * What the lists of a definition install, by the names of the packages: without the folders of otherpkglists.
 * What is wrong with a list is a warning here.
 */
export async function listEntries(
  io: Pick<CommandIo, 'cwd' | 'env'>,
  definition: ImageDefinition,
  warn: (text: string) => void,
): Promise<PackageEntry[]> {
  const { passes, otherPasses, problems } = await readImageLists(io, definition);
  for (const { message } of problems) warn(message);
  const others = otherPasses.flatMap(({ install }) => install);
  return [...passes.flatMap(({ install }) => install), ...others.map(withoutFolder)];
}

function withoutFolder(entry: PackageEntry): PackageEntry {
  return subFolder(entry) === '.' ? entry : { ...entry, name: basename(entry.name) };
}
