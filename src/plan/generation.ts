import * as z from 'zod';

/** Folder in rootimgdir that holds a folder for each kept set, named by its number from 1 on. */
export const generationsName = 'generations';

export const kernelName = 'kernel';
/** xCAT's name of the initrd. */
export const initrdName = 'initrd-stateless.gz';

/** xCAT: the other name of the initrd; ours are one file. */
export const secondInitrdName = 'initrd-statelite.gz';

/** What a generation keeps to boot from, each file once. */
export const keptBootFiles = [initrdName, kernelName] as const;

/**
 * What nodes are given to boot from, by name, and the kept file that it is: the kernel last, as it is what a
 * node asks for first.
 */
export const bootFiles = [
  { name: initrdName, kept: initrdName },
  { name: secondInitrdName, kept: initrdName },
  { name: kernelName, kept: kernelName },
] as const;

/**
 * File in rootimgdir while a kept set is being published, by a rollback or by its pack: what a killed one
 * left is finished after it.
 */
export const rollbackMarkName = '.rootimg-rollback.json';

export const rollbackMarkSchema = z.object({
  generation: z.number().int().positive(),
  /**
   * Digest (hex) of the manifest that was there before: another one means that somebody has built or packed
   * since.
   */
  manifest: z.string(),
  /**
   * Where kernel and initrd belong: the image folder, and the tftp folder where that has them too; none for a
   * pack, which leaves them.
   */
  folders: z.array(z.string()),
});

export type RollbackMark = z.infer<typeof rollbackMarkSchema>;

/** Sets of kernel, initrd, packed root and manifest that are kept when the configuration says nothing. */
export const defaultGenerations = 3;

/** When a new base is packed by itself if the configuration says nothing: see PackPlan. */
export const usualLayers = { share: 20, number: 16 } as const;
