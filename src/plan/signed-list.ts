import type { Manifest, PackedRecord } from './manifest.ts';

/**
 * The list of digests that `imgsums=` names, and its signature: see docs/booting.md. The signature last, as
 * it completes the list.
 */
export const signedListNames = ['rootimg.sums', 'rootimg.sums.sig'] as const;

/**
 * What is signed for a packed root. Read by the initrd (97rootimg/digest.sh), by `sha256sum --check`, and by
 * initrds made before lists named an image: these take the last line alone. `image` is the name that the
 * initrd was made with.
 */
export function signedListText(
  image: string,
  pack: Pick<PackedRecord, 'file' | 'sha256' | 'size' | 'finished' | 'generation'>,
): string {
  return [
    '# rootimg signed list 2',
    `# image ${image}`,
    `# generation ${pack.generation ?? 0}`,
    `# time ${pack.finished}`,
    `# size ${pack.size}`,
    `${pack.sha256}  ${pack.file}\n`,
  ].join('\n');
}

/**
 * The public key that was put into the image's initrd, as a file of the host that made it; undefined when
 * there is none.
 */
export function initrdKey(manifest: Manifest | undefined): { path: string; sha256: string } | undefined {
  return manifest?.build?.files.find(({ role }) => role === 'sumskey');
}

/**
 * The name that a signed list must have for the image's initrd; its own for an image that others did not
 * build.
 */
export function signedName(manifest: Manifest | undefined, name: string): string {
  return manifest?.build?.initrd.signedFor ?? name;
}

/** A list with its signature, as they lie beside an image. */
export interface SignedList {
  readonly list: Buffer;
  readonly signature: Buffer;
}

/** Signs with the keys of a site. */
export interface Signer {
  /**
   * The list for a packed root of the image `name`. Throws when the initrd that `manifest` tells of would not
   * believe it; warns where that is unknown.
   */
  signList(
    name: string,
    manifest: Manifest | undefined,
    pack: Parameters<typeof signedListText>[1],
  ): Promise<SignedList>;
  /** The signatures of a file that boot loaders check, of those `ends` for which there is a key. */
  signFile(
    file: string,
    ends?: readonly SignatureEnd[],
  ): Promise<{ readonly end: SignatureEnd; readonly bytes: Buffer }[]>;
}

/**
 * Ends of the names of signatures beside kernel and initrd: CMS for iPXE's imgverify, OpenPGP for GRUB's
 * check_signatures.
 */
export const signatureEnds = ['.cms', '.sig'] as const;
export type SignatureEnd = (typeof signatureEnds)[number];
