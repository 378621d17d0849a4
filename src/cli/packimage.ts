import path from 'node:path';
import { readOsimage } from '../definition/osimage.ts';
import { readPasswordHash, readRootPasswordHash, readSite, type Site } from '../definition/site.ts';
import { type Problem, problemsOf, RootimgError } from '../base/errors.ts';
import { formatOf } from '../pack/formats/formats.ts';
import type { PackContext } from '../pack/pack-image.ts';
import type { PackPlan } from '../plan/pack-plan.ts';
import type { Reporter } from '../report/reporter.ts';
import { splitCommaList } from '../resolve/comma-list.ts';
import { attribute, type ImageDefinition } from '../resolve/definition.ts';
import type { ResolvedPack } from '../resolve/pack-plan.ts';
import { listenForStop } from '../system/signals.ts';
import { resolveConfiguredPack } from './configured-pack.ts';
import { type Definitions, openConfigured } from './definitions/definitions.ts';
import type { CommandIo } from './io.ts';
import { type PackimageArguments, packimageUsage, readPackimageArguments } from './packimage-arguments.ts';
import { sourceDateEpoch } from './source-date-epoch.ts';
import { version } from './version.ts';
import { reportChoice, withReporter } from './with-reporter.ts';

/** packimage: packs what genimage built, after its definition. */
export async function packimage(io: CommandIo, argv: readonly string[]): Promise<void> {
  if (argv.length === 0) return io.stdout(packimageUsage());
  const words = readPackimageArguments(argv);
  if (words.given.has('obsolete')) {
    throw new RootimgError(
      'usage',
      "-o, -p and -a options are obsoleted, please use 'packimage <osimage name>' instead.",
    );
  }
  if (words.given.has('version')) return io.stdout(`packimage ${version}\n`);
  if (words.given.has('help')) return io.stdout(packimageUsage());
  if (words.gate !== undefined && words.gate !== 'boot') {
    throw new RootimgError('usage', `--gate is '${words.gate}': only boot is known.`);
  }
  const name = imageOf(words);
  await withReporter(io, 'packimage', reportChoice(words.given), (reporter) =>
    pack(io, words, name, reporter),
  );
}

async function pack(
  io: CommandIo,
  words: PackimageArguments,
  name: string,
  reporter: Reporter,
): Promise<void> {
  const definitions = await openConfigured(io, words);
  const { store } = definitions;
  const definition = await readOsimage(store, name);
  const site = await readSite(store);
  const known = { name, definition, site, reporter, definitions };
  const { plan: resolved, notices } = await resolve(io, words, known);
  const plan = words.given.has('reproducible')
    ? await (await import('./reproducible.ts')).reproduciblePlan(resolved)
    : resolved;
  for (const notice of notices) reporter.info(notice);
  listenForStop();
  askHostTools(plan);
  const { packImage } = await import('../pack/pack-image.ts');
  const { waitOption } = await import('../system/lock.ts');
  const lock = waitOption('packimage', words.given.has('wait'), (text) => reporter.info(text));
  await packImage(plan, {
    ...{ reporter, lock },
    onPublished: async (before, now) => {
      const { compareManifests } = await import('../inspect/diff/compare-manifests.ts');
      const { shortDiff } = await import('../inspect/diff/diff-text.ts');
      const changes = shortDiff(compareManifests(before, now));
      if (changes !== undefined) reporter.info(`Since the last pack: ${changes}`);
    },
    ...(await signOf(io, words, known)),
    ...(await gateOf(words, plan, definition, reporter)),
  });
}

/** Asks the tools of this host what they can do while the rest of us is loaded; the pack hears the answer. */
function askHostTools({ method, compressor }: PackPlan): void {
  formatOf(method)
    .checkTools?.(compressor)
    .catch(() => {});
}

/** `--sign KEY`: with what config.yaml has besides for boot loaders. */
async function signOf(
  io: CommandIo,
  { sign }: PackimageArguments,
  { name, site, definitions, reporter }: Omit<Known, 'definition'>,
): Promise<Pick<PackContext, 'sign'>> {
  if (sign === undefined) return {};
  const { findSigner } = await import('./signing-keys.ts');
  const signer = await findSigner(io, { key: sign }, definitions, (text) => reporter.warn(text));
  return { sign: { signer, tftpImageDir: path.join(site.tftpdir, 'xcat/osimage', name) } };
}

/**
 * `--gate boot`: the packed root has to come up in a virtual machine before it is published. Throws what
 * makes that impossible beforehand.
 */
async function gateOf(
  words: PackimageArguments,
  plan: PackPlan,
  definition: ImageDefinition,
  reporter: Reporter,
): Promise<Pick<PackContext, 'gate'>> {
  if (words.gate === undefined) return {};
  const { bootPacked } = await import('../boot/boot-image.ts');
  const { bootRequest, unpublishedImage, usualMachine } = await import('./boot-request.ts');
  const { checkBootable } = await import('./check-bootable.ts');
  await checkBootable(plan.image, words.sign !== undefined);
  const { name, rootimgdir } = plan.image;
  const request = bootRequest({ name, rootimgdir, definition }, usualMachine);
  return {
    gate: async (packed) => {
      await bootPacked(request, unpublishedImage(plan.image, packed), { reporter });
    },
  };
}

function imageOf(words: PackimageArguments): string {
  const [name, ...others] = words.images;
  if (name === undefined) {
    throw new RootimgError('usage', "An image name is required, use 'packimage <osimage name>'.");
  }
  if (others.length > 0) {
    throw new RootimgError('usage', `One image at a time, not: ${words.images.join(' ')}`);
  }
  return name;
}

function readVerify(word = 'digest'): PackPlan['verify'] {
  if (word === 'digest' || word === 'list' || word === 'full') return word;
  throw new RootimgError('usage', `--verify is '${word}': digest, list or full was expected.`);
}

interface Known {
  readonly name: string;
  readonly definition: ImageDefinition;
  readonly site: Site;
  readonly reporter: Reporter;
  readonly definitions: Definitions;
}

/**
 * Makes the plan. xCAT says that there is no timezone before it looks at the methods, but after the
 * definition has been found good.
 */
async function resolve(
  io: CommandIo,
  words: PackimageArguments,
  { name, definition, site, reporter, definitions }: Known,
): Promise<ResolvedPack> {
  const sayTimezone = () => {
    if (site.timezone) return;
    for (const line of timezoneLines(definition)) reporter.line(line);
  };
  try {
    const input = {
      name,
      definition,
      site,
      strict: words.given.has('strict'),
      force: words.given.has('force'),
      verify: readVerify(words.verify),
      nosyncfiles: words.given.has('nosyncfiles'),
      rootPasswordHash: await rootPasswordHash(io, words, definitions.home),
      sourceDateEpoch: sourceDateEpoch(io),
      cwd: io.cwd,
    };
    const asked = { ...words, layers: words.given.has('layers'), rebase: words.given.has('rebase') };
    const resolved = await resolveConfiguredPack(input, asked, definitions);
    sayTimezone();
    return resolved;
  } catch (error) {
    if (error instanceof RootimgError && problemsOf(error).every(isMethod)) sayTimezone();
    throw error;
  }
}

async function rootPasswordHash(
  io: CommandIo,
  { rootPasswordFile }: PackimageArguments,
  home: string,
): Promise<string | undefined> {
  if (rootPasswordFile === undefined) return readRootPasswordHash(home);
  return readPasswordHash(path.resolve(io.cwd, rootPasswordFile));
}

function isMethod({ code }: Problem): boolean {
  return code === 'pack-method' || code === 'pack-compressor' || code === 'pack-layers';
}

/** xCAT says it once for /etc/localtime and once for each exlist. */
function timezoneLines(definition: ImageDefinition): string[] {
  const skipped = (what: string) =>
    `No timezone defined in site table, skipping timezone ${what} configuration`;
  const exlists = splitCommaList(attribute(definition, 'exlist')).names;
  return [skipped('/etc/localtime'), ...exlists.map(() => skipped('exlist'))];
}
