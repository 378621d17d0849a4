/** Words of `-m` and `-c`; apart from the schema, so that reading a command line need not load it. */
export const packMethods = ['cpio', 'tar', 'squashfs', 'erofs'] as const;
export const packCompressors = ['gzip', 'pigz', 'xz', 'zstd', 'lz4', 'lz4hc'] as const;
export type PackMethod = (typeof packMethods)[number];
export type PackCompressor = (typeof packCompressors)[number];

/** Those that compress a stream; a squashfs or erofs compresses within. */
export type ArchiveMethod = 'cpio' | 'tar';
export type StreamCompressor = 'gzip' | 'pigz' | 'xz' | 'zstd';

/** The compressors of a cpio or tar archive. */
export const streamCompressors: readonly StreamCompressor[] = ['gzip', 'pigz', 'xz', 'zstd'];

/** True for an archive that a node unpacks; false for a file system that it mounts. */
export function isArchive(method: PackMethod): method is ArchiveMethod {
  return method === 'cpio' || method === 'tar';
}

export function isStreamCompressor(compressor: PackCompressor): compressor is StreamCompressor {
  return streamCompressors.some((one) => one === compressor);
}

/** Sets of kernel, initrd, packed root and manifest that are kept when the configuration says nothing. */
export const defaultGenerations = 3;
