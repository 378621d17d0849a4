import { machine } from 'node:os';
import { readTextFile } from '../../base/regular-file.ts';
import { own } from '../../base/own.ts';
import { osarchOfMachine } from '../../base/architecture.ts';

/** Names of distributions in os-release that osvers writes otherwise. */
const osversNames: Readonly<Record<string, string>> = {
  rhel: 'rhels',
  almalinux: 'alma',
  'opensuse-leap': 'leap',
  scientific: 'SL',
};

/** This host's architecture as osarch says it. */
export function hostOsarch(): string {
  return osarchOfMachine(machine());
}

/**
 * This host's distribution and release as osvers says it, such as `rocky9.4`; undefined when os-release does
 * not tell.
 */
export async function hostOsvers(file = '/etc/os-release'): Promise<string | undefined> {
  const text = await readTextFile(file).catch(() => '');
  const value = (key: string): string => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? '';
  const id = value('ID');
  if (id === '') return undefined;
  const stream = id === 'centos' && /stream/i.test(value('NAME')) ? '-stream' : '';
  return `${own(osversNames, id) ?? id}${stream}${value('VERSION_ID')}`;
}
