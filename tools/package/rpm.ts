import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import type { Making } from './deb.ts';
import { type DescribedPackage, type PackageEntry } from './described.ts';
import { prefix } from './packages.ts';
import { foldersOf, stage } from './stage.ts';

/**
 * Macros without which two runs differ (times, host), or rpmbuild changes what it is given. xz is read by
 * every rpm that can be met.
 */
const macros: Readonly<Record<string, string>> = {
  use_source_date_epoch_as_buildtime: '1',
  clamp_mtime_to_source_date_epoch: '1',
  source_date_epoch_from_changelog: '0',
  _buildhost: 'rootimg',
  _binary_payload: 'w3.xzdio',
  _build_id_links: 'none',
  debug_package: '%{nil}',
  __os_install_post: '%{nil}',
};

/** Makes the .rpm below `into` and gives its path. */
export async function makeRpm(one: DescribedPackage, making: Making, into: string): Promise<string> {
  const { version, time, work } = making;
  const top = join(work, `rpm-${one.name}-${one.architecture}`);
  await mkdir(top);
  const staged = join(top, 'staged');
  await stage(staged, one.entries, time);
  const spec = join(top, `${one.name}.spec`);
  await writeFile(spec, specOf(one, version, staged));
  const defines = Object.entries({ ...macros, _topdir: top }).flatMap(([name, value]) => [
    '--define',
    `${name} ${value}`,
  ]);
  await run(['rpmbuild', '-bb', '--quiet', '--target', one.architecture, ...defines, spec], {
    env: { SOURCE_DATE_EPOCH: String(time) },
    action: `make the rpm of ${one.name}`,
  });
  const name = `${one.name}-${version}-1.${one.architecture}.rpm`;
  const path = join(into, basename(name));
  await rename(join(top, 'RPMS', one.architecture, name), path);
  return path;
}

/** Text of the spec file. Nothing is built: the files are taken as they are staged. */
export function specOf(one: DescribedPackage, version: string, staged: string): string {
  const fields: readonly (readonly [string, string])[] = [
    ['Name', one.name],
    ['Version', version],
    ['Release', '1'],
    ['Summary', one.summary],
    ['License', 'Apache-2.0'],
    ...(one.architecture === 'noarch' ? ([['BuildArch', 'noarch']] as const) : []),
    ['AutoReqProv', 'no'],
    ...relation('Requires', one.depends.rpm),
    ...relation('Recommends', one.recommends.rpm),
    ...relation('Suggests', one.suggests.rpm),
    ...relation('Conflicts', one.conflicts.rpm),
  ];
  const scripts = [
    ...(one.before === undefined ? [] : ['%pre', one.before]),
    ...(one.afterRemoval === undefined ? [] : ['%postun', `[ "$1" = 0 ] || exit 0\n${one.afterRemoval}`]),
  ];
  return [
    ...fields.map(([name, value]) => `${name}: ${value}`),
    ...['', '%description', ...one.description, ''],
    ...['%install', `cp -a '${staged}/.' %{buildroot}`, ''],
    ...scripts,
    '%files',
    ...ownedFolders(one).map((path) => `%dir %attr(0755,root,root) "${path}"`),
    ...one.entries.map(fileLine),
    '',
  ].join('\n');
}

function relation(name: string, values: readonly string[]): [string, string][] {
  return values.map((value) => [name, value]);
}

/** Folders that are nobody else's, so that they go with the last package that has them. */
function ownedFolders({ name, entries }: DescribedPackage): string[] {
  const ours = [prefix, `/usr/share/doc/${name}`];
  return foldersOf(entries).filter((path) => ours.some((top) => path === top || path.startsWith(`${top}/`)));
}

function fileLine(entry: PackageEntry): string {
  if ('link' in entry) return `"${entry.path}"`;
  const mode = entry.mode.toString(8).padStart(4, '0');
  const config = entry.config ? '%config(noreplace) ' : '';
  return `${config}%attr(${mode},root,root) "${entry.path}"`;
}
