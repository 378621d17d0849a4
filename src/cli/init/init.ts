import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { fileErrorWords, type Problem, RootimgError, throwProblems, usageError } from '../../base/errors.ts';
import { exists, isFolder } from '../../base/exists.ts';
import { safeFolderProblems } from '../../base/safe-folder.ts';
import { type DefinitionObject, siteName } from '../../definition/object.ts';
import { readSite } from '../../definition/site.ts';
import type { Store } from '../../definition/store.ts';
import { hostSystemOf } from '../../family/host-system.ts';
import { readHostRelease } from '../../genimage/preflight/release.ts';
import { hostRepositories } from '../../packages/host-repositories.ts';
import { usualOtherpkgdir, usualRootimgdir } from '../../resolve/usual-folders.ts';
import { openConfigured } from '../definitions/definitions.ts';
import type { CommandIo } from '../io.ts';
import { netbootDir } from '../locations.ts';
import { shared } from '../shared-options.ts';
import { firstImage } from './first-image.ts';
import { type Answers, askAll, ownAddress } from './questions.ts';

interface InitOptions {
  readonly yes?: true;
  readonly store?: string;
}

/** `rootimg init`: definitions, folders and a first image for this host's own distribution. */
export function initCommand(io: CommandIo): Command {
  return new Command('init')
    .description("make the folders, the site's definition and that of a first image")
    .option('--yes', 'ask nothing and take every default')
    .option(...shared('store'))
    .action((options: InitOptions) => init(io, options));
}

async function init(io: CommandIo, options: InitOptions): Promise<void> {
  const { ask } = io;
  if (!options.yes && ask === undefined) {
    throw usageError('rootimg init asks its questions at a terminal.', 'rootimg init --yes asks nothing.');
  }
  const { store, config, home } = await openConfigured(io, options);
  if ((io.env['ROOTIMG_STORE'] || config.store) === 'xcat') {
    throw new RootimgError('init-xcat', 'Definitions here are those of xCAT: nothing is left to set up.', {
      hint: 'lsdef -t osimage lists the images; docs/from-xcat.md tells how to go on.',
    });
  }
  const site = await readSite(store);
  const { osvers, image } = await firstImage(site.installdir, await netbootDir(io.env));
  const isNew = image !== undefined && (await store.read('osimage', image.name)) === undefined;
  const defaults: Answers = {
    ...{ installdir: site.installdir, tftpdir: site.tftpdir, master: site.master ?? ownAddress() },
    pkgdir: isNew ? await repositoriesHere() : undefined,
    image: image?.name ?? '',
  };
  const asked = ['installdir', 'tftpdir', 'master', ...(isNew ? ['pkgdir', 'image'] : [])] as const;
  const answers =
    options.yes || ask === undefined
      ? defaults
      : await askAll(defaults, asked as readonly (keyof Answers)[], ask);
  await makeFolders([home, answers.installdir, answers.tftpdir]);
  const made = image && answered(image, answers);
  const defined = await store.exclusively(() => define(store, answers, made));
  tell(io, { home, answers, osvers, image: made?.name, defined });
}

/** Comma list of where this host's own packages come from; undefined where genimage finds that itself. */
async function repositoriesHere(): Promise<string | undefined> {
  const names = hostSystemOf(await readHostRelease())?.names;
  return names && (await hostRepositories(names))?.join(',');
}

/** The image as the answers want it. */
function answered(image: DefinitionObject, { image: name, pkgdir, installdir }: Answers): DefinitionObject {
  const of = (key: string) => image.attributes.get(key) ?? '';
  const key = { osvers: of('osvers'), arch: of('osarch'), profile: of('profile') };
  const attributes = new Map([
    ...image.attributes,
    ...(pkgdir === undefined ? [] : ([['pkgdir', pkgdir]] as const)),
    ['rootimgdir', usualRootimgdir(installdir, key)] as const,
    ['otherpkgdir', usualOtherpkgdir(installdir, key)] as const,
  ]);
  return { ...image, name, attributes };
}

/** All are looked at before the first is made. Throws every problem. */
async function makeFolders(folders: readonly string[]): Promise<void> {
  const problems: Problem[] = [];
  for (const folder of folders) {
    if ((await exists(folder)) && !(await isFolder(folder))) {
      problems.push({ code: 'no-folder', message: `${folder} is not a folder.` });
    } else problems.push(...(await safeFolderProblems(folder)));
  }
  throwProblems(problems);
  for (const folder of folders) {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      const message = `${folder} cannot be made: ${fileErrorWords(error)}.`;
      throw new RootimgError('no-folder', message, { cause: error });
    });
  }
}

/** Sets what was answered for the site, and the image unless it is there; true where it was not. */
async function define(
  store: Store,
  { installdir, tftpdir, master }: Answers,
  image: DefinitionObject | undefined,
): Promise<boolean> {
  const site = await store.read('site', siteName);
  const attributes = new Map([
    ...(site?.attributes ?? []),
    ...Object.entries({ installdir, tftpdir }),
    ...(master === undefined ? [] : ([['master', master]] as const)),
  ]);
  await store.write('site', [{ type: 'site', name: siteName, attributes, origins: new Map() }]);
  if (image === undefined || (await store.read('osimage', image.name)) !== undefined) return false;
  await store.write('osimage', [image]);
  return true;
}

function tell(
  io: CommandIo,
  done: { home: string; answers: Answers; osvers: string; image: string | undefined; defined: boolean },
): void {
  const { home, answers, osvers, image, defined } = done;
  const { installdir, tftpdir, master = 'none: chdef -t site -o clustersite master=ADDRESS' } = answers;
  const line = (key: string, value: string) => io.stdout(`${key.padEnd(11)}  ${value}\n`);
  line('definitions', join(home, 'osimage'));
  for (const [key, value] of Object.entries({ installdir, tftpdir, master })) line(key, value);
  if (image === undefined) {
    io.stderr(
      `Warning: No image is defined: there are no package lists for this host's ${osvers}. ` +
        'copycds and mkdef define images of other distributions.\n',
    );
    return;
  }
  line('image', defined ? image : `${image} (was defined before, and stays as it is)`);
  io.stdout(`\nNext: rootimg doctor; rootimg check ${image}; genimage ${image}\n`);
}
