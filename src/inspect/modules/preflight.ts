import { toBinary } from '../../base/bytes.ts';
import type { Problem } from '../../base/errors.ts';
import type { Manifest } from '../../plan/manifest.ts';
import { openTree, type Tree } from '../../system/tree/open-tree.ts';
import { findPlaceInTree } from '../../system/tree/place-in-tree.ts';
import { folderInTree, readInTree } from '../../system/tree/tree-files.ts';
import { missingFirmware } from './firmware.ts';
import { judgeModules } from './judge-modules.ts';
import { kernelSymbols } from './kernel-symbols.ts';
import { moduleName } from './module-info.ts';
import { nicsWithoutDriver, readNics } from './nics.ts';
import { readModules } from './read-modules.ts';

export interface PreflightInput {
  /** Path of the tree. */
  readonly tree: string;
  readonly manifest: Manifest | undefined;
  readonly secureBoot: boolean;
  /** What `lspci -n` printed on the nodes, and where it stands. */
  readonly nics: { readonly file: string; readonly text: string } | undefined;
}

export interface PreflightFindings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notChecked: readonly { readonly what: string; readonly why: string }[];
}

const modulesFolder = 'lib/modules';

/** Looks whether the modules of an image will load, and whether its nodes will find their network cards. */
export async function preflightModules(input: PreflightInput): Promise<PreflightFindings> {
  const tree = openTree(toBinary(input.tree));
  try {
    const found: PreflightFindings[] = [];
    for (const version of kernelsOf(tree, input.manifest))
      found.push(await preflightOf(tree, version, input));
    return {
      problems: found.flatMap(({ problems }) => problems),
      warnings: found.flatMap(({ warnings }) => warnings),
      notChecked: found.flatMap(({ notChecked }) => notChecked),
    };
  } finally {
    tree.close();
  }
}

/** The kernel that was published; where that is not known, all of the tree. */
function kernelsOf(tree: Tree, manifest: Manifest | undefined): string[] {
  const all = folderInTree(tree, modulesFolder).filter(
    (name) => folderInTree(tree, `${modulesFolder}/${name}`).length > 0,
  );
  const published = manifest?.build?.kernelVersion;
  return published !== undefined && all.includes(published) ? [published] : all;
}

async function preflightOf(
  tree: Tree,
  version: string,
  { manifest, secureBoot, nics }: PreflightInput,
): Promise<PreflightFindings> {
  const folder = `${modulesFolder}/${version}`;
  const text = (name: string) =>
    readInTree(tree, `${folder}/${name}`, 64 * 1024 * 1024)?.toString('latin1') ?? '';
  const modules = await readModules(tree, findPlaceInTree(tree, toBinary(folder)) ?? toBinary(folder));
  const symbols = kernelSymbols(tree, version, modules);
  const builtIn = new Set(
    text('modules.builtin')
      .split('\n')
      .filter((line) => line.endsWith('.ko'))
      .map((line) => moduleName(line.slice(line.lastIndexOf('/') + 1, -'.ko'.length))),
  );
  const inInitrd = new Set((manifest?.build?.initrd.modules ?? []).map(moduleName));
  const drivers = { aliases: text('modules.alias'), builtInInfo: text('modules.builtin.modinfo'), inInitrd };
  return {
    problems: [
      ...judgeModules(modules, { version, symbols, builtIn, wantsSignatures: secureBoot }),
      ...(nics === undefined ? [] : nicsWithoutDriver(readNics(nics.text), drivers, nics.file)),
    ],
    warnings: missingFirmware(tree, version, modules, inInitrd),
    notChecked:
      symbols.exported === undefined
        ? [
            {
              what: `symbols that modules need of the kernel ${version}`,
              why: 'no Module.symvers, no System.map',
            },
          ]
        : [],
  };
}
