import type { PackedImage } from '../boot/image.ts';
import type { BootRequest } from '../boot/request.ts';
import { definitionWords } from '../netboot/definition-words.ts';
import { initrdName, kernelName } from '../plan/generation.ts';
import type { UnpublishedPack } from '../pack/pack-image.ts';
import type { PackPlan } from '../plan/pack-plan.ts';
import { attribute, type ImageDefinition } from '../resolve/definition.ts';
import { join } from 'node:path';

/**
 * What a boot is that nobody gave options for: as most nodes do, and patient enough for an emulated machine.
 */
export const usualMachine = { cpus: 2, timeout: 600, firmware: 'bios', pxe: false } as const;

/** A boot of a defined image. */
export function bootRequest(
  image: { readonly name: string; readonly rootimgdir: string; readonly definition: ImageDefinition },
  machine: Omit<BootRequest, 'imageName' | 'rootimgdir' | 'kernelParameters'>,
): BootRequest {
  const { words } = definitionWords({ addkcmdline: attribute(image.definition, 'addkcmdline') });
  return {
    ...machine,
    imageName: image.name,
    rootimgdir: image.rootimgdir,
    ...(words.length === 0 ? {} : { kernelParameters: words.join(' ') }),
  };
}

/** A packed root that is not published yet, beside the kernel and the initrd of its image. */
export function unpublishedImage(
  { rootimgdir, arch }: PackPlan['image'],
  packed: UnpublishedPack,
): PackedImage {
  return {
    ...{
      rootimgdir,
      arch,
      packed: packed.file,
      layers: packed.layers ?? new Map(),
      pack: packed.record,
      signed: packed.signed,
      keyed: packed.signed !== undefined,
      // Packing has said so where it is not.
      ownInitrd: true,
    },
    kernel: join(rootimgdir, kernelName),
    initrd: join(rootimgdir, initrdName),
  };
}
