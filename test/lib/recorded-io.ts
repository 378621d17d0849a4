import type { CommandIo } from '../../src/cli/io.ts';

/**
 * A command's view of the world whose output is kept in `said`; nothing on standard input, no environment, in
 * `/`, unless `own` says so.
 */
export function recordedIo(own: Partial<CommandIo> = {}): {
  io: CommandIo;
  said: { stdout: string; stderr: string };
} {
  const said = { stdout: '', stderr: '' };
  const io: CommandIo = {
    stdout: (text) => void (said.stdout += text),
    stderr: (text) => void (said.stderr += text),
    stdin: async () => '',
    env: {},
    cwd: '/',
    exitCode: 0,
    ...own,
  };
  return { io, said };
}
