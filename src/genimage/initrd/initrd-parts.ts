import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { writeFile } from '../../base/write-file.ts';
import { RootimgError } from '../../base/errors.ts';
import type { Build } from '../build-context.ts';
import {
  addedBytes,
  archiveBytes,
  type CpioArchive,
  findArchives,
  memberBytes,
  trailerBytes,
} from './cpio-parts.ts';
import { repeatableCpio, sortedArchive } from './cpio-repeatable.ts';
import { runDracut } from './dracut-run.ts';
import type { DracutPart, DracutTask } from './dracut-argv.ts';
import type { InitrdCompressor } from './initrd-compressor.ts';
import { contentOf, type InitrdContent } from './initrd-content.ts';
import { archiveDigest, idMember, initrdId } from './initrd-id.ts';
import { type InitrdRecord, lastDrivers } from './initrd-reuse.ts';
import { writeInitrd } from './initrd-write.ts';

/**
 * How an initrd is made: `whole` by one run of dracut; `apart`, its programs and its drivers by a run each,
 * at the same time, which takes little more than half of the time; `drivers-kept`, the programs alone, with
 * the drivers of the last build.
 */
export type Way = 'drivers-kept' | 'apart' | 'whole';

export interface InitrdTask {
  readonly dracut: DracutTask;
  readonly environment: Readonly<Record<string, string>>;
  readonly compressor: InitrdCompressor;
  /** Path of the initrd to make. */
  readonly file: string;
  /** Digest (hex) of the kernel that it is for. */
  readonly kernel: string;
  /** Where the drivers are in the archive of the last build's initrd. */
  readonly last?: NonNullable<InitrdRecord['drivers']>;
}

/** Where the drivers are in the decompressed archive: the first byte, and the first behind them. */
export interface DriverPlace {
  start: number;
  end: number;
}

export interface MadeInitrd {
  readonly content: InitrdContent;
  /** See initrdId; a node with this initrd tells it. */
  readonly id: string;
  /** Absent when they stand among the programs. */
  readonly drivers?: DriverPlace;
}

/** What dracut made, and the bytes that go before it uncompressed. */
interface Part {
  readonly archive: CpioArchive;
  readonly early: Buffer;
}

/** Makes an initrd. `meanwhile` is called when the programs are made, while drivers still may be. */
export async function makeInitrdIn(
  way: Way,
  build: Build,
  task: InitrdTask,
  meanwhile: () => void,
): Promise<MadeInitrd> {
  const epoch = build.plan.sourceDateEpoch;
  const make = (part: DracutPart) => {
    const made = runDracut(build, task.dracut, part, task.environment).then((path) => readPart(path, epoch));
    // Whoever waits for it is told; it may fail before anybody does.
    made.catch(() => {});
    return made;
  };
  const first = make(way === 'whole' ? 'whole' : 'programs');
  const second = way === 'apart' ? make('drivers') : undefined;
  const place: DriverPlace = { start: 0, end: 0 };
  const programBytes = async function* () {
    const { archive } = await first;
    meanwhile();
    yield* epoch === undefined ? archiveBytes(archive) : memberBytes(archive);
  };
  const driverBytes = async function* () {
    if (task.last !== undefined && way === 'drivers-kept') {
      yield* lastDrivers(build, task.compressor, task.last);
    } else if (second !== undefined) {
      const present = new Set((await first).archive.members.map(({ name }) => name));
      yield* addedBytes((await second).archive, present);
    }
  };
  const settle = epoch === undefined ? (chunk: Buffer) => chunk : repeatableCpio(epoch);
  let id = '';
  const archive = async function* () {
    let length = 0;
    const digests: string[] = [];
    // What is there first goes first.
    for (const part of way === 'drivers-kept' ? [driverBytes, programBytes] : [programBytes, driverBytes]) {
      if (part === driverBytes) place.start = length;
      const digest = archiveDigest();
      for await (const chunk of part()) {
        length += chunk.length;
        digest.update(chunk);
        yield settle(chunk);
      }
      digests.push(digest.digest());
      if (part === driverBytes) place.end = length;
    }
    const early = archiveDigest();
    early.update((await first).early);
    id = initrdId([...digests, early.digest()]);
    const told = idMember(id, task.kernel);
    yield told;
    yield trailerBytes(length + told.length);
  };
  try {
    const members = await writeInitrd(build, task.compressor, archive(), task.file);
    // dracut makes it in both runs, but modules say in that of the programs what belongs into it (EL:
    // microcode_ctl).
    const { early } = await first;
    if (early.length > 0) await putBefore(early, task.file);
    return { content: contentOf(members), id, ...(way === 'whole' ? {} : { drivers: place }) };
  } finally {
    // No dracut may be at work on a tree that is being taken away.
    await Promise.allSettled([first, second]);
  }
}

/** The archive that dracut made comes last; any before it is for the kernel before it starts (microcode). */
async function readPart(file: string, epoch: number | undefined): Promise<Part> {
  const archive = findArchives(file).at(-1);
  if (archive === undefined) throw new RootimgError('initrd-damaged', 'dracut made an empty initrd.');
  const early = Buffer.alloc(archive.start);
  const handle = await open(file, 'r');
  try {
    await handle.read(early, 0, early.length, 0);
  } finally {
    await handle.close();
  }
  return epoch === undefined
    ? { archive, early }
    : { archive: sortedArchive(archive), early: repeatableCpio(epoch)(early) };
}

async function putBefore(early: Buffer, file: string): Promise<void> {
  const rest = `${file}.rest`;
  await rename(file, rest);
  await writeFile(file, early, { mode: 0o600 });
  await pipeline(createReadStream(rest), createWriteStream(file, { flags: 'a' }));
}
