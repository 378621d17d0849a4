import { open } from 'node:fs/promises';
import { RootimgError } from '../../errors.ts';
import { start } from '../../system/exec.ts';
import type { Build } from '../build-context.ts';
import { type CpioMember, listCpio, uncompressedLength } from './cpio-names.ts';
import type { DriverChoice } from './drivers.ts';
import { dracutModule } from './dracut-argv.ts';
import type { InitrdCompressor } from './initrd-compressor.ts';
import { moduleName } from './module-index.ts';
import { calmEnvironment, imagePath, inRootArgv, sharedInside } from '../sandbox/sandbox.ts';

export interface InitrdContent {
  /** Names of the kernel modules, sorted. */
  readonly modules: readonly string[];
  /** dracut modules, sorted. */
  readonly dracutModules: readonly string[];
  /** Names of what lies in the folders of programs, sorted. */
  readonly programs: readonly string[];
  /** Paths of everything in it. */
  readonly members: readonly string[];
}

/** Where dracut writes down which of its modules it took: below usr/lib from about 045 on. */
const moduleLists = ['usr/lib/dracut/modules.txt', 'lib/dracut/modules.txt'];

/** Unpacks the initrd `name` in `folder` with the image's own program and reads what is in it; throws when it is not whole. */
export async function readInitrd(
  build: Build,
  folder: string,
  name: string,
  compressor: InitrdCompressor,
): Promise<InitrdContent> {
  const early = await earlyLength(`${folder}/${name}`);
  const script = 'skip=$1 file=$2; shift 2; tail -c "+$skip" "$file" | "$@"';
  const argv = [
    'sh',
    '-c',
    script,
    'sh',
    String(early + 1),
    `${sharedInside}/${name}`,
    ...compressor.decompress,
  ];
  const reader = start(inRootArgv(build.root, argv, { shared: folder }), {
    env: { ...calmEnvironment, PATH: imagePath },
  });
  reader.stdin.end();
  const damaged = (details: string[], cause?: unknown) =>
    new RootimgError('initrd-damaged', 'The initrd that dracut made cannot be read back.', {
      details,
      cause,
    });
  const members = await listCpio(reader.stdout, (member) => moduleLists.includes(member)).catch(
    async (cause: unknown) => {
      reader.stdout.resume();
      throw damaged((await reader.ended).stderr.split('\n').slice(-5), cause);
    },
  );
  const { exitCode, stderr } = await reader.ended;
  if (exitCode !== 0) throw damaged(stderr.split('\n').slice(-5));
  return contentOf(members);
}

function contentOf(members: readonly CpioMember[]): InitrdContent {
  const modules = members
    .filter(({ name }) => /\/modules\/.*\.ko(\.\w+)?$/.test(name))
    .map(({ name }) => moduleName(name));
  const lists = members.flatMap(({ content }) => content?.toString('utf8').split('\n') ?? []);
  const dracutModules = lists.map((line) => line.trim()).filter((line) => line !== '');
  const programs = members.flatMap(({ name }) => /^(?:\.\/)?(?:usr\/)?s?bin\/([^/]+)$/.exec(name)?.[1] ?? []);
  const sorted = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    modules: sorted(modules),
    dracutModules: sorted(dracutModules),
    programs: sorted(programs),
    members: members.map(({ name }) => name),
  };
}

/** Throws when the initrd lacks our module or a driver that was chosen: it would not boot. */
export function checkInitrd(content: InitrdContent, choice: DriverChoice): void {
  const missing = [
    ...[dracutModule, 'network'].filter((name) => !content.dracutModules.includes(name)),
    ...choice.drivers.filter((name) => !content.modules.includes(name)).map((name) => `${name}.ko`),
  ];
  if (missing.length === 0) return;
  throw new RootimgError('initrd-incomplete', `dracut left out of the initrd: ${missing.join(', ')}.`, {
    hint: 'The log of dracut says why. The package for its network module may be missing in pkglist.',
  });
}

async function earlyLength(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    return await uncompressedLength(async (position, length) => {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}
