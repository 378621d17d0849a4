import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile, readTextFile } from '../base/regular-file.ts';
import { initrdName, kernelName } from '../plan/generation.ts';
import { filesOfPack } from '../plan/layer-list.ts';
import { imageNeed } from '../plan/image-words.ts';
import { type Problem, RootimgError, throwProblems } from '../base/errors.ts';
import {
  builtInitrd,
  type Manifest,
  manifestName,
  type PackedRecord,
  parseManifest,
} from '../plan/manifest.ts';
import { fileDigest } from '../system/file-digest.ts';
import { initrdKey, type SignedList, signedListNames } from '../plan/signed-list.ts';
import { throwIfStopped } from '../system/signals.ts';

/** A packed image on disk, with what its manifest promises. */
export interface PackedImage {
  readonly rootimgdir: string;
  /** osarch of the image, such as `x86_64`. */
  readonly arch: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly packed: string;
  /** Of one in layers, of which `packed` is the list: path of each by its name. */
  readonly layers: ReadonlyMap<string, string>;
  readonly pack: PackedRecord;
  /** The signed list that says this packed root; undefined when there is none. */
  readonly signed: SignedList | undefined;
  /**
   * True when the initrd is the one that the manifest tells of; another one reports nothing and may check
   * nothing.
   */
  readonly ownInitrd: boolean;
  /** True when the initrd boots nothing that is not signed. */
  readonly keyed: boolean;
}

/**
 * Finds the files of a packed image. Errors: not packed, a file missing, a packed file of another size than
 * the manifest says.
 */
export async function loadImage(rootimgdir: string, imageName: string): Promise<PackedImage> {
  const manifestPath = join(rootimgdir, manifestName);
  const text = await readTextFile(manifestPath).catch(() => undefined);
  const manifest = text === undefined ? undefined : parseManifest(text);
  const pack = manifest?.pack;
  if (manifest === undefined || pack === undefined) {
    throw new RootimgError('not-packed', `${manifestPath} does not tell of a packed image.`, {
      hint: `Run genimage ${imageName} and packimage ${imageName} first.`,
    });
  }
  const image: PackedImage = {
    rootimgdir,
    arch: manifest.image.arch,
    kernel: join(rootimgdir, kernelName),
    initrd: join(rootimgdir, initrdName),
    packed: join(rootimgdir, pack.file),
    layers: new Map((pack.layers ?? []).map(({ file }) => [file, join(rootimgdir, file)])),
    pack,
    signed: await readSigned(rootimgdir),
    ...(await initrdFacts(rootimgdir, manifest)),
  };
  throwProblems(await fileProblems(image, imageName));
  return image;
}

async function initrdFacts(
  rootimgdir: string,
  manifest: Manifest,
): Promise<Pick<PackedImage, 'ownInitrd' | 'keyed'>> {
  const sha256 = await fileDigest(join(rootimgdir, initrdName)).catch(throwIfStopped);
  const ownInitrd = sha256 === undefined || builtInitrd(manifest, sha256) !== undefined;
  return { ownInitrd, keyed: ownInitrd && initrdKey(manifest) !== undefined };
}

async function readSigned(folder: string): Promise<SignedList | undefined> {
  const [list, signature] = await Promise.all(
    signedListNames.map((name) => readRegularFile(join(folder, name)).catch(() => undefined)),
  );
  return list === undefined || signature === undefined ? undefined : { list, signature };
}

async function fileProblems(image: PackedImage, imageName: string): Promise<Problem[]> {
  const problems: Problem[] = [];
  const packed = filesOfPack(image.pack).map(({ file, size }) => ({
    path: join(image.rootimgdir, file),
    size,
  }));
  for (const { path, maker, size } of [
    { path: image.kernel, maker: 'genimage', size: undefined },
    { path: image.initrd, maker: 'genimage', size: undefined },
    ...packed.map((one) => ({ ...one, maker: 'packimage' })),
  ]) {
    const found = await stat(path).catch(() => undefined);
    const hint = `Run ${maker} ${imageName}.`;
    if (found === undefined) {
      problems.push({ code: 'boot-file-missing', message: `${path} is not there.`, hint });
    } else if (size !== undefined && found.size !== size) {
      const message = `${path} has ${found.size} bytes, but the manifest says ${size}.`;
      problems.push({ code: 'boot-file-changed', message, hint });
    }
  }
  return problems;
}

/** What an administrator should know who boots with an initrd of another tool, or none that anybody knows. */
export function initrdDoubts(image: PackedImage, imageName: string): string[] {
  if (image.ownInitrd) return [];
  return [
    `${image.initrd} was not made by the genimage that the manifest tells of: nobody knows whether it checks digests and signatures, keeps attributes, and reports how it came up. genimage --onlyinitrd ${imageName} makes one that does.`,
  ];
}

/** What a running node needs besides its root, in mebibytes. */
const roomToWork = 1024;

/**
 * Mebibytes that a node needs for this image, at least 2048: a tmpfs takes half of the memory, and beside it
 * the packed file and room to work.
 */
export function defaultMemory(pack: Parameters<typeof imageNeed>[0]): number {
  const { packed, unpacked } = imageNeed(pack);
  const needed = packed + Math.max(2 * unpacked, unpacked + roomToWork);
  return Math.max(2048, Math.ceil(needed / 256) * 256);
}
