import type { MediaRules } from './family.ts';

const base = 'Module-Basesystem';

/** Products and modules below the media, by the folder that holds them: names by folder. */
function byMedium(folders: readonly string[]): Map<string, string[]> {
  const media = new Map<string, string[]>();
  for (const folder of folders) {
    const [, medium, name] = /^(.*)\/((?:Product|Module)-[^/]+)$/.exec(folder) ?? [];
    if (medium !== undefined && name !== undefined) media.set(medium, [...(media.get(medium) ?? []), name]);
  }
  return media;
}

/**
 * The media of SLE 15 hold every product there is, and the modules that these share: beside the server's
 * (Product-SLES) no other product counts, as each says of itself that the image is it. xCAT takes Basesystem
 * and Legacy; we take all modules, as a list may name what any of them has.
 */
function choose(folders: readonly string[]): string[] {
  const all = [...byMedium(folders).values()].flat();
  const hasServer = all.includes('Product-SLES');
  return folders.filter((folder) => !hasServer || !/\/Product-(?!SLES$)[^/]+$/.test(folder));
}

function lacks(folders: readonly string[]): string[] {
  const media = byMedium(folders);
  if (media.size === 0 || [...media.values()].flat().includes(base)) return [];
  const what = [...media].map(([medium, names]) => `${medium} has ${names.join(', ')}`).join('; ');
  return [`There is no ${base}, which every image of SLE 15 needs: ${what}.`];
}

/** Numbered folders of discs, products and modules below them, development kits beside them. */
export const suseMedia: MediaRules = {
  index: 'content',
  packages: /\.rpm$/,
  choose,
  lacks,
  besides: 'sdk',
  list: { extension: 'repolist', kinds: ['rpm-md', 'yum', 'yast2', 'plaindir'] },
};
