import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { loadImage, type PackedImage } from '../boot/image.ts';
import type { Site } from '../definition/site.ts';
import { usageError } from '../base/errors.ts';
import { type DefinitionWords, definitionWords } from '../netboot/definition-words.ts';
import { writeEntries } from '../netboot/write-entries.ts';
import { imageWords } from '../plan/image-words.ts';
import { currentGeneration, generationDir, generationNumbers } from '../pack/publish/generations.ts';
import { signedListNames } from '../plan/signed-list.ts';
import { attribute, type ImageDefinition } from '../resolve/definition.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder } from './image-folder.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';

interface NetbootOptions extends DefinitionOptions {
  readonly server?: string;
  readonly follow?: boolean;
  readonly dir?: string;
}

/** `rootimg netboot NAME`: the kernel line of a packed image, and entries for the boot loaders. */
export function netbootCommand(io: CommandIo): Command {
  return new Command('netboot')
    .description('print the kernel line of a packed image and write iPXE, GRUB and PXELINUX entries')
    .argument('<name>', 'osimage')
    .option('--server <address>', 'name, name:port or https://name of the web server (master of the site)')
    .option('--follow', 'an entry for whatever is packed last, without a digest')
    .option('--dir <dir>', 'entries go there (rootimgdir/netboot)')
    .option(...shared('store'))
    .option(...shared('def'))
    .action((name: string, options: NetbootOptions) => netboot(io, name, options));
}

async function netboot(io: CommandIo, name: string, options: NetbootOptions): Promise<void> {
  const { definition, site, rootimgdir } = await findImageFolder(io, name, options);
  const origin = originOf(options.server ?? site.master);
  const { lockImageDir } = await import('../system/lock.ts');
  // What is chosen stays until it is recorded, and nobody else changes the record meanwhile.
  const release = await lockImageDir(rootimgdir, `rootimg netboot ${name}`);
  try {
    await writeFor({ io, name, options, definition, rootimgdir, site, origin });
  } finally {
    release();
  }
}

async function writeFor(setting: {
  readonly io: CommandIo;
  readonly name: string;
  readonly options: NetbootOptions;
  readonly definition: ImageDefinition;
  readonly rootimgdir: string;
  readonly site: Site;
  readonly origin: string;
}): Promise<void> {
  const { io, name, options, definition, rootimgdir, site, origin } = setting;
  const generation = options.follow ? undefined : await chooseGeneration(rootimgdir);
  const folder = generation === undefined ? rootimgdir : generationDir(rootimgdir, generation);
  const image = await loadImage(folder, name);
  const url = (file: string) =>
    `${origin}${join(folder, basename(file)).split('/').map(encodeURIComponent).join('/')}`;
  const own = wordsOf(definition);
  for (const warning of own.warnings) io.stderr(`Warning: ${warning}\n`);
  const words = [
    ...own.words,
    ...(await whatIsBooted(image, url(image.packed), options.follow === true)),
    ...statusWords(definition, site),
  ];
  const kernelLine = words.join(' ');
  const files = await writeEntries({
    ...{ folder: resolve(io.cwd, options.dir ?? join(rootimgdir, 'netboot')), name, rootimgdir, generation },
    booted: [image.kernel, image.initrd, image.packed],
    entry: {
      title: `${name}, ${options.follow ? 'what is packed last' : generation === undefined ? `packed ${image.pack.finished}` : `generation ${generation}`}`,
      ...{ kernelUrl: url(image.kernel), initrdUrl: url(image.initrd), kernelLine },
    },
  });
  io.stdout(`${kernelLine}\n`);
  for (const file of files) io.stderr(`Written: ${file}\n`);
  warnAboutServer(io, site, folder);
  if (generation === undefined && !options.follow) {
    io.stderr(
      `Warning: No generation of ${name} is kept: the next packimage makes these entries refuse its image.\n`,
    );
  }
}

/** The published set where it is kept, else the newest; undefined when none is kept. */
async function chooseGeneration(rootimgdir: string): Promise<number | undefined> {
  const kept = await generationNumbers(rootimgdir);
  const published = await currentGeneration(rootimgdir);
  return kept.find((number) => number === published) ?? kept.at(-1);
}

/** `http://server` without a slash at the end. */
function originOf(server: string | undefined): string {
  if (server === undefined || server === '') {
    throw usageError('--server is needed: the address of the web server, as nodes reach it.');
  }
  const text = server.includes('://') ? server : `http://${server}`;
  if (!/^https?:\/\/[^/\s]+\/?$/.test(text) || !URL.canParse(text)) {
    throw usageError(`--server is '${server}': a name, name:port, or http(s)://name was expected.`);
  }
  return text.replace(/\/$/, '');
}

function wordsOf(definition: ImageDefinition): DefinitionWords {
  return definitionWords({
    addkcmdline: attribute(definition, 'addkcmdline'),
    dump: attribute(definition, 'dump'),
    crashkernelsize: attribute(definition, 'crashkernelsize'),
  });
}

/** With a digest; an entry that follows the image has a signed list where one lies beside the image. */
async function whatIsBooted(image: PackedImage, url: string, follow: boolean): Promise<string[]> {
  const words = imageWords(url, image.pack);
  if (!follow) return words;
  const [sums, signature] = signedListNames;
  const signed = await stat(join(image.rootimgdir, signature)).then(
    () => [`imgsums=${sums}`],
    () => [],
  );
  return [...words.filter((word) => word.startsWith('imgurl=')), ...signed];
}

/** xCAT's management node hears how far its nodes are. */
function statusWords(definition: ImageDefinition, site: Site): string[] {
  if (site.master === undefined || /(^|\s)XCAT=/.test(attribute(definition, 'addkcmdline') ?? '')) return [];
  return [`XCAT=${site.master}:3001`];
}

/** xCAT's web server gives out installdir and tftpdir under their own paths. */
function warnAboutServer(io: CommandIo, site: Site, folder: string): void {
  const served = [site.installdir, site.tftpdir].some((dir) => folder.startsWith(`${dir}/`));
  if (!served) io.stderr(`Notice: The web server must give out ${folder} under this very path.\n`);
}
