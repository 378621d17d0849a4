import * as z from 'zod';

/** Folder in rootimgdir that holds a folder for each kept set, named by its number from 1 on. */
export const generationsName = 'generations';

/** Boot files of a set, as they are called in rootimgdir and in each generation: the kernel last, as it is what a node asks for first. */
export const bootFileNames = ['initrd-stateless.gz', 'kernel'] as const;

/** File in rootimgdir that says which boot entries point at which generation. */
export const bootEntriesName = 'boot-entries.json';

export const bootEntriesSchema = z.object({
  version: z.literal(1),
  entries: z.array(z.object({ file: z.string(), generation: z.number().int() })),
});

/** File in rootimgdir while a rollback is under way: what a killed one left is finished after it. */
export const rollbackMarkName = '.rootimg-rollback.json';

export const rollbackMarkSchema = z.object({
  generation: z.number().int().positive(),
  /** Digest (hex) of the manifest that was there before: another one means that somebody has built or packed since. */
  manifest: z.string(),
  /** Where kernel and initrd belong: the image folder, and the tftp folder where that has them too. */
  folders: z.array(z.string()),
});

export type RollbackMark = z.infer<typeof rollbackMarkSchema>;
