import { toShown } from '../../base/bytes.ts';
import type { MemberTable } from '../members/member-table.ts';
import type { HoleIndex } from '../members/holes.ts';

/** What is known of the nodes that boot an image, from its manifest. */
export interface NodeFacts {
  /** Programs that were seen in the image's initrd; undefined when there is no initrd. */
  readonly initrdPrograms: readonly string[] | undefined;
  /** Kernel modules that were seen in it, and those that its kernel holds. */
  readonly initrdModules: readonly string[];
  /** What our part of the initrd can do besides. */
  readonly initrdAbilities: readonly string[];
  /** True for an initrd that the build of the manifest did not make. */
  readonly foreignInitrd: boolean;
  /** Version of the image's kernel, or undefined. */
  readonly kernelVersion: string | undefined;
}

/** Whether the initrd makes holes of the zeros in a cpio archive. */
export function makesHoles({ initrdAbilities }: NodeFacts): boolean {
  return initrdAbilities.includes('holes');
}

/**
 * Names the files whose holes a cpio archive fills on the nodes, with the memory that it takes; nothing when
 * they stay holes.
 */
export function filledOnNode(members: MemberTable, holes: HoleIndex, facts: NodeFacts): string[] {
  if (holes.bytes === 0 || makesHoles(facts)) return [];
  const files = holes.files.map(
    ({ index, bytes }) => `${toShown(members.pathAt(index))} (${Math.ceil(bytes / 1024 ** 2)} MB)`,
  );
  return [
    `The initrd of this image fills holes with zeros, so that nodes need more memory: ${files.join(', ')}. Make the initrd anew (genimage --onlyinitrd), or pack with -m tar or -m squashfs.`,
  ];
}
