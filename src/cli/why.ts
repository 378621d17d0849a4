import { sizeWords } from '../base/size-words.ts';
import { Command } from 'commander';
import { toBinary } from '../base/bytes.ts';
import { visibleText } from '../base/visible-text.ts';
import { readOsimage } from '../definition/osimage.ts';
import { readSite } from '../definition/site.ts';
import type { PackageReasons } from '../inspect/packages/why-package.ts';
import type { PackPlan } from '../plan/pack-plan.ts';
import type { ImageDefinition } from '../resolve/definition.ts';
import { withTree } from '../system/tree/open-tree.ts';
import { findTreePlace } from '../system/tree/tree-place.ts';
import { resolvePackPlan } from '../resolve/pack-plan.ts';
import { type DefinitionOptions, openDefinitions } from './definitions/definitions.ts';
import { listEntries } from './image-lists.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';

interface WhyOptions extends DefinitionOptions {
  readonly json?: boolean;
}

/**
 * `rootimg why NAME WHAT`: which rule leaves a path out of an image or takes it in, and which package brought
 * it; which line of the lists leads to a package, and what it costs.
 */
export function whyCommand(io: CommandIo): Command {
  return new Command('why')
    .description('tell why a path or a package is in an image, or not')
    .argument('<name>', 'osimage')
    .argument('<what>', 'path in the image, such as /usr/share/doc/bash, or name of a package')
    .option(...shared('store'))
    .option(...shared('def'))
    .option(...shared('jsonDocument'))
    .action((name: string, path: string, options: WhyOptions) => tellWhy(io, name, path, options));
}

async function tellWhy(io: CommandIo, name: string, path: string, options: WhyOptions): Promise<void> {
  const store = await openDefinitions(io, options);
  const definition = await readOsimage(store, name);
  const site = await readSite(store);
  const { plan } = await resolvePackPlan({ name, definition, site, nosyncfiles: false, cwd: io.cwd });
  const { needTree } = await import('../pack/steps/tree-state.ts');
  const { why } = await import('../pack/why.ts');
  await needTree(plan.image.rootimgdir, name);
  const packages = path.includes('/') ? [] : await packageReasons(io, plan, definition, path);
  if (packages.length > 0) return tellPackages(io, packages, options);
  const found = await why(plan, path);
  if (options.json) return io.stdout(`${JSON.stringify({ schema: 1, ...found }, undefined, 2)}\n`);
  io.stdout(`${path}: ${found.packed ? 'packed' : 'not packed'}\n`);
  for (const reason of found.reasons) io.stdout(`  ${visibleText(reason)}\n`);
  if (found.package !== undefined) io.stdout(`  package: ${visibleText(found.package)}\n`);
  const { published } = found;
  if (published !== undefined) {
    const where = published.layer === 0 ? 'the base' : `layer ${published.layer} of ${published.of}`;
    io.stdout(`  published in ${where}: ${published.file}\n`);
  }
}

async function packageReasons(
  io: CommandIo,
  { image }: PackPlan,
  definition: ImageDefinition,
  word: string,
): Promise<PackageReasons[]> {
  const { packageContents } = await import('../packages/database.ts');
  const { packageGraph } = await import('../inspect/packages/package-graph.ts');
  const { whyPackage } = await import('../inspect/packages/why-package.ts');
  const { root } = await findTreePlace(image.rootimgdir);
  const warn = (text: string) => io.stderr(`Warning: ${text}\n`);
  const entries = await listEntries(io, definition, warn);
  // The files of packages are read while the tree is open.
  return withTree(toBinary(root), (tree) =>
    whyPackage(packageGraph(packageContents(tree) ?? [], entries), word),
  );
}

const shownNames = 8;

function tellPackages(io: CommandIo, packages: readonly PackageReasons[], { json }: WhyOptions): void {
  if (json) return io.stdout(`${JSON.stringify({ schema: 1, packages }, undefined, 2)}\n`);
  // Names are those of the tree's package database.
  const say = (text: string) => io.stdout(`${visibleText(text)}\n`);
  for (const one of packages) {
    say(one.package);
    for (const line of one.askedBy) say(`  asked for by ${line}`);
    if (one.chain.length > 0) say(`  ${one.chain.join(' → ')}`);
    if (one.base) say('  belongs to the base that every image of this distribution has');
    else if (one.askedBy.length + one.chain.length === 0) {
      say('  No entry of the lists leads to it: a group brought it, or somebody put it in by hand.');
    }
    if (one.neededBy.length > 0) say(`  needed by ${listed(one.neededBy)}`);
    const only = one.onlyItNeeds;
    const more =
      only.length === 0 ? '' : `; ${sizeWords(one.bytesWithThem)} with what only it needs: ${listed(only)}`;
    say(`  takes ${sizeWords(one.bytes)}${more}`);
  }
}

function listed(words: readonly string[]): string {
  const more = words.length - shownNames;
  return `${words.slice(0, shownNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
