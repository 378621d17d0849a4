/** File types as they stand in st_mode. */
export const fileType = {
  mask: 0o170000,
  socket: 0o140000,
  symlink: 0o120000,
  regular: 0o100000,
  block: 0o060000,
  folder: 0o040000,
  character: 0o020000,
  fifo: 0o010000,
} as const;

export function isFolder(mode: number): boolean {
  return (mode & fileType.mask) === fileType.folder;
}

export function isRegular(mode: number): boolean {
  return (mode & fileType.mask) === fileType.regular;
}

export function isSymlink(mode: number): boolean {
  return (mode & fileType.mask) === fileType.symlink;
}

export function isDevice(mode: number): boolean {
  const type = mode & fileType.mask;
  return type === fileType.block || type === fileType.character;
}

/** Splits st_rdev as Linux encodes it: 12 + 20 low bits of major, 8 + 24 of minor. */
export function deviceNumbers(rdev: number): { major: number; minor: number } {
  const low = rdev % 2 ** 32;
  const high = Math.floor(rdev / 2 ** 32);
  return {
    major: ((low >>> 8) & 0xfff) + (high & 0xfffff000),
    minor: (low & 0xff) + ((low >>> 12) & 0xfff00),
  };
}
