import type { Format } from './format.ts';
import type { NodeFacts } from './node-facts.ts';

/**
 * What a packed root asks of the initrd besides what every one can that boots xCAT's images: gzip and xz,
 * cpio, tar and squashfs.
 */
interface Need {
  readonly what: string;
  readonly met: (facts: NodeFacts) => boolean;
  /** What brings it into an initrd of ours. */
  readonly from: string;
  readonly instead: string;
}

/** Words of `-c` that need no program of their name. */
const known = new Set(['gzip', 'pigz']);

function needsOf({ name, onNode }: Pick<Format, 'name' | 'onNode'>, compressor: string): Need[] {
  if (onNode === 'mounted') {
    const met = ({ initrdModules }: NodeFacts) => name === 'squashfs' || initrdModules.includes(name);
    return [{ what: `mount ${name}`, met, from: 'a kernel that has it', instead: '-m squashfs' }];
  }
  if (known.has(compressor)) return [];
  const met = ({ initrdPrograms, foreignInitrd }: NodeFacts) =>
    (foreignInitrd && compressor === 'xz') || (initrdPrograms ?? []).includes(compressor);
  return [{ what: `unpack ${compressor}`, met, from: `${compressor} in pkglist`, instead: '-c gzip' }];
}

/**
 * Says where nodes could not boot what is packed, because their initrd was not seen to be able to; nothing
 * where there is no initrd yet.
 */
export function unbootable(
  format: Pick<Format, 'name' | 'onNode'>,
  compressor: string,
  facts: NodeFacts,
  image: string,
): string[] {
  if (facts.initrdPrograms === undefined) return [];
  return needsOf(format, compressor)
    .filter(({ met }) => !met(facts))
    .map(({ what, from, instead }) =>
      facts.foreignInitrd
        ? `The initrd of ${image} was not made by this genimage and may not ${what}: its nodes may not boot. Make it anew (genimage --onlyinitrd ${image}), or pack with ${instead}.`
        : `The initrd of ${image} cannot ${what}: its nodes will not boot. It takes ${from} and genimage --onlyinitrd ${image}; or pack with ${instead}.`,
    );
}
