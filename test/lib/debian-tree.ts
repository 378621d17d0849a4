import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a tree that boots has, and a program with capabilities. */
const packages = ['systemd-sysv', 'iputils-ping', 'netbase'];

/** Codename of this host's Debian; undefined on any other host. */
export function hostCodename(): string | undefined {
  const release = readFileSync('/etc/os-release', 'utf8');
  return /^ID=debian$/m.test(release) ? /^VERSION_CODENAME=(.*)$/m.exec(release)?.[1] : undefined;
}

/**
 * Unpacks a small real Debian of the host's release into `root`. It is made by mmdebstrap once for each
 * machine, which takes half a minute, and kept beside the sample repository.
 */
export function unpackDebianTree(root: string): void {
  const suite = hostCodename();
  if (suite === undefined) throw new Error('a Debian tree is made on a Debian host');
  const cache = process.env['ROOTIMG_CACHE'] ?? '/var/cache/rootimg';
  const kept = join(cache, `debian-tree-${suite}-${packages.join('-')}.tar`);
  mkdirSync(cache, { recursive: true });
  if (!existsSync(kept)) {
    const folder = mkdtempSync(join(cache, 'debian-tree-'));
    const made = join(folder, 'tree.tar');
    const argv = ['--quiet', '--variant=minbase', `--include=${packages.join()}`, suite, made];
    execFileSync('mmdebstrap', argv, { stdio: 'pipe' });
    renameSync(made, kept);
    rmSync(folder, { recursive: true });
  }
  mkdirSync(root, { recursive: true });
  const attributes = ['--numeric-owner', '--xattrs', '--xattrs-include=*'];
  execFileSync('tar', ['-xf', kept, '-C', root, ...attributes], { stdio: 'pipe' });
}
