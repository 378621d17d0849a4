import { networkInterfaces } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { initrdDoubts, loadImage, type PackedImage } from '../boot/image.ts';
import type { Site } from '../definition/site.ts';
import { usageError } from '../base/errors.ts';
import { exists } from '../base/exists.ts';
import { type DefinitionWords, definitionWords } from '../netboot/definition-words.ts';
import { longestKernelLine } from '../netboot/loader-words.ts';
import { writeEntries } from '../netboot/write-entries.ts';
import { imageWords } from '../plan/image-words.ts';
import { currentGeneration, generationDir, generationNumbers } from '../pack/publish/generations.ts';
import { signatureEnds, type SignatureEnd, signedListNames, type Signer } from '../plan/signed-list.ts';
import { attribute, type ImageDefinition } from '../resolve/definition.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder, type ImageFolder } from './image-folder.ts';
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
  const folder = await findImageFolder(io, name, options);
  const { site, rootimgdir } = folder;
  const origin = originOf(options.server ?? site.master);
  const { lockImageDir } = await import('../system/lock.ts');
  // What is chosen stays until it is recorded, and nobody else changes the record meanwhile.
  const release = await lockImageDir(rootimgdir, `rootimg netboot ${name}`);
  try {
    await writeFor(io, options, folder, origin);
  } finally {
    release();
  }
}

async function writeFor(
  io: CommandIo,
  options: NetbootOptions,
  image: ImageFolder,
  origin: string,
): Promise<void> {
  const { name, definition, rootimgdir, site } = image;
  const warn = (text: string) => io.stderr(`Warning: ${text}\n`);
  const generation = options.follow ? undefined : await chooseGeneration(rootimgdir);
  const folder = generation === undefined ? rootimgdir : generationDir(rootimgdir, generation);
  const packed = await loadImage(folder, name);
  const url = (file: string) => `${origin}${urlPath(join(folder, basename(file)))}`;
  const own = wordsOf(definition);
  for (const warning of own.warnings) warn(warning);
  const words = [
    ...own.words,
    ...whatIsBooted(packed, url(packed.packed), options.follow === true),
    ...statusWords(definition, site),
  ];
  const signatures = await signaturesOf(packed);
  const written = await writeEntries({
    ...{ folder: resolve(io.cwd, options.dir ?? join(rootimgdir, 'netboot')), name, rootimgdir, generation },
    booted: [packed.kernel, packed.initrd, packed.packed, ...packed.layers.values()],
    entry: {
      title: `${name}, ${options.follow ? 'what is packed last' : generation === undefined ? `packed ${packed.pack.finished}` : `generation ${generation}`}`,
      ...{ kernelUrl: url(packed.kernel), initrdUrl: url(packed.initrd), words, signatures },
    },
    signer: await entrySigner(io, image, signatures, warn),
  });
  const kernelLine = words.join(' ');
  io.stdout(`${kernelLine}\n`);
  for (const file of written.files) io.stderr(`Written: ${file}\n`);
  for (const warning of [...written.warnings, ...doubts(packed, kernelLine, name, options)]) warn(warning);
  warnAboutServer(io, site, folder);
  if (generation === undefined && !options.follow) {
    warn(`No generation of ${name} is kept: the next packimage makes these entries refuse its image.`);
  }
}

/** The signatures that both kernel and initrd have. */
async function signaturesOf({ kernel, initrd }: PackedImage): Promise<SignatureEnd[]> {
  const found: SignatureEnd[] = [];
  for (const end of signatureEnds) {
    if ((await exists(`${kernel}${end}`)) && (await exists(`${initrd}${end}`))) found.push(end);
  }
  return found;
}

/**
 * Who has kernel and initrd checked has the entry checked first, or it could be exchanged for one that asks
 * for no check.
 */
async function entrySigner(
  io: CommandIo,
  image: ImageFolder,
  signatures: readonly SignatureEnd[],
  warn: (text: string) => void,
): Promise<Signer | undefined> {
  const { certificate, gpg } = image.config.signing ?? {};
  if (signatures.length === 0) return undefined;
  if (certificate === undefined && gpg === undefined) {
    warn(
      'The entries themselves are not signed: signing.certificate and signing.gpg of config.yaml are not set.',
    );
    return undefined;
  }
  const { findSigner } = await import('./signing-keys.ts');
  return findSigner(io, {}, image, warn);
}

/** What is not as its administrator may think. */
function doubts(image: PackedImage, kernelLine: string, name: string, { follow }: NetbootOptions): string[] {
  const longest = longestKernelLine(image.arch) - ' BOOTIF=01-aa-bb-cc-dd-ee-ff'.length;
  const length = Buffer.byteLength(kernelLine);
  return [
    ...initrdDoubts(image, name),
    ...(length > longest
      ? [
          `The kernel line has ${length} characters; a kernel of ${image.arch} reads ${longest} and cuts the rest off.`,
        ]
      : []),
    ...(image.keyed && image.signed === undefined
      ? [`This image is not signed: its nodes wait until it is (rootimg sign ${name}).`]
      : []),
    ...(!image.keyed && follow
      ? [
          `Nodes check nothing of what these entries give them: the initrd of ${name} has no key (docs/booting.md).`,
        ]
      : []),
  ];
}

/** The published set where it is kept, else the newest; undefined when none is kept. */
async function chooseGeneration(rootimgdir: string): Promise<number | undefined> {
  const kept = await generationNumbers(rootimgdir);
  const published = await currentGeneration(rootimgdir);
  return kept.find((number) => number === published) ?? kept.at(-1);
}

/**
 * A path as the web server is asked for it; nothing is left in it that a boot loader could take for its own.
 */
function urlPath(path: string): string {
  const encode = (part: string) =>
    encodeURIComponent(part).replaceAll(
      /[!'()*]/g,
      (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return path.split('/').map(encode).join('/');
}

/** A host's name or address with or without a port: all of it means itself to every boot loader. */
const plainServer = /^(?:https?:\/\/)?(?:[A-Za-z0-9_](?:[\w.-]*\w)?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\/?$/;

/** `http://server` without a slash at the end. */
function originOf(server: string | undefined): string {
  if (server === undefined || server === '') {
    throw usageError('--server is needed: the address of the web server, as nodes reach it.', serverHint());
  }
  const text = server.includes('://') ? server : `http://${server}`;
  if (!plainServer.test(server) || !URL.canParse(text)) {
    throw usageError(`--server is '${server}': a name, name:port, or http(s)://name was expected.`);
  }
  return text.replace(/\/$/, '');
}

/** Which of its addresses nodes reach, a host cannot know. */
function serverHint(): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).filter(({ internal, family }) => !internal && family === 'IPv4'),
  );
  const here = own.length === 0 ? '' : `This host has ${own.map(({ address }) => address).join(', ')}. `;
  return `${here}For all images: chdef -t site -o clustersite master=ADDRESS`;
}

function wordsOf(definition: ImageDefinition): DefinitionWords {
  return definitionWords({
    addkcmdline: attribute(definition, 'addkcmdline'),
    dump: attribute(definition, 'dump'),
    crashkernelsize: attribute(definition, 'crashkernelsize'),
  });
}

/** With a digest; an entry that follows the image has the signed list where it lies beside the image. */
function whatIsBooted(image: PackedImage, url: string, follow: boolean): string[] {
  const words = imageWords(url, image.pack);
  if (!follow) return words;
  const signed = image.signed === undefined ? [] : [`imgsums=${signedListNames[0]}`];
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
