import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { type Problem, RootimgError, throwProblems } from '../../base/errors.ts';
import { exists, isFolder } from '../../base/exists.ts';
import { holdsSecrets } from '../../base/secrets.ts';
import { sizeWords } from '../../base/size-words.ts';
import { listPlaces, sameNames } from '../../bundle/bundle-lists.ts';
import { type BundleManifest, bundleManifestName, bundleManifestText } from '../../bundle/bundle-manifest.ts';
import { bundleRecordName, bundleRecordText } from '../../bundle/bundle-record.ts';
import { type BundleMember, writeBundle } from '../../bundle/write-bundle.ts';
import { readManifest } from '../../pack/publish/generations.ts';
import { initrdName, kernelName } from '../../plan/generation.ts';
import { checkProvmethod } from '../../resolve/check-definition.ts';
import { digestOf } from '../../system/file-digest.ts';
import { lockImageDir } from '../../system/lock.ts';
import { listenForStop } from '../../system/signals.ts';
import { findImageFolder, type ImageFolder } from '../image-folder.ts';
import type { CommandIo } from '../io.ts';
import { shared } from '../shared-options.ts';
import { version } from '../version.ts';

interface ExportOptions {
  readonly extra?: readonly string[];
  readonly postscripts?: string;
  readonly remotehost?: string;
  readonly store?: string;
  readonly def?: string;
  readonly help?: true;
  readonly version?: true;
}

/** The forms of a packed root that xCAT's imgimport knows, the one that its imgexport prefers first. */
const xcatForms = ['cpio.gz', 'cpio.xz', 'tar.gz', 'tar.xz', 'sfs'].map((end) => `rootimg.${end}`);

/** `imgexport`: an image with its definition and its lists as one file, as xCAT's has it. */
export function imgexportCommand(io: CommandIo): Command {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  const command = new Command('imgexport')
    .description('write an image with its definition and its lists as one file')
    .helpOption(false)
    .argument('[words...]', 'osimage, and the file to write (NAME.tgz)')
    .option('-e, --extra <file>', 'FILE[:DIR]: a file or folder besides; DIR is where it belongs', collect)
    .option('-p, --postscripts <node>', 'of nodes in xCAT; not here')
    .option('-R, --remotehost <host>', 'copies it there in xCAT; not here')
    // -v is xCAT's letter for it: as --version it would end a script's call with nothing done.
    .option('-v, --verbose', 'more messages in xCAT; no effect here')
    .option('-V', 'the same')
    .option(...shared('store'))
    .option(...shared('def'))
    .option('-h, --help', 'show this')
    .option('--version', 'show the version');
  return command.action(async (words: string[], options: ExportOptions) => {
    if (options.version) return io.stdout(`imgexport ${version}\n`);
    if (options.help) return io.stdout(command.helpInformation());
    await imgexport(io, words, options);
  });
}

async function imgexport(io: CommandIo, words: readonly string[], options: ExportOptions): Promise<void> {
  const [name, target, ...others] = words;
  if (name === undefined || others.length > 0) {
    throw new RootimgError('usage', 'One image is needed, and at most one file to write.');
  }
  refuseNodes(options);
  listenForStop();
  const folder = await findImageFolder(io, name, options);
  throwProblems(checkProvmethod(name, folder.definition, ['netboot']));
  const path = resolve(io.cwd, target ?? `${name}.tgz`);
  if (!(await isFolder(dirname(path))))
    throw new RootimgError('no-folder', `There is no folder ${dirname(path)}.`);
  io.stdout(`Exporting ${name} to ${path}...\n`);
  const release = await lockImageDir(folder.rootimgdir, `imgexport ${name}`);
  try {
    const members = await collectMembers(io, folder, options.extra ?? []);
    io.stdout(`Compressing ${name} bundle.  Please be patient.\n`);
    io.stdout(`${sizeWords(await writeBundle(path, name, members))} in ${path}\nDone!\n`);
  } finally {
    release();
  }
}

/** rootimg keeps no nodes, and ssh is better asked by itself. */
export function refuseNodes({
  postscripts,
  remotehost,
}: Pick<ExportOptions, 'postscripts' | 'remotehost'>): void {
  if (postscripts !== undefined) {
    throw new RootimgError('usage', '-p is about nodes, which are not kept here.', {
      hint: "postscripts and postbootscripts of the image's own definition are in the bundle.",
    });
  }
  if (remotehost !== undefined) {
    throw new RootimgError('usage', '-R is not here: the bundle is a file, which scp copies.');
  }
}

async function collectMembers(
  io: CommandIo,
  { name, definition, rootimgdir }: ImageFolder,
  asked: readonly string[],
): Promise<BundleMember[]> {
  const warn = (text: string) => io.stderr(`Warning: ${text}\n`);
  const packed = await findPacked(rootimgdir, name);
  if (!xcatForms.includes(packed)) warn(`xCAT cannot import ${packed}; imgimport of rootimg can.`);
  const columns = new Map([...definition.attributes, ['imagename', name], ['rootimgdir', rootimgdir]]);
  const open = [...columns].filter(([, value]) => holdsSecrets(value)).map(([key]) => key);
  if (open.length > 0)
    warn(`The bundle holds passwords or tokens (${open.join(', ')}): keep it to yourself.`);
  const images = [kernelName, initrdName, packed].map((file) => join(rootimgdir, file));
  const lists = await findLists(io, columns, images);
  const extra = await findExtra(io, asked);
  const files = [
    ...[...images, ...lists].map((file) => ({ name: basename(file), file })),
    ...extra.flatMap((one) => one.files),
  ];
  const manifest: BundleManifest = {
    columns,
    ...{ kernel: images[0], ramdisk: images[1], rootimg: images[2] },
    extra: extra.map(({ src, dest }) => ({ src, dest })),
  };
  const description = { name: bundleManifestName, text: bundleManifestText(manifest) };
  return [description, await recordMember(rootimgdir, description, files), ...files];
}

/** The packed root that the manifest tells of, else the one that xCAT would take. */
async function findPacked(rootimgdir: string, name: string): Promise<string> {
  const lacking: Problem[] = [];
  for (const file of [kernelName, initrdName]) {
    if (!(await exists(join(rootimgdir, file)))) lacking.push(missing(rootimgdir, file, `genimage ${name}`));
  }
  const pack = (await readManifest(rootimgdir))?.pack;
  const names = [...(pack === undefined ? [] : [pack.file]), ...xcatForms];
  const there = await readdir(rootimgdir);
  const packed = names.find((one) => there.includes(one));
  throwProblems([
    ...lacking,
    ...(packed === undefined ? [missing(rootimgdir, 'packed root', `packimage ${name}`)] : []),
    ...(pack?.layers === undefined ? [] : [inLayers(name, pack.method)]),
  ]);
  return packed ?? '';
}

function inLayers(name: string, method: string): Problem {
  return {
    code: 'packed-layers',
    message: `${name} is packed in layers, and a bundle holds one packed root.`,
    hint: `Pack it whole first: packimage -m ${method} ${name} (without layers: of config.yaml).`,
  };
}

function missing(rootimgdir: string, what: string, command: string): Problem {
  return {
    code: 'not-packed',
    message: `Couldn't find the ${what} in ${rootimgdir}.`,
    hint: `Run ${command} first.`,
  };
}

async function findLists(
  io: CommandIo,
  columns: ReadonlyMap<string, string>,
  taken: readonly string[],
): Promise<string[]> {
  const paths = [...new Set(listPlaces(columns).map(({ path }) => resolve(io.cwd, path)))];
  const found: string[] = [];
  for (const path of paths) {
    if (
      await stat(path).then(
        (one) => one.isFile(),
        () => false,
      )
    )
      found.push(path);
    else io.stderr(`Warning: Couldn't find file ${path} for ${columns.get('imagename')}. Skip.\n`);
  }
  const ours = [bundleManifestName, bundleRecordName].map((one) => `/${one}`);
  throwProblems(
    sameNames([...ours, ...taken, ...found]).map((group) => ({
      code: 'same-name',
      message: `These would be one file in the bundle: ${group.join(', ')}.`,
      hint: 'Give one of them another name.',
    })),
  );
  return found;
}

interface Extra {
  readonly src: string;
  readonly dest: string;
  readonly files: readonly BundleMember[];
}

async function findExtra(io: CommandIo, asked: readonly string[]): Promise<Extra[]> {
  const found: Extra[] = [];
  for (const word of asked) {
    const [, file = word, dest] = /^([^:]+)(?::(.*))?$/.exec(word) ?? [];
    const src = resolve(io.cwd, file);
    const info = await stat(src).catch(() => undefined);
    if (info?.isFile()) {
      found.push({ src, dest: dest || dirname(src), files: [{ name: `extra/${basename(src)}`, file: src }] });
    } else if (info?.isDirectory()) {
      const files: BundleMember[] = [];
      for (const name of await readdir(src, { recursive: true })) {
        const path = join(src, name);
        if ((await lstat(path)).isFile()) files.push({ name: `extra${path}`, file: path });
      }
      found.push({ src, dest: dest || dirname(src), files });
    } else {
      io.stderr(`Warning: Can not find Extra file ${file}.  Argument will be ignored\n`);
    }
  }
  return found;
}

/** Digests for whoever reads it with rootimg. */
async function recordMember(
  rootimgdir: string,
  description: { readonly name: string; readonly text: string },
  members: readonly BundleMember[],
): Promise<BundleMember> {
  const { createHash } = await import('node:crypto');
  const text = Buffer.from(description.text);
  const digests = new Map([
    [description.name, { sha256: createHash('sha256').update(text).digest('hex'), size: text.length }],
  ]);
  for (const one of members) if ('file' in one) digests.set(one.name, await digestOf(one.file));
  const files = Object.fromEntries(digests);
  const manifest = await readManifest(rootimgdir);
  return {
    name: bundleRecordName,
    text: bundleRecordText({ schema: 1, files, ...(manifest === undefined ? {} : { manifest }) }),
  };
}
