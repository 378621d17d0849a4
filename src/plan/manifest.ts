import * as z from 'zod';
import { dataWithoutSecrets } from '../base/secrets.ts';
import { componentSchema } from './component.ts';
import { initrdName } from './generation.ts';
import { parseJson } from './parse-json.ts';
import { publicKeySchema } from './public-key.ts';

/** Name of the manifest in rootimgdir. */
export const manifestName = 'manifest.json';

/** While this file stands in rootimgdir, the tree is being built or its build was killed: never pack it. */
export const buildMarkName = '.rootimg-building.json';

/** What the mark says: the step that runs, for the message that names the unfinished tree. */
export const buildMarkSchema = z.strictObject({
  step: z.string(),
  /** ISO 8601 */
  since: z.string(),
  host: z.string(),
  pid: z.number().int(),
  /** The tree is whole and on the disk; kernel, initrd and manifest may be of two builds. */
  whole: z.boolean().optional(),
});
export type BuildMark = z.infer<typeof buildMarkSchema>;

const hostSchema = z.object({ name: z.string(), arch: z.string(), os: z.string() });

const builtSchema = z.object({
  /** ISO 8601; of a reproducible build the time that its image has. */
  finished: z.string(),
  /** Absent in a reproducible build: see `run`. */
  host: hostSchema.optional(),
  /**
   * On a host of another architecture: the entry of binfmt_misc and the emulator that ran the image's
   * programs.
   */
  emulated: z.object({ entry: z.string(), interpreter: z.string() }).optional(),
  kernelVersion: z.string(),
  packages: z.array(
    z.object({
      /** See packageWord: of Debian packages `name_version_arch`. */
      nevra: z.string(),
      sha256header: z.string().optional(),
      /** Of Debian packages: of what dpkg's database says of it, with the digests of its files. */
      sha256record: z.string().optional(),
      /** Of Debian packages: name and version of their source, where they are not their own. */
      source: z.string().optional(),
      /** Bytes of its files when it is installed; absent in manifests of older versions. */
      size: z.number().optional(),
      /**
       * Address of the repository it came from; `file` for one named by its path; absent where nobody knows.
       */
      repository: z.string().optional(),
    }),
  ),
  /** The suite, where the packages are deb. */
  repositories: z.array(
    z.object({ id: z.string(), url: z.string(), suite: z.string().optional(), gpgcheck: z.boolean() }),
  ),
  files: z.array(
    z.object({
      path: z.string(),
      sha256: z.string(),
      role: z.string(),
      /** Of key files: the next build tells what has changed. */
      publicKeys: z.array(publicKeySchema).optional(),
    }),
  ),
  initrd: z.object({
    size: z.number(),
    sha256: z.string(),
    compressor: z.string(),
    /** Kernel modules. */
    modules: z.array(z.string()),
    /** Names of the programs in it. */
    programs: z.array(z.string()).optional(),
    dracutModules: z.array(z.string()).optional(),
    /**
     * What our part of it can do that older ones cannot: `holes` makes holes of the zeros in a cpio archive.
     */
    abilities: z.array(z.string()).optional(),
    /** Digest (hex) of its members, which it tells its nodes: the same from builds at other times. */
    id: z.string().optional(),
    /** The image that its signed lists must name; absent where it has no key. */
    signedFor: z.string().optional(),
    /** Default drivers that the kernel does not have. */
    skippedDrivers: z.array(z.string()).optional(),
    /**
     * Digest of all that decided it: the next build with the same takes this initrd. Absent: made before that
     * was kept.
     */
    inputs: z.string().optional(),
    /**
     * Bytes of its decompressed archive that are the drivers, and the digest of all that decided them.
     * Absent: not apart from the rest.
     */
    drivers: z.object({ start: z.number(), end: z.number(), inputs: z.string() }).optional(),
    /** Its files that lie in folders of the image which do not count for `inputs` otherwise. */
    uncounted: z.array(z.string()).optional(),
  }),
  tools: z.record(z.string(), z.string()),
  warnings: z.array(z.string()),
  /** Milliseconds per phase; empty in a reproducible build. */
  times: z.record(z.string(), z.number()),
});

/** Where and when a reproducible build ran: all that another one of the same has otherwise. */
const runSchema = z.object({
  /** ISO 8601 */
  finished: z.string(),
  host: hostSchema,
  /** Milliseconds per phase. */
  times: z.record(z.string(), z.number()),
});

const layerSchema = z.object({
  /** Name beside `file`, made of the digest. */
  file: componentSchema,
  /** Bytes. */
  size: z.number(),
  sha256: z.string(),
});

const packedSchema = z.object({
  /** ISO 8601 */
  finished: z.string(),
  /** Name in rootimgdir, such as `rootimg.cpio.gz`; of an image in layers that of their list. */
  file: componentSchema,
  /** The files that the list names, the base first; nodes lay each over those before it. */
  layers: z.array(layerSchema).min(1).optional(),
  method: z.string(),
  compressor: z.string(),
  /** IMAGEUUID of opt/xcat/xcatinfo in the packed image. */
  uuid: z.string(),
  members: z.number(),
  /** Members left out by exlists. */
  leftOut: z.number(),
  /** Bytes of file content before compression, without holes where the node keeps them. */
  contentBytes: z.number(),
  /** Bytes and digest (hex) of `file`. */
  size: z.number(),
  sha256: z.string(),
  warnings: z.array(z.string()),
  /**
   * Bytes of memory that the image takes on a node at the worst moment: packed and, of an archive, unpacked;
   * the same as `imgneed=` says.
   */
  memoryBytes: z.number().optional(),
  /** The part of it that is unpacked; 0 for a file system, which nodes mount. */
  unpackedBytes: z.number().optional(),
  /**
   * The packages with the most bytes in the tree, largest first; absent where the package database cannot be
   * read.
   */
  largestPackages: z.array(z.object({ nevra: z.string(), bytes: z.number() })).optional(),
  /** Digest (hex) of the package database that `largestPackages` was read from. */
  packageDatabase: z.string().optional(),
  /** Number of the set below `generations/` that this pack is kept as; absent when none is kept. */
  generation: z.number().int().positive().optional(),
  /** Digests (hex) of the kernel and initrd that this root was packed beside, by name. */
  bootFiles: z.record(componentSchema, z.string()).optional(),
});

/**
 * 2 where the packed root is one in layers: versions that do not know them must not take the list for the
 * root. 1 else.
 */
const schemaNumber = z.union([z.literal(1), z.literal(2)]);

export const manifestSchema = z.object({
  schema: schemaNumber,
  image: z.object({ name: z.string(), osvers: z.string(), arch: z.string(), profile: z.string() }),
  build: builtSchema.optional(),
  pack: packedSchema.optional(),
  /** Of a reproducible build only. */
  run: runSchema.optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type BuiltRecord = z.infer<typeof builtSchema>;
export type RunRecord = z.infer<typeof runSchema>;
export type PackedRecord = z.infer<typeof packedSchema>;

/** The text of a manifest's file: administrators and web servers hand it on, so no password is in it. */
export function manifestText(manifest: Manifest): string {
  const schema = manifest.pack?.layers === undefined ? 1 : 2;
  return `${JSON.stringify(dataWithoutSecrets({ ...manifest, schema }), undefined, 2)}\n`;
}

/** Reads a manifest's text; undefined when it is none that this version understands. */
export function parseManifest(text: string): Manifest | undefined {
  return manifestSchema.safeParse(parseJson(text)).data;
}

/**
 * What the manifest says of the initrd with this digest (hex); undefined for one that its build did not make,
 * as another tool's: nothing is known of what that can do.
 */
export function builtInitrd(
  manifest: Manifest | undefined,
  sha256: string | undefined,
): BuiltRecord['initrd'] | undefined {
  const initrd = manifest?.build?.initrd;
  return initrd !== undefined && initrd.sha256 === sha256 ? initrd : undefined;
}

/** True for a kept set whose initrd another tool made than the build that its manifest tells of. */
export function hasForeignInitrd(manifest: Manifest | undefined): boolean {
  const sha256 = manifest?.pack?.bootFiles?.[initrdName];
  return sha256 !== undefined && builtInitrd(manifest, sha256) === undefined;
}
