import type { Problem } from '../../base/errors.ts';
import { findTool } from '../../system/exec.ts';
import type { Format, Tool } from '../formats/format.ts';

const always: readonly Tool[] = [
  { command: 'setpriv', from: 'util-linux', why: 'ends everything when the pack is killed' },
  { command: 'flock', from: 'util-linux', why: 'locks the image folder' },
  { command: 'getfattr', from: 'attr', why: 'reads capabilities and other extended attributes' },
  { command: 'xargs', from: 'findutils', why: 'hands the names of all files to getfattr' },
];

/** The programs that a pack runs. */
export function toolsFor(format: Format, compressor: string): readonly Tool[] {
  return [...always, ...format.tools(compressor)];
}

/** What this host lacks: root, and tools, each with the package that brings it and why it is needed. */
export async function checkHost(
  format: Format,
  compressor: string,
  uid = process.getuid?.(),
): Promise<Problem[]> {
  const privilege: Problem = {
    code: 'not-root',
    message: 'packimage needs root: much of an image can only be read by root.',
  };
  const needed = toolsFor(format, compressor);
  const found = await Promise.all(needed.map((tool) => findTool(tool.command)));
  const missing = needed
    .filter((_, index) => found[index] === undefined)
    .map((tool) => ({
      code: 'tool-missing',
      message: `${tool.command} is not installed; it ${tool.why}.`,
      hint: `Install the package ${tool.from}.`,
    }));
  const problems = uid === 0 ? missing : [privilege, ...missing];
  if (problems.length === 0) await format.checkTools?.(compressor);
  return problems;
}
