/**
 * The kernel packages of exactly this version for one whose name leaves the version open: linux-image-amd64,
 * linux-image-generic, linux-generic-hwe-22.04 … Names that hold a version by themselves stay (xCAT:
 * linux-image-*, linux-headers*). Ubuntu keeps most drivers of a generic kernel in a package of their own.
 */
export function debKernels(word: string, version: string): string[] | undefined {
  const name = word.replace(/[:=/].*$/, '');
  const [, kind, flavour = ''] = /^linux-(?:(image|headers|modules-extra)-)?([a-z].*)?$/.exec(name) ?? [];
  const isMeta = kind === undefined && /^(generic|virtual|lowlatency|server|kvm|oem)(-|$)/.test(flavour);
  if (!isMeta && (kind === undefined || flavour === '')) return undefined;
  if (kind === 'headers') return [`linux-headers-${version}`];
  if (kind === 'modules-extra') return [`linux-modules-extra-${version}`];
  const isGeneric = flavour.startsWith('generic') && version.endsWith('-generic');
  return [
    `linux-image-${version}`,
    ...(isGeneric ? [`linux-modules-extra-${version}`] : []),
    ...(isMeta ? [`linux-headers-${version}`] : []),
  ];
}
