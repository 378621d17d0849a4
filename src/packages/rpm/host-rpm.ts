import type { HostTool } from '../../base/host-tool.ts';
import { run } from '../../system/exec.ts';

/** The host's rpm, which every manager of rpm packages needs beside itself. */
export const rpmTool: HostTool = {
  command: 'rpm',
  from: 'rpm',
  why: 'moves the package database to where the image looks',
};

/** Such as `4.18.0`. */
export async function rpmVersion(): Promise<string> {
  const { stdout } = await run(['rpm', '--version'], { action: 'ask rpm for its version' });
  return stdout.trim().replace(/^.* /, '');
}
