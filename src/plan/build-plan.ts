import * as z from 'zod';
import { buildLockSchema } from './build-lock.ts';
import { componentSchema, lineSchema } from './component.ts';
import { publicKeySchema } from './public-key.ts';
import { buildRequestSchema } from './request.ts';

export const originSchema = z.strictObject({
  file: z.string(),
  line: z.number().int().positive().optional(),
});

/**
 * One entry of a package list: a name, `@group`, `dir/sub/pkg`, `-pkg` … with the place where it was written.
 */
const packageEntrySchema = z.strictObject({ name: z.string(), origin: originSchema });
export type PackageEntry = z.infer<typeof packageEntrySchema>;

/** One separate package-manager run. `environment` holds K=V words of `#ENV:…#`. */
const packagePassSchema = z.strictObject({
  install: z.array(packageEntrySchema),
  /** `-pkg`: removed before the install. otherpkglists only. */
  removeBefore: z.array(packageEntrySchema),
  /** `--pkg`: removed after the install. otherpkglists only. */
  removeAfter: z.array(packageEntrySchema),
  environment: z.array(z.string()),
  /** What its packages merely recommend comes too; deb only. */
  recommends: z.boolean().optional(),
  /** Absolute paths of files with debconf answers, set before the pass; deb only. */
  debconf: z.array(lineSchema).optional(),
});
export type PackagePass = z.infer<typeof packagePassSchema>;

/** What a repository of deb packages has besides its address (sources.list(5)). */
const debSuiteSchema = z.strictObject({
  /** Suite such as `bookworm`; ends with `/` for a flat repository, `./` for the folder itself. */
  suite: lineSchema,
  /** None in a flat repository. */
  components: z.array(lineSchema),
  /** Absolute paths of the keyrings that its Release file is checked with. */
  signedBy: z.array(lineSchema).optional(),
  /** The armoured key that it is checked with. Where there is neither, the keys of the plan count. */
  key: z.string().optional(),
  /** The only ones of those keys that count, in upper-case hex; `!` behind one: not its subkeys. */
  fingerprints: z.array(z.string().regex(/^[0-9A-F]{40}!?$/)).optional(),
  /** False: a Release file that has expired counts all the same. */
  checkValidUntil: z.boolean().optional(),
  /** There is no index: it is made before the build (a folder of plain packages). */
  plain: z.boolean().optional(),
});
export type DebSuite = z.infer<typeof debSuiteSchema>;

const repositorySchema = z.strictObject({
  /** Unique in the plan; also the id given to the package manager: `[a-z0-9-]+`. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** `file:///…`, `http:`, `https:` or `ftp:`. */
  url: lineSchema,
  /** Which attribute brought it, for messages. */
  from: z.enum(['pkgdir', 'otherpkgdir', 'kerneldir']),
  /** In otherpkgdir: the `dir/sub` of the entries `dir/sub/pkg` that it is for; empty for plain names. */
  folders: z.array(z.string()).optional(),
  /**
   * What says that the signatures of its packages are not checked, such as `--no-gpgcheck`; absent where they
   * are.
   */
  unchecked: z.string().optional(),
  /** File of the CA that its server is trusted by. */
  sslcacert: lineSchema.optional(),
  /** Of deb packages; absent for repositories of rpm packages. */
  deb: debSuiteSchema.optional(),
  /** Folder that has what a lock needs of it: nothing is asked of its address. */
  keptIn: lineSchema.optional(),
});
export type Repository = z.infer<typeof repositorySchema>;

/** A file that decides the build; a plan is refused when its digest has changed. */
const planFileSchema = z.strictObject({
  path: z.string(),
  /** hex */
  sha256: z.string(),
  role: z.enum([
    'pkglist',
    'otherpkglist',
    'postinstall',
    'key',
    'driverupdate',
    'sumskey',
    'debconf',
    'repolist',
  ]),
  /** What is in a key's file. */
  publicKeys: z.array(publicKeySchema).optional(),
});

export type PlanFile = z.infer<typeof planFileSchema>;

const postinstallSchema = z.strictObject({ path: z.string(), args: z.array(z.string()) });
export type Postinstall = z.infer<typeof postinstallSchema>;

/**
 * The request plus what resolving it on the building node found: all that `src/genimage` needs, free of I/O.
 */
export const buildPlanSchema = z.strictObject({
  schema: z.literal(1),
  /**
   * As asked, with the defaults of the building node and the lists found by profile filled in; IMG_PKGLIST
   * and the like come from here.
   */
  request: buildRequestSchema,
  image: z.strictObject({
    name: componentSchema,
    osvers: componentSchema,
    arch: componentSchema,
    profile: componentSchema,
    /** Absolute; holds `rootimg/`, kernel, initrds, logs, manifest. */
    rootimgdir: z.string(),
    /** netboot folder name, such as `rh`. */
    family: componentSchema,
    /** `rpm-dnf` for what we can install today; the others are refused by preflight. */
    packageManager: z.enum(['dnf', 'zypper', 'apt']),
    /** Major release for `--releasever`, such as `9`. */
    releasever: componentSchema,
  }),
  passes: z.array(packagePassSchema),
  otherPasses: z.array(packagePassSchema),
  repositories: z.array(repositorySchema),
  /** Absolute paths of public keys that signatures are checked with. */
  keys: z.array(lineSchema),
  /** environvar, split: exported to all of the build. */
  environment: z.record(z.string(), z.string()),
  postinstall: z.array(postinstallSchema),
  /** Order kept, without `.ko`; `allupdate` and `updateonly` as they stand. */
  netdrivers: z.array(z.string()),
  otherifce: z.array(z.string()),
  files: z.array(planFileSchema),
  /** `<installdir>/postscripts`, where xcatpostinit1.netboot lies. */
  postscriptsDir: z.string(),
  /**
   * Where kernel and initrd are copied on the management node: `<tftpdir>/xcat/osimage/<image>`; absent
   * elsewhere.
   */
  tftpImageDir: z.string().optional(),
  /**
   * Seconds since 1970: set where the build is to be the same bytes each time. No time in the image is later,
   * and SOURCE_DATE_EPOCH of the environment says it to all that the build runs.
   */
  sourceDateEpoch: z.number().int().nonnegative().optional(),
  /** Exactly these packages are taken, or none. */
  lock: buildLockSchema.optional(),
  warnings: z.array(z.string()),
});
export type BuildPlan = z.infer<typeof buildPlanSchema>;
