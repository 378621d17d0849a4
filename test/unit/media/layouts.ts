import type { MediumFacts } from '../../../src/media/medium.ts';

/** A medium that holds these text files, and other names. */
export function facts(texts: Readonly<Record<string, string>>, names: readonly string[] = []): MediumFacts {
  return { names: new Set([...Object.keys(texts), ...names]), texts: new Map(Object.entries(texts)) };
}

/**
 * As productmd writes it since EL 7.2: the sections that are kept for older readers come first or last, after
 * the alphabet.
 */
export function newTreeinfo(family: string, version: string, variant: string, arch: string): string {
  return `[checksums]
images/boot.iso = sha256:0123456789abcdef

[general]
; WARNING.0 = This section provides compatibility with pre-productmd treeinfos.
; WARNING.1 = Read productmd documentation for details about new format.
arch = ${arch}
family = ${family}
name = ${family} ${version}
packagedir = ${variant}/Packages
platforms = ${arch},xen
repository = ${variant}
timestamp = 1714985906
variant = ${variant}
variants = AppStream,BaseOS
version = ${version}

[header]
type = productmd.treeinfo
version = 1.2

[images-${arch}]
boot.iso = images/boot.iso
initrd = images/pxeboot/initrd.img
kernel = images/pxeboot/vmlinuz

[media]
discnum = 1
totaldiscs = 1

[release]
name = ${family}
short = X
version = ${version}

[tree]
arch = ${arch}
build_timestamp = 1714985906
platforms = ${arch},xen
variants = AppStream,BaseOS

[variant-${variant}]
id = ${variant}
name = ${variant}
packages = ${variant}/Packages
type = variant
uid = ${variant}
`;
}

/** As media before productmd have it. */
export function oldTreeinfo(family: string, version: string, arch: string): string {
  return `[general]
name = ${family}-${version}
family = ${family}
timestamp = 1450148160.41
variant =
version = ${version}
packagedir =
arch = ${arch}

[stage2]
mainimage = LiveOS/squashfs.img

[images-${arch}]
kernel = images/pxeboot/vmlinuz
initrd = images/pxeboot/initrd.img
boot.iso = images/boot.iso
`;
}
