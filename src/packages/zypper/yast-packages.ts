import { readdir, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import type { PrimaryPackage } from '../rpm/primary.ts';
import { unpacked } from '../rpm/unpacked.ts';

/** Where media of YaST's kind have what, as `content` says it. */
interface YastPlaces {
  readonly data: string;
  readonly descr: string;
}

/** The packages of these names on a medium of YaST's kind (up to SLES 12), whose metadata lies in `folder`. */
export async function readYast(folder: string, names: ReadonlySet<string>): Promise<PrimaryPackage[]> {
  const { data } = await placesOf(folder);
  const { text } = await readPackages(folder);
  return parts(text).flatMap((part) => {
    const found = packageOf(part, data);
    return found !== undefined && names.has(found.name) ? [found] : [];
  });
}

/** Makes such metadata, which zypper has checked, tell of some of its packages alone. */
export async function narrowYast(folder: string, isKept: (one: PrimaryPackage) => boolean): Promise<void> {
  const { data, descr } = await placesOf(folder);
  const { text, file } = await readPackages(folder);
  const kept = parts(text).filter((part) => {
    const found = packageOf(part, data);
    return found === undefined || isKept(found);
  });
  await rm(file);
  await writeFile(join(folder, descr, 'packages'), kept.join(''));
}

async function placesOf(folder: string): Promise<YastPlaces> {
  const content = await readTextFile(join(folder, 'content'));
  const word = (key: string) => new RegExp(`^${key}\\s+(\\S+)`, 'm').exec(content)?.[1];
  return { data: word('DATADIR') ?? 'suse', descr: word('DESCRDIR') ?? 'suse/setup/descr' };
}

async function readPackages(folder: string): Promise<{ text: string; file: string }> {
  const { descr } = await placesOf(folder);
  const name = (await readdir(join(folder, descr))).find((one) => /^packages(\.(gz|bz2|xz|zst))?$/.test(one));
  const file = join(folder, descr, name ?? 'packages');
  return { text: await unpacked(file), file };
}

/** What stands before the first package, and each package with all its lines. */
function parts(text: string): string[] {
  return text.split(/^(?==Pkg: )/m);
}

/** `=Pkg: name version release arch`, `=Cks: SHA256 digest`, `=Loc: medium file [folder]`. */
function packageOf(part: string, data: string): PrimaryPackage | undefined {
  const words = (key: string) => new RegExp(`^=${key}:\\s*(.*)$`, 'm').exec(part)?.[1]?.split(/\s+/) ?? [];
  const [name, version = '', release = '', arch = ''] = words('Pkg');
  if (name === undefined) return undefined;
  const [type = '', digest = ''] = words('Cks');
  const [, file = '', folder = arch] = words('Loc');
  return {
    ...{ name, version: `${version}-${release}`.replace(/^0:/, ''), arch },
    digest: `${type.toLowerCase()}:${digest}`,
    location: posix.join(data, folder, file),
  };
}
