import { mkdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { RootimgError, throwProblems } from '../../base/errors.ts';
import { requireSafeFolder } from '../../base/safe-folder.ts';
import { readBundle } from '../../bundle/read-bundle.ts';
import { readSite, type Site } from '../../definition/site.ts';
import type { Store } from '../../definition/store.ts';
import { listenForStop } from '../../system/signals.ts';
import { temporaryDir } from '../../system/temp.ts';
import { openDefinitions } from '../definitions/definitions.ts';
import type { CommandIo } from '../io.ts';
import { otherImageWarnings } from '../shared-folder.ts';
import { shared } from '../shared-options.ts';
import { version } from '../version.ts';
import { type ImportPlan, planImport } from './import-plan.ts';
import { refuseNodes } from './imgexport.ts';
import { placeImage } from './place-image.ts';

interface ImportOptions {
  readonly profile?: string;
  readonly postscripts?: string;
  readonly remotehost?: string;
  readonly nozip?: true;
  readonly force?: true;
  readonly store?: string;
  readonly help?: true;
  readonly version?: true;
}

/** `imgimport`: takes in what imgexport of xCAT or of rootimg wrote. */
export function imgimportCommand(io: CommandIo): Command {
  const command = new Command('imgimport')
    .description('take in an image that imgexport of xCAT or of rootimg wrote')
    .helpOption(false)
    .argument('[bundle...]', 'the file')
    .option('-f, --profile <profile>', 'give the image this profile, and a name by it')
    .option('-n, --nozip', 'it is not compressed (this is seen without the option, too)')
    .option('-p, --postscripts <nodes>', 'of nodes in xCAT; not here')
    .option('-R, --remotehost <host>', 'copies it from there in xCAT; not here')
    .option('--force', 'replace the definition of that name, or another image in its folder')
    // See imgexport.
    .option('-v, --verbose', 'more messages in xCAT; no effect here')
    .option('-V', 'the same')
    .option(...shared('store'))
    .option('-h, --help', 'show this')
    .option('--version', 'show the version');
  return command.action(async (words: string[], options: ImportOptions) => {
    if (options.version) return io.stdout(`imgimport ${version}\n`);
    if (options.help) return io.stdout(command.helpInformation());
    await imgimport(io, words, options);
  });
}

async function imgimport(io: CommandIo, words: readonly string[], options: ImportOptions): Promise<void> {
  const [bundle, ...others] = words;
  if (bundle === undefined || others.length > 0) throw new RootimgError('usage', 'One bundle is needed.');
  refuseNodes(options);
  const path = resolve(io.cwd, bundle);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new RootimgError('no-bundle', `Cannot find ${bundle}.`);
  listenForStop();
  const store = await openDefinitions(io, options);
  const site = await readSite(store);
  await requireSafeFolder(site.installdir, 'parent');
  await mkdir(site.installdir, { recursive: true });
  // Beside the final places, so that the packed root need not be copied once more.
  const temporary = await temporaryDir(site.installdir, 'imgimport');
  try {
    io.stdout('Unbundling image...\n');
    const images = await readBundle(path, temporary);
    if (images.size === 0) throw new RootimgError('bundle-refused', `There is no image in ${bundle}.`);
    const plans: ImportPlan[] = [];
    for (const files of images.values()) plans.push(await planImport(files, site, options.profile));
    // All of them, before anything is put in place.
    if (!options.force) for (const plan of plans) await refuseReplacing(store, plan);
    for (const plan of plans) await importOne(io, store, site, plan);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function refuseReplacing(store: Store, { object, rootimgdir }: ImportPlan): Promise<void> {
  const { name } = object;
  const hint = 'imgimport --force replaces it; -f PROFILE gives the image another name.';
  const problems = (await otherImageWarnings(rootimgdir, name)).map(({ code, message }) => ({
    code,
    message,
    hint,
  }));
  if ((await store.read('osimage', name)) !== undefined) {
    problems.push({ code: 'object-exists', message: `A definition for '${name}' already exists.`, hint });
  }
  throwProblems(problems);
}

/** The files first: a definition never names what is not there. */
async function importOne(io: CommandIo, store: Store, site: Site, plan: ImportPlan): Promise<void> {
  const { object } = plan;
  for (const warning of plan.warnings) io.stderr(`Warning: ${warning}\n`);
  await placeImage(plan, join(site.tftpdir, 'xcat/osimage', object.name), site, (line) =>
    io.stdout(`${line}\n`),
  );
  await store.exclusively(() => store.write('osimage', [object]));
  io.stdout(`Successfully imported the image ${object.name}.\n`);
}
