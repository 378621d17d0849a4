import { type Tree } from '../../system/tree/open-tree.ts';
import { existsSync, readdirSync } from 'node:fs';
import type { PackPlan } from '../../plan/pack-plan.ts';
import { passwordsFromShadow, setRootPassword } from './accounts.ts';
import { toBinary, toPath, toShown } from '../../base/bytes.ts';
import { type CopyManner, copyIn } from './copy-in.ts';
import { identityPatterns, machineIdOverride } from './identity.ts';
import { type ImageSoFar, imageSoFar } from '../members/image-so-far.ts';
import { fileType } from '../members/mode.ts';
import { type Override, type Overrides, rootOwned } from '../members/override.ts';
import { placeInTree } from '../../system/tree/place-in-tree.ts';
import { addSyncEntries } from './sync.ts';
import { timezoneOverride } from './timezone.ts';
import { xcatinfoText } from './xcatinfo.ts';

/** What makes this image out of the tree, before the exlists have their say. */
export interface Customisation {
  readonly overrides: Overrides;
  /** Members whatever the exlists say; binary. */
  readonly kept: ReadonlySet<string>;
  /** Patterns of what belongs to a single machine; binary. */
  readonly identity: readonly string[];
  /** Where xcatinfo lies in the image; binary. */
  readonly xcatinfo: string;
  readonly warnings: readonly string[];
}

/**
 * Prepares the overrides of a pack: postscripts, xcatinfo, xcatdsklspost, timezone, root's password,
 * machine-id, synclists, in this order; then root is locked whatever came, where that is wanted.
 * `root` is the tree, binary; `uuid` and `seconds` go into xcatinfo. Only reads.
 */
export function customise(plan: PackPlan, root: Tree, uuid: string, seconds: number): Customisation {
  const overrides: Overrides = new Map();
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const image = imageSoFar(overrides, root);
  addPostscripts(overrides, plan.postscriptsDir, warn);
  const xcatinfo = placeInTree(root, 'opt/xcat/xcatinfo');
  setXcatinfo(overrides, xcatinfo, plan.image.name, uuid, seconds);
  addFirstScript(overrides, root, plan.postscriptsDir, warn);
  const zone = timezoneOverride(root, plan.timezone, warn);
  if (zone.override !== undefined) overrides.set(zone.override.path, zone.override);
  addShadow(image, plan.rootPasswordHash);
  const machineId = machineIdOverride(root);
  if (machineId !== undefined) overrides.set(machineId.path, machineId);
  addSyncEntries(image, plan.sync, warn);
  if (plan.secureroot) lockRoot(image);
  return { overrides, kept: zone.kept, identity: identityPatterns(root), xcatinfo, warnings };
}

function setXcatinfo(overrides: Overrides, path: string, name: string, uuid: string, seconds: number): void {
  const content = Buffer.from(xcatinfoText({ name, uuid, seconds }));
  overrides.set(path, { path, mode: fileType.regular | 0o644, ...rootOwned, mtime: seconds, content });
}

/** xCAT: `cp -r <installdir>/postscripts/* rootimg/xcatpost/` as root with umask 022, into a new folder. */
function addPostscripts(overrides: Overrides, from: string | undefined, warn: (text: string) => void): void {
  const path = 'xcatpost';
  overrides.set(path, { path, mode: fileType.folder | 0o755, ...rootOwned, opaque: true });
  if (from === undefined) {
    warn('There are no postscripts: /xcatpost is empty in this image.');
    return;
  }
  const manner: CopyManner = {
    followLinks: false,
    metadata: (stats) => ({ mode: stats.mode & 0o755, ...rootOwned }),
    put: (override) => putAsItIs(overrides, override),
    onSkipped: (file) => warn(`${toShown(file)} is not a file and is not copied.`),
  };
  const folder = toBinary(from);
  for (const name of readdirSync(toPath(folder), 'latin1').sort()) {
    if (!name.startsWith('.')) copyIn(`${folder}/${name}`, `${path}/${name}`, manner);
  }
}

function addFirstScript(
  overrides: Overrides,
  root: Tree,
  postscripts: string | undefined,
  warn: (text: string) => void,
): void {
  if (postscripts === undefined) return;
  const source = `${toBinary(postscripts)}/xcatdsklspost`;
  if (!existsSync(toPath(source))) {
    warn(`Could not find the script ${toShown(source)}: nodes will not run postscripts.`);
    return;
  }
  const manner: CopyManner = {
    followLinks: true,
    metadata: () => ({ mode: 0o755, ...rootOwned }),
    put: (override) => putAsItIs(overrides, override),
    onSkipped: () => {},
  };
  copyIn(source, placeInTree(root, 'opt/xcat/xcatdsklspost'), manner);
}

function putAsItIs(overrides: Overrides, override: Override): string {
  overrides.set(override.path, override);
  return override.path;
}

/** xCAT: root's line first, the other lines and the file's mode as they are; 0600 where there was no file. */
function addShadow(image: ImageSoFar, hash: string): void {
  const path = image.place('etc/shadow', { followLast: true });
  const current = image.file(path);
  const text = setRootPassword(current?.bytes.toString('latin1') ?? '', hash);
  const values = current?.values ?? { mode: fileType.regular | 0o600, ...rootOwned };
  image.put({ ...values, path, content: Buffer.from(text, 'latin1'), fromTree: current?.fromTree ?? false });
}

/** secureroot: whatever a synclist brought, no password lets root in. */
function lockRoot(image: ImageSoFar): void {
  addShadow(image, '*');
  const path = image.place('etc/passwd', { followLast: true });
  const passwd = image.file(path);
  if (passwd === undefined) return;
  const text = passwd.bytes.toString('latin1');
  const locked = passwordsFromShadow(text, 'root');
  if (locked === text) return;
  image.put({ ...passwd.values, path, content: Buffer.from(locked, 'latin1'), fromTree: passwd.fromTree });
}
