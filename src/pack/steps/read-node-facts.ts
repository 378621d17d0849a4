import { join } from 'node:path';
import { initrdName } from '../../plan/generation.ts';
import { builtInitrd, type Manifest } from '../../plan/manifest.ts';
import { digestToKnow } from '../../system/known-digest.ts';
import { readTreeFile } from '../../system/tree-file.ts';
import type { NodeFacts } from '../formats/node-facts.ts';
import { throwIfStopped } from '../../system/signals.ts';

/**
 * What is known of the nodes that boot an image. The manifest counts for the initrd that lies there only
 * where it is, byte for byte, the one that it tells of; any other one has no ability that nobody saw in it.
 */
export async function readNodeFacts(
  rootimgdir: string,
  tree: string,
  manifest: Manifest | undefined,
): Promise<NodeFacts> {
  const sha256 = await digestToKnow(join(rootimgdir, initrdName)).catch(throwIfStopped);
  // Where none lies there the next one is the manifest's.
  const initrd = sha256 === undefined ? manifest?.build?.initrd : builtInitrd(manifest, sha256);
  const kernelVersion = manifest?.build?.kernelVersion;
  return {
    initrdPrograms: initrd?.programs ?? (sha256 === undefined ? undefined : []),
    initrdModules: initrd === undefined ? [] : [...initrd.modules, ...(await builtIn(tree, kernelVersion))],
    initrdAbilities: initrd?.abilities ?? [],
    foreignInitrd: sha256 !== undefined && initrd === undefined,
    kernelVersion,
  };
}

/** Names of what the kernel of the image has without a module (modules.builtin). */
async function builtIn(tree: string, version: string | undefined): Promise<string[]> {
  if (version === undefined) return [];
  const text = await readTreeFile(tree, `lib/modules/${version}/modules.builtin`);
  const drivers = (text ?? '').split('\n').filter((line) => line.endsWith('.ko'));
  return drivers.map((line) => line.slice(line.lastIndexOf('/') + 1, -'.ko'.length));
}
