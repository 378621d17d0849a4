import type { Tree } from '../../system/tree/open-tree.ts';
import type { ByteReader } from '../streams/byte-reader.ts';
import type { ProgramOutput } from '../streams/feed-program.ts';
import type { Extents } from '../members/extents.ts';
import type { Difference } from '../layers/difference.ts';
import type { HoleIndex } from '../members/holes.ts';
import type { Member } from '../members/member-table.ts';
import type { XattrLook } from '../members/xattr-look.ts';
import type { Selection } from '../select/select.ts';
import type { NodeFacts } from './node-facts.ts';
import type { TimeRange } from './times.ts';

/** A program that a pack runs. */
export interface Tool {
  readonly command: string;
  /** Package that brings it, the same name on EL and Debian unless said. */
  readonly from: string;
  readonly why: string;
}

/**
 * All in which one form of packed root differs from the others. A new one is a file beside this, a line in
 * `formats.ts`, and the initrd's shell.
 */
export interface Format {
  /** The word of `-m`. */
  readonly name: string;
  /**
   * What a node does with it: an archive is unpacked into a tmpfs, a file system mounted below an overlay.
   */
  readonly onNode: 'unpacked' | 'mounted';
  /** Words of `-c`. */
  readonly compressors: readonly string[];
  /** The compressor when `-c` was not given. */
  defaultCompressor(image: CompressorChoice): Promise<ChosenCompressor>;
  /** Name of the published file. */
  fileName(compressor: string): string;
  /** What writing and reading it needs besides what every pack needs. */
  tools(compressor: string): readonly Tool[];
  /** Throws when the tools of this host cannot do what is asked of them. */
  checkTools?(compressor: string): Promise<void>;
  /** The option that a kernel must have to read the compressor; of formats that nodes mount. */
  kernelOption?(compressor: string): string | undefined;
  readonly limits: FormatLimits;
  /** Whether holes take no memory on the nodes. */
  keepsHoles(facts: NodeFacts): boolean;
  write(job: WriteJob): Promise<Written>;
  /** Writes a layer that nodes lay over others; of formats that they mount. */
  readonly writeLayer?: (job: LayerJob) => Promise<Written>;
  readonly reader: ArchiveReader | ImageReader;
}

/** What is known of a file when it has been written. */
export interface Written {
  readonly warnings: readonly string[];
  /** What came out of the compressor; undefined where a tool made the file by itself. */
  readonly output?: ProgramOutput;
}

/** A word of `-c`. */
export interface ChosenCompressor {
  readonly word: string;
  /** Why it is not the usual one. */
  readonly notice?: string;
}

export interface CompressorChoice {
  /** The tree. */
  readonly rootDir: string;
  /** PATH. */
  readonly searchPath: string;
}

/** What a format can hold. */
export interface FormatLimits {
  /** Bytes of the largest file. */
  readonly largestFile: number;
  readonly times: TimeRange;
  /** Bytes of all holes that its tool reads as zeros in about a quarter of a minute. */
  readonly holes: number;
}

export interface WriteJob {
  readonly root: Tree;
  readonly rootimgdir: string;
  readonly selection: Selection;
  /** Of an archive; file systems find holes themselves. */
  readonly holes: HoleIndex;
  /** Of an archive: a look for extended attributes that is under way; undefined where each member is asked for. */
  readonly looked: Promise<XattrLook | undefined> | undefined;
  readonly compressor: string;
  /** Where the packed file goes; must not exist. */
  readonly file: string;
  /** IMAGEUUID of this pack. */
  readonly uuid: string;
  /** Latest time of a file, for a reproducible pack. */
  readonly sourceDateEpoch: number | undefined;
  /** Found out while the file is being written. */
  readonly nodeFacts: Promise<NodeFacts>;
  /**
   * Called once, when there is time for it: judges what is selected. The writing ends with its error when it
   * fails.
   */
  readonly judge: () => Promise<void>;
  /** Called when a member is begun. */
  readonly onMember: (member: Member) => void;
  /**
   * Called once when the file is there and can be read while it grows at its end, with the promise of what comes
   * out of the compressor.
   */
  readonly follow: (written: Promise<ProgramOutput>) => void;
}

export interface LayerJob extends Pick<
  WriteJob,
  'root' | 'rootimgdir' | 'compressor' | 'file' | 'uuid' | 'sourceDateEpoch' | 'judge'
> {
  readonly layer: Pick<Difference, 'members' | 'opaque' | 'contentBytes'>;
  /** osarch of the image. */
  readonly arch: string;
}

/**
 * What is read of a member in a packed file. Strings are binary; undefined is what the reader cannot tell.
 */
export interface ReadMember {
  readonly path: string;
  /** With the file type. */
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /**
   * Bytes of content, holes included, or of the target; 0 where the archive has the content at another name.
   */
  readonly size?: number | undefined;
  /** Where an archive has bytes of the content; undefined: everywhere. */
  readonly extents?: Extents | undefined;
  /** Of symbolic links, and of hard links in a tar archive. */
  readonly target?: string | undefined;
  readonly major?: number | undefined;
  readonly minor?: number | undefined;
}

/** Called before a member's content is passed over; it may read all of it. */
export type ReadContent = (member: ReadMember) => Promise<void>;

export interface ArchiveReader {
  readonly kind: 'archive';
  /** Throws RangeError when a file that a compressor made of so many bytes has not all of its parts. */
  checkWhole(file: string, compressor: string, bytes: number): void;
  /** Which of several names of a file has the content. */
  readonly carrier: 'first' | 'last';
  /**
   * Reads to the end mark and calls for each member; throws RangeError when it is no such archive or ends too
   * early.
   */
  read(reader: ByteReader, onMember: (member: ReadMember) => void, readContent?: ReadContent): Promise<void>;
}

export interface ImageReader {
  readonly kind: 'image';
  /**
   * Calls for each member, in the order of the selection; `expected` is the one to come. Throws RangeError
   * when it is damaged.
   */
  list(
    file: string,
    onMember: (member: ReadMember) => void,
    expected: () => Member | undefined,
  ): Promise<void>;
  /** argv that unpacks it into a folder. */
  unpackArgv(file: string, folder: string): string[];
}
