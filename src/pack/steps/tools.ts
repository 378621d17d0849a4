import type { Problem } from '../../base/errors.ts';
import type { PackCompressor, PackMethod, StreamCompressor } from '../../plan/pack-names.ts';
import type { PackPlan } from '../../plan/pack-plan.ts';
import { findTool } from '../../system/exec.ts';
import { asStreamCompressor } from '../formats/archive/compressors.ts';
import { checkErofsCompressor } from '../formats/erofs/write-erofs.ts';

interface Tool {
  readonly command: string;
  /** Package that brings it, the same name on EL and Debian unless said. */
  readonly from: string;
  readonly why: string;
}

const always: readonly Tool[] = [
  { command: 'setpriv', from: 'util-linux', why: 'ends everything when the pack is killed' },
  { command: 'flock', from: 'util-linux', why: 'locks the image folder' },
  { command: 'getfattr', from: 'attr', why: 'reads capabilities and other extended attributes' },
  { command: 'xargs', from: 'findutils', why: 'hands the names of all files to getfattr' },
];

const byCompressor: Readonly<Record<StreamCompressor, Tool>> = {
  gzip: { command: 'gzip', from: 'gzip', why: 'compresses the image' },
  pigz: { command: 'pigz', from: 'pigz', why: 'compresses the image' },
  xz: { command: 'xz', from: 'xz (Debian: xz-utils)', why: 'compresses the image' },
  zstd: { command: 'zstd', from: 'zstd', why: 'compresses the image' },
};

const forView: readonly Tool[] = [
  { command: 'unshare', from: 'util-linux', why: 'keeps the mounts of the pack private' },
  { command: 'mount', from: 'util-linux (Debian: mount)', why: 'lays the changes of the pack over the tree' },
  { command: 'tar', from: 'tar', why: 'unpacks the changes of the pack' },
];

const forSquashfs: readonly Tool[] = [
  { command: 'mksquashfs', from: 'squashfs-tools', why: 'makes the image' },
  { command: 'unsquashfs', from: 'squashfs-tools', why: 'reads the image back' },
  ...forView,
];

const forErofs: readonly Tool[] = [
  { command: 'mkfs.erofs', from: 'erofs-utils', why: 'makes the image' },
  ...forView,
];

/** The programs that a pack runs. */
export function toolsFor(method: PackMethod, compressor: PackCompressor): readonly Tool[] {
  if (method === 'squashfs') return [...always, ...forSquashfs];
  if (method === 'erofs') return [...always, ...forErofs];
  return [...always, byCompressor[asStreamCompressor(compressor)]];
}

/** What this host lacks: root, and tools, each with the package that brings it and why it is needed. */
export async function checkHost(plan: PackPlan, uid = process.getuid?.()): Promise<Problem[]> {
  const privilege: Problem = {
    code: 'not-root',
    message: 'packimage needs root: much of an image can only be read by root.',
  };
  const needed = toolsFor(plan.method, plan.compressor);
  const found = await Promise.all(needed.map((tool) => findTool(tool.command)));
  const missing = needed
    .filter((_, index) => found[index] === undefined)
    .map((tool) => ({
      code: 'tool-missing',
      message: `${tool.command} is not installed; it ${tool.why}.`,
      hint: `Install the package ${tool.from}.`,
    }));
  const problems = uid === 0 ? missing : [privilege, ...missing];
  if (plan.method === 'erofs' && problems.length === 0) await checkErofsCompressor(plan.compressor);
  return problems;
}
