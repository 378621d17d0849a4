import { Command } from 'commander';
import { readOsimage } from '../definition/osimage.ts';
import { readSite } from '../definition/site.ts';
import { resolvePackPlan } from '../resolve/pack-plan.ts';
import { type DefinitionOptions, openDefinitions } from './definitions/definitions.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';

interface WhyOptions extends DefinitionOptions {
  readonly json?: boolean;
}

/**
 * `rootimg why NAME PATH`: which rule leaves a path out of an image or takes it in, and which package brought
 * it.
 */
export function whyCommand(io: CommandIo): Command {
  return new Command('why')
    .description('tell why a path is in a packed image or not, and which package brought it')
    .argument('<name>', 'osimage')
    .argument('<path>', 'path in the image, such as /usr/share/doc/bash')
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
  const found = await why(plan, path);
  if (options.json) return io.stdout(`${JSON.stringify({ schema: 1, ...found }, undefined, 2)}\n`);
  io.stdout(`${path}: ${found.packed ? 'packed' : 'not packed'}\n`);
  for (const reason of found.reasons) io.stdout(`  ${reason}\n`);
  if (found.package !== undefined) io.stdout(`  package: ${found.package}\n`);
}
