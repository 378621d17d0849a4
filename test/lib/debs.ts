import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package to be made; paths without a leading `/`. */
export interface TinyDeb {
  readonly name: string;
  readonly version?: string;
  readonly arch?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly conffiles?: readonly string[];
  /** Texts of preinst, postinst, prerm, postrm, config, templates. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Further lines of its control file. */
  readonly fields?: string;
}

/** Makes a real .deb with the list of digests that Debian's tools put in; gives its path. */
export function makeDeb(folder: string, deb: TinyDeb): string {
  const { name, version = '1', arch = 'all', files = {}, conffiles = [], fields = '' } = deb;
  const top = join(folder, `${name}-${arch}`);
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  };
  for (const [path, text] of Object.entries(files)) put(path, text);
  const sums = Object.keys(files).filter((path) => !conffiles.includes(path));
  const md5sums = sums.length === 0 ? '' : execFileSync('md5sum', sums, { cwd: top }).toString();
  put('DEBIAN/md5sums', md5sums);
  for (const [script, text] of Object.entries(deb.scripts ?? {})) {
    put(`DEBIAN/${script}`, text);
    chmodSync(join(top, 'DEBIAN', script), 0o755);
  }
  put('DEBIAN/conffiles', conffiles.map((path) => `/${path}\n`).join(''));
  const size = 'Installed-Size: 3\nMaintainer: x <x@example.org>\nDescription: x\n';
  put('DEBIAN/control', `Package: ${name}\nVersion: ${version}\nArchitecture: ${arch}\n${fields}${size}`);
  const file = join(folder, `${name}_${version}_${arch}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', '-Zgzip', top, file], { stdio: 'pipe' });
  return file;
}

/** Lets the real dpkg work on a tree; nothing of the tree is run. */
export function dpkg(root: string, ...words: readonly string[]): string {
  const argv = [`--root=${root}`, '--force-all', '--log=/dev/null', ...words];
  return execFileSync('dpkg', argv, { stdio: 'pipe' }).toString();
}

/** Makes the folders of a database in a tree that has none. */
export function beginDpkg(root: string): void {
  for (const name of ['info', 'updates', 'triggers']) {
    mkdirSync(join(root, 'var/lib/dpkg', name), { recursive: true });
  }
  for (const name of ['status', 'available', 'diversions']) {
    writeFileSync(join(root, 'var/lib/dpkg', name), '');
  }
}
