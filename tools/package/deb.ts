import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debArchitecture } from '../../src/family/archives.ts';
import { run } from '../../src/system/exec.ts';
import { type DescribedPackage, maintainer } from './described.ts';
import { stage } from './stage.ts';

/** What every package of one run has in common. */
export interface Making {
  readonly version: string;
  /** Seconds: no file is younger, so that two runs make the same bytes. */
  readonly time: number;
  /** An empty folder of our own. */
  readonly work: string;
}

/** Makes the .deb below `into` and gives its path. */
export async function makeDeb(one: DescribedPackage, making: Making, into: string): Promise<string> {
  const { version, time, work } = making;
  const root = join(work, `deb-${one.name}-${one.architecture}`);
  await stage(root, one.entries, time);
  const folder = join(root, 'DEBIAN');
  await mkdir(folder, { mode: 0o755 });
  for (const [name, { text, mode }] of controlFiles(one, version)) {
    await writeFile(join(folder, name), text, { mode });
  }
  const path = join(into, `${one.name}_${version}_${debName(one.architecture)}.deb`);
  await run(['dpkg-deb', '--root-owner-group', '-Zxz', '-z3', '--build', root, path], {
    env: { SOURCE_DATE_EPOCH: String(time) },
    action: `make ${path}`,
  });
  return path;
}

function debName(architecture: string): string {
  return architecture === 'noarch' ? 'all' : debArchitecture(architecture);
}

function controlFiles(one: DescribedPackage, version: string) {
  const files = new Map<string, { text: string; mode: number }>();
  files.set('control', { text: control(one, version), mode: 0o644 });
  files.set('md5sums', { text: md5sums(one), mode: 0o644 });
  const config = one.entries.filter((entry) => 'config' in entry && entry.config);
  if (config.length > 0) {
    files.set('conffiles', { text: config.map(({ path }) => `${path}\n`).join(''), mode: 0o644 });
  }
  const script = (body: string) => ({ text: `#!/bin/sh\nset -e\n${body}`, mode: 0o755 });
  if (one.before !== undefined) {
    files.set('preinst', script(`case $1 in install | upgrade) ;; *) exit 0 ;; esac\n${one.before}`));
  }
  if (one.afterRemoval !== undefined) {
    files.set('postrm', script(`[ "$1" = purge ] || exit 0\n${one.afterRemoval}`));
  }
  return files;
}

/** Format: deb-control(5). */
function control(one: DescribedPackage, version: string): string {
  const size = one.entries.reduce((sum, entry) => sum + ('content' in entry ? entry.content.length : 0), 0);
  const fields: readonly (readonly [string, string])[] = [
    ['Package', one.name],
    ['Version', version],
    ['Architecture', debName(one.architecture)],
    ['Maintainer', maintainer],
    ['Installed-Size', String(Math.ceil(size / 1024))],
    ['Depends', one.depends.deb.join(', ')],
    ['Recommends', one.recommends.deb.join(', ')],
    ['Suggests', one.suggests.deb.join(', ')],
    ['Conflicts', one.conflicts.deb.join(', ')],
    ['Section', 'admin'],
    ['Priority', 'optional'],
    ['Description', [one.summary, ...one.description].join('\n ')],
  ];
  return fields.flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}\n`])).join('');
}

function md5sums({ entries }: DescribedPackage): string {
  return entries
    .flatMap((entry) =>
      'content' in entry
        ? [`${createHash('md5').update(entry.content).digest('hex')}  ${entry.path.slice(1)}\n`]
        : [],
    )
    .join('');
}
