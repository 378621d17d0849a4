import { Command } from 'commander';
import { dataWithoutSecrets } from '../base/secrets.ts';
import { RootimgError } from '../base/errors.ts';
import type { PageInput } from '../inspect/page/page.ts';
import type { Manifest } from '../plan/manifest.ts';
import { resolvePackPlan } from '../resolve/pack-plan.ts';
import { bootStory } from './boot-story.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder } from './image-folder.ts';
import { listEntries } from './image-lists.ts';
import { findImage } from './image-reference.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';
import { sourceDateEpoch } from './source-date-epoch.ts';
import { version } from './version.ts';

/** `rootimg report NAME`: a page that shows an image, on standard output. */
export function reportCommand(io: CommandIo): Command {
  return new Command('report')
    .description('write a page (HTML) that shows what an image is made of and what it costs')
    .argument('<name>', 'osimage')
    .option(...shared('store'))
    .option(...shared('def'))
    .action((name: string, options: DefinitionOptions) => report(io, name, options));
}

async function report(io: CommandIo, name: string, options: DefinitionOptions): Promise<void> {
  const time = sourceDateEpoch(io);
  const { manifest, tree } = await findImage(io, name, options);
  if (tree === undefined) {
    throw new RootimgError('no-tree', `There is no tree of ${name}.`, {
      hint: 'A page is made of the tree of an image; of generations only their manifests are kept.',
    });
  }
  const warn = (text: string) => io.stderr(`Warning: ${text}\n`);
  const { definition, site, rootimgdir } = await findImageFolder(io, name, options);
  const entries = await listEntries(io, definition, warn);
  const { plan } = await resolvePackPlan({ name, definition, site, nosyncfiles: false, cwd: io.cwd });
  const { packedFilesNow } = await import('../pack/selected-now.ts');
  const { imageFacts } = await import('../inspect/page/image-facts.ts');
  const { imagePage } = await import('../inspect/page/page.ts');
  const { drawUpBill } = await import('../inspect/sbom/bill.ts');
  const { cyclonedxText } = await import('../inspect/sbom/cyclonedx.ts');
  const files = await packedFilesNow(plan, tree);
  const page = {
    name,
    manifest: dataWithoutSecrets(manifest),
    facts: imageFacts(tree, files, entries),
    before: await sinceBefore(name, rootimgdir, manifest),
    boot: await bootStory(rootimgdir, manifest.pack),
    bill: cyclonedxText(drawUpBill({ tree, manifest, entries, time }, warn), version),
  };
  io.stdout(imagePage(page));
}

/** What has changed since the newest generation that is older than the published one. */
async function sinceBefore(
  name: string,
  rootimgdir: string,
  manifest: Manifest,
): Promise<PageInput['before']> {
  const { listGenerations } = await import('../pack/publish/generations.ts');
  const { compareManifests } = await import('../inspect/diff/compare-manifests.ts');
  const { diffLines } = await import('../inspect/diff/diff-text.ts');
  const published = manifest.pack?.generation ?? Infinity;
  const earlier = (await listGenerations(rootimgdir)).filter(({ number }) => number < published);
  const last = earlier.at(-1);
  if (last?.manifest === undefined) return undefined;
  const label = `${name}@${last.number}`;
  const found = dataWithoutSecrets(compareManifests(last.manifest, manifest));
  const [, ...lines] = diffLines({ schema: 1, from: label, to: name, same: false, ...found });
  return { label, lines };
}
