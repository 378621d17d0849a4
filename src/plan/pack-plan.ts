import * as z from 'zod';
import { originSchema } from './build-plan.ts';

/** One line of an exlist. */
const excludeRuleSchema = z.strictObject({
  /** As `find -path` takes it, the decoration (`-`, `+`) removed. */
  pattern: z.string(),
  kind: z.enum(['exclude', 'include']),
  origin: originSchema,
});
export type ExcludeRule = z.infer<typeof excludeRuleSchema>;

/** One line of a synclist that concerns the image. */
const syncEntrySchema = z.strictObject({
  kind: z.enum(['copy', 'append', 'merge']),
  /** Absolute; one that ends in `/` stands for what lies in the folder. */
  sources: z.array(z.string()),
  /** Absolute in the image; one that ends in `/` is a folder. */
  destination: z.string(),
  origin: originSchema,
});
export type SyncEntry = z.infer<typeof syncEntrySchema>;

/** What packimage will do, resolved and free of I/O. */
export const packPlanSchema = z.strictObject({
  schema: z.literal(1),
  image: z.strictObject({
    name: z.string(),
    osvers: z.string(),
    arch: z.string(),
    profile: z.string(),
    /** Absolute; `rootimg/` below it is packed. */
    rootimgdir: z.string(),
  }),
  /** Name of a format (`src/pack/formats`). */
  method: z.string(),
  /** For squashfs and erofs: the compressor inside the file system. `pigz` writes gzip. */
  compressor: z.string(),
  rules: z.array(excludeRuleSchema),
  sync: z.array(syncEntrySchema),
  /** Site's timezone, such as `Europe/Berlin`. */
  timezone: z.string().optional(),
  /** What the root line of etc/shadow gets: a crypt hash, or `*` for locked. Never a plain password. */
  rootPasswordHash: z.string(),
  /** True: root is locked, whatever a synclist brings. */
  secureroot: z.boolean(),
  /** `<installdir>/postscripts`; absent when there is none. */
  postscriptsDir: z.string().optional(),
  /** Seconds since the epoch that mtimes are clamped to and TIMESTAMP is; set = reproducible. */
  sourceDateEpoch: z.number().int().nonnegative().optional(),
  /** How many sets of kernel, initrd, packed root and manifest are kept, this one included; 0 = none. */
  generations: z.number().int().nonnegative(),
  /** Only what has changed since the last pack is packed, as a layer that nodes lay over it. */
  layers: z
    .strictObject({
      /** A new base is packed where the layers would have more than this share of its bytes, in percent. */
      share: z.number().positive(),
      /** The same where there would be more of them. */
      number: z.number().int().nonnegative(),
      /** True: a new base is packed in any case. */
      rebase: z.boolean(),
    })
    .optional(),
  /** What a leak check may find without a word. */
  allowed: z.array(excludeRuleSchema),
  /** True: what the leak check finds ends the pack. */
  strict: z.boolean(),
  /** True: what is refused for the safety of nodes is packed all the same. */
  force: z.boolean(),
  /**
   * What must be so before it is published. `digest`: the disk gives back what was written, and what a tool made
   * by itself has the selected members; `list`: archives too have them; `full`: with their content.
   */
  verify: z.enum(['digest', 'list', 'full']),
  warnings: z.array(z.string()),
});
export type PackPlan = z.infer<typeof packPlanSchema>;
