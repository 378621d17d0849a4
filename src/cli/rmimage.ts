import { lstat, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type Problem, RootimgError, throwProblems } from '../base/errors.ts';
import { isFolder } from '../base/exists.ts';
import { nameFault } from '../definition/object.ts';
import { readSite, type Site } from '../definition/site.ts';
import type { Store } from '../definition/store.ts';
import { attribute } from '../resolve/definition.ts';
import { partProblems } from '../resolve/check-values.ts';
import { usualRootimgdir } from '../resolve/usual-folders.ts';
import { openDefinitions } from './definitions/definitions.ts';
import type { CommandIo } from './io.ts';
import { problemLines } from './print-error.ts';
import { otherImageWarnings } from './shared-folder.ts';
import { shared } from './shared-options.ts';
import { version } from './version.ts';

interface RmimageOptions {
  readonly o?: string;
  readonly a?: string;
  readonly p?: string;
  readonly xcatdef?: true;
  readonly force?: true;
  readonly store?: string;
  readonly help?: true;
  readonly version?: true;
}

/** An image as rmimage knows it: it may have no definition any more. */
interface Doomed {
  readonly name: string | undefined;
  readonly rootimgdir: string;
  readonly tftpDir: string;
}

/** `rmimage`: removes the files of an image; what boots from it keeps it. */
export function rmimageCommand(io: CommandIo): Command {
  const command = new Command('rmimage')
    .description('remove the files of an image: tree, kernel, initrds, packed roots, kept sets')
    .helpOption(false)
    .argument('[image...]', 'osimage')
    .option('-o <osvers>', 'in place of the name, with -a and -p')
    .option('-a <arch>', 'likewise')
    .option('-p <profile>', 'likewise')
    .option('--xcatdef', 'remove the definition too')
    .option('--force', 'also where boot loader entries lead to it, or another image lies there')
    .option(...shared('store'))
    .option('-V, --verbose', 'more messages in xCAT; no effect here')
    .option('-h, --help', 'show this')
    .option('-v, --version', 'show the version');
  return command.action(async (images: string[], options: RmimageOptions) => {
    if (options.version) return io.stdout(`rmimage ${version}\n`);
    if (options.help) return io.stdout(command.helpInformation());
    await rmimage(io, images, options);
  });
}

async function rmimage(io: CommandIo, images: readonly string[], options: RmimageOptions): Promise<void> {
  checkWords(images, options);
  const store = await openDefinitions(io, options);
  const image = await findDoomed(io, store, images[0], options);
  const { name, rootimgdir, tftpDir } = image;
  if (!(await isFolder(rootimgdir)))
    throw new RootimgError('no-folder', `Image directory ${rootimgdir} does not exist.`);
  const { lockImageDir } = await import('../system/lock.ts');
  const { removeImageFiles } = await import('../pack/publish/remove-image.ts');
  const tell = (line: string) => io.stdout(`${line}\n`);
  const release = await lockImageDir(rootimgdir, `rmimage ${name ?? rootimgdir}`);
  try {
    if (!options.force) throwProblems(await whyKept(image));
    await removeImageFiles(rootimgdir, tell);
  } finally {
    release();
  }
  if (await isThere(tftpDir)) {
    tell(`Removing directory ${tftpDir}`);
    await rm(tftpDir, { recursive: true });
  }
  tell('Image files have been removed successfully from this management node.');
  if (options.xcatdef && name !== undefined) await removeDefinition(io, store, name);
}

/** A wrong command line ends with 1, as xCAT's. */
function checkWords(images: readonly string[], { o, a, p, xcatdef }: RmimageOptions): void {
  const given = [o, a, p].filter((value) => value !== undefined).length;
  const wrong = (message: string) => new RootimgError('usage', message);
  if (images.length > 1) throw wrong(`One image at a time, not: ${images.join(' ')}`);
  if (images.length === 1 && given > 0)
    throw wrong('-o, -a and -p options are not allowed when a image name is specified.');
  if (xcatdef && given > 0) throw wrong('--xcatdef can not be used with the -o, -a or -p.');
  if (images.length === 0 && given === 0) throw wrong('An image name is needed.');
  if (images.length === 0 && given < 3) throw wrong('Missing flag -o, -a or -p.');
}

async function findDoomed(
  io: CommandIo,
  store: Store,
  name: string | undefined,
  { o, a, p }: RmimageOptions,
): Promise<Doomed> {
  const site = await readSite(store);
  if (name === undefined) {
    const key = { osvers: o ?? '', arch: a ?? '', profile: p ?? '' };
    throwProblems(partProblems({ '-o': o, '-a': a, '-p': p }));
    const tftpDir = join(site.tftpdir, 'xcat/netboot', key.osvers, key.arch, key.profile);
    return { name, rootimgdir: usualRootimgdir(site.installdir, key), tftpDir };
  }
  const fault = nameFault(name);
  if (fault !== undefined) throw new RootimgError('name', `Invalid image name '${name}': ${fault}.`);
  const rootimgdir = resolve(io.cwd, await folderOf(store, site, name));
  return { name, rootimgdir, tftpDir: join(site.tftpdir, 'xcat/osimage', name) };
}

/** Where the definition says; of an image without one, or without folder, what its name says (xCAT). */
async function folderOf(store: Store, { installdir }: Site, name: string): Promise<string> {
  const definition = await store.read('osimage', name);
  const of = (key: string) => definition && attribute(definition, key);
  const method = of('provmethod');
  if (method !== undefined && !/^(netboot|statelite)$/.test(method)) {
    const message = `Invalid method "${method}", the rmimage command can only be used to remove the netboot or statelite image files.`;
    throw new RootimgError('provmethod', message);
  }
  const said = of('rootimgdir');
  if (said !== undefined) return said;
  const parts = /^(.+)-([^-]+)-(?:netboot|statelite)-(.+)$/.exec(name);
  const [osvers, arch, profile] = [
    of('osvers') ?? parts?.[1],
    of('osarch') ?? parts?.[2],
    of('profile') ?? parts?.[3],
  ];
  if (osvers === undefined || arch === undefined || profile === undefined) {
    throw new RootimgError(
      'unknown-image',
      `Invalid image name '${name}': it does not say where its files are.`,
      {
        hint: 'lsdef -t osimage lists the definitions; without one: rmimage -o OSVERS -a ARCH -p PROFILE',
      },
    );
  }
  throwProblems(partProblems({ osvers, osarch: arch, profile }));
  return usualRootimgdir(installdir, { osvers, arch, profile });
}

/** What boots from it, or another image that lies there. */
async function whyKept({ name, rootimgdir }: Doomed): Promise<Problem[]> {
  if (name === undefined) return [];
  const { bootedBy } = await import('../pack/publish/remove-image.ts');
  const entries = await bootedBy(rootimgdir, name);
  const hint = `To remove it all the same: rmimage --force ${name}`;
  const others = (await otherImageWarnings(rootimgdir, name)).map(({ code, message }) => ({
    code,
    message,
    hint,
  }));
  if (entries.length === 0) return others;
  return [
    { code: 'image-booted', message: `Boot loader entries lead to '${name}': ${entries.join(', ')}.`, hint },
    ...others,
  ];
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function removeDefinition(io: CommandIo, store: Store, name: string): Promise<void> {
  io.stdout(`Removing osimage definition for ${name}.\n`);
  if (await store.remove('osimage', name)) {
    io.stdout(`osimage definition for ${name} is removed successfully.\n`);
    return;
  }
  io.stderr(
    problemLines({
      code: 'object-unknown',
      message: `Failed to remove osimage definition for ${name}: there is none.`,
    }),
  );
  io.exitCode = 1;
}
