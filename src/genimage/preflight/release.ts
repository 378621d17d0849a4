import { readTextFile } from '../../base/regular-file.ts';
import { distributionOf } from '../../family/families.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';

export interface HostRelease {
  /** ID of os-release, such as `rocky`. */
  readonly id: string;
  /** Words of ID_LIKE: distributions that this one is made as. */
  readonly like: readonly string[];
  /** First number of VERSION_ID; empty for rolling releases. */
  readonly major: string;
  /** For people: PRETTY_NAME. */
  readonly name: string;
}

export function parseRelease(text: string): HostRelease {
  const value = (key: string) =>
    new RegExp(`^${key}=(.*)$`, 'm')
      .exec(text)?.[1]
      ?.trim()
      .replace(/^(["'])(.*)\1$/, '$2') ?? '';
  const id = value('ID') || 'unknown';
  return {
    id,
    like: value('ID_LIKE').split(/\s+/).filter(Boolean),
    major: /^\d+/.exec(value('VERSION_ID'))?.[0] ?? '',
    name: value('PRETTY_NAME') || id,
  };
}

export async function readHostRelease(): Promise<HostRelease> {
  return parseRelease(await readTextFile('/etc/os-release').catch(() => ''));
}

/**
 * Scriptlets and rpm of another distribution or release may write what the image's own tools do not expect.
 */
export function releaseWarnings(plan: BuildPlan, host: HostRelease): string[] {
  const { osvers } = plan.image;
  const id = distributionOf(osvers);
  const major = /\d+/.exec(osvers)?.[0] ?? '';
  if (id === host.id && (major === '' || host.major === '' || major === host.major)) return [];
  const what = id === host.id ? 'another major release' : 'another distribution';
  return [`This host runs ${host.name}, ${what} than the image's ${osvers}.`];
}
