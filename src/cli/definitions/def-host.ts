import { readFile } from 'node:fs/promises';
import { machine } from 'node:os';

/** Names of distributions in os-release that osvers writes otherwise. */
const osversNames: Readonly<Record<string, string>> = {
  rhel: 'rhels',
  almalinux: 'alma',
  'opensuse-leap': 'leap',
  scientific: 'SL',
};

/** This host's architecture as osarch says it. */
export function hostOsarch(): string {
  const name = machine();
  return /^i.86$/.test(name) ? 'x86' : name;
}

/** This host's distribution and release as osvers says it, such as `rocky9.4`; undefined when os-release does not tell. */
export async function hostOsvers(file = '/etc/os-release'): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const value = (key: string): string => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? '';
  const id = value('ID');
  if (id === '') return undefined;
  const stream = id === 'centos' && /stream/i.test(value('NAME')) ? '-stream' : '';
  return `${osversNames[id] ?? id}${stream}${value('VERSION_ID')}`;
}
