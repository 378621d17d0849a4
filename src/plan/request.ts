import * as z from 'zod';

const value = z.string().optional();
/** Absent in plans of releases that did not know it. */
const flag = z.boolean().default(false);

/**
 * Exactly what the node's command line can say. Rendering it gives the dry-run line, parsing that line gives
 * it back. Values stay as the administrator wrote them (comma lists are not split), so that nothing is lost
 * on the way.
 */
export const buildRequestSchema = z.strictObject({
  schema: z.literal(1),
  imageName: value,
  arch: value,
  osvers: value,
  profile: value,
  netdrivers: value,
  nodebootif: value,
  otherifce: value,
  rootlimit: value,
  tmplimit: value,
  kernelver: value,
  krpmver: value,
  /** `-m`: only `statelite` is known. */
  mode: value,
  permission: value,
  kerneldir: value,
  interactive: flag,
  onlyinitrd: flag,
  /** Comma list of K=V, rendered as `--env`. */
  environvar: value,
  /** pkgdir of the definition; comma list of folders and URLs. */
  srcdir: value,
  pkglist: value,
  otherpkgdir: value,
  otherpkglist: value,
  postinstall: value,
  rootimgdir: value,
  driverupdatesrc: value,
  ignorekernelchk: flag,
  noupdate: flag,
  timezone: value,
  /** Ours: signatures of packages are not checked in this run. */
  nogpgcheck: flag,
  /** Ours: scriptlets of packages may fail. */
  toleratescriptlets: flag,
  /** Ours: the licences that packages ask to agree to are agreed to (SUSE). */
  acceptlicenses: flag,
  /** Ours: packages may be replaced by those of another vendor (SUSE). */
  allowvendorchange: flag,
  /** Ours: postinstall scripts have no network. */
  nonetwork: flag,
  /** Ours: comma list of files, public keys besides those found. */
  gpgkeys: value,
  /** Ours: what holds for single repositories, as src/resolve/repository-settings.ts reads it. */
  repositorysettings: value,
  /** Ours: mirror of the distribution, for images of deb packages whose pkgdir names no address. */
  mirror: value,
  /** Ours: the public key for the initrd, a file. */
  sumskey: value,
  /** Ours: build beside the tree that is there and swap at the end. */
  fresh: flag,
  /** Ours: take no package layer from the cache and put none into it. */
  noCache: flag,
  /** Ours: the file of a lock; the build takes exactly its packages. */
  locked: value,
  /** Ours: folder with the package files of locks, each image's in a folder of its name. */
  keepPackages: value,
  /** Ours: seconds since 1970; the same bytes each time, and no time in the image is later. */
  sourceDateEpoch: value,
  /** Ours: wait for the lock of the image folder. */
  wait: flag,
  /** Ours: local folder to build in; the result is copied to rootimgdir. */
  stage: value,
  /** Ours: replace the image of another name that lies in rootimgdir. */
  force: flag,
  /** Ours: an image of another architecture is built here, its programs run by an emulator. */
  emulate: flag,
  /** Ours: seconds that each postinstall script may take. */
  postinstallTimeout: value,
});

export type BuildRequest = z.infer<typeof buildRequestSchema>;
