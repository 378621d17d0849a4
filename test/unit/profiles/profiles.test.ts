import { execFile } from 'node:child_process';
import { access, constants, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readExcludeLists } from '../../../src/resolve/exclude-list.ts';
import { folderOf } from '../../../src/family/families.ts';
import { readPackageLists } from '../../../src/resolve/package-list.ts';
import { findProfileFile } from '../../../src/resolve/profile-search.ts';

const netboot = resolve('share/xcat/netboot');
const run = promisify(execFile);

/** Every file below the folder of every family; links are followed, as an installation does. */
async function profileFiles(): Promise<string[]> {
  const found: string[] = [];
  for (const family of await readdir(netboot)) {
    if (family === 'common') continue;
    for (const name of await readdir(join(netboot, family), { recursive: true })) {
      const path = join(netboot, family, name);
      if ((await stat(path)).isFile()) found.push(path);
    }
  }
  return found;
}

const all = await profileFiles();
const relative = (path: string) => path.slice(netboot.length + 1);
const families = [...new Set(all.map((path) => relative(path).split('/')[0] ?? ''))];
const ofFamily = (family: string, extension: string) =>
  all.filter((path) => relative(path).startsWith(`${family}/`) && path.endsWith(`.${extension}`));

describe('default profiles', () => {
  it('are files of known kinds, and links stay inside the netboot folder', async () => {
    for (const path of all) {
      expect(relative(path)).toMatch(
        /^[\w-]+\/(include\/[\w-]+\.pkglist|compute(\.[\w.-]+)?\.(pkglist|exlist|postinstall))$/,
      );
      expect((await realpath(path)).startsWith(`${netboot}/`), relative(path)).toBe(true);
    }
  });

  it('have the three files of a profile together', () => {
    for (const path of all.filter((path) => /\.pkglist$/.test(path) && !path.includes('/include/'))) {
      const stem = path.slice(0, -'.pkglist'.length);
      // SLE 16 has the list alone; the other two are those of the folder.
      if (/\/compute\.sle16(\.\w+)?$/.test(stem)) continue;
      expect(all, relative(path)).toEqual(expect.arrayContaining([`${stem}.exlist`, `${stem}.postinstall`]));
    }
  });

  it.each(families)(
    'of %s: each pkglist parses, names a package once, says where its names come from',
    async (family) => {
      for (const path of ofFamily(family, 'pkglist')) {
        const { passes, problems, warnings } = await readPackageLists(path, 'pkglist', {
          cwd: '/',
          variables: {},
        });
        expect({ path, problems, warnings }).toEqual({ path, problems: [], warnings: [] });
        expect(passes, path).toHaveLength(1);
        const names = passes[0]?.install.map((entry) => entry.name) ?? [];
        expect(
          names.filter((other, index) => names.indexOf(other) !== index),
          path,
        ).toEqual([]);
        for (const other of names) expect(other, path).toMatch(/^[A-Za-z0-9][A-Za-z0-9+._-]*$/);
        const lines = (await readFile(path, 'utf8')).split('\n');
        const comments = lines.filter((line) => line.startsWith('# ')).join('\n');
        expect(comments, path).toMatch(/names?\b/i);
        // A reader that splits at commas before it looks for comments would take the rest for a package.
        expect(comments, path).not.toContain(',');
        if (basename(path).startsWith('compute.')) {
          expect(names, path).toEqual(expect.arrayContaining(['cpio', 'curl', 'tar', 'gzip', 'rsync']));
        }
      }
    },
  );

  it.each(families)('of %s: each exlist has patterns that find(1) can match', async (family) => {
    for (const path of ofFamily(family, 'exlist')) {
      const { rules, problems, warnings } = await readExcludeLists(path, '/');
      expect({ path, problems, warnings }).toEqual({ path, problems: [], warnings: [] });
      expect(rules.length).toBeGreaterThan(0);
      for (const rule of rules) expect(rule.pattern, path).toMatch(/^\.\//);
      expect(new Set(rules.map((rule) => rule.pattern)).size, path).toBe(rules.length);
    }
  });

  it('have postinstall scripts that are executable and that every shell reads', async () => {
    const scripts = new Set<string>();
    for (const path of all.filter((other) => other.endsWith('.postinstall'))) {
      await access(path, constants.X_OK);
      scripts.add(await realpath(path));
    }
    for (const script of [...scripts, join(netboot, 'common/genimage')]) await run('sh', ['-n', script]);
    expect(scripts.size).toBeGreaterThan(0);
  });

  it('pass shellcheck where it is installed', async ({ skip }) => {
    const scripts = [join(netboot, 'common/compute.postinstall'), join(netboot, 'common/genimage')];
    const failure: unknown = await run('shellcheck', scripts).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT')
      return skip('no shellcheck here');
    expect(failure).toBeUndefined();
  });
});

describe('the search finds a whole profile', () => {
  const releases: Record<string, readonly string[]> = {
    'rhels6.3': ['x86_64', 'ppc64', 'ppc64le'],
    'rhels7.9': ['x86_64', 'ppc64', 'ppc64le', 'aarch64'],
    'rhels8.10': ['x86_64', 'ppc64le', 'aarch64'],
    'rhels9.4': ['x86_64', 'ppc64le', 'aarch64'],
    'rhels10.0': ['x86_64', 'ppc64le', 'aarch64'],
    'centos6.10': ['x86_64'],
    'centos7.9': ['x86_64', 'ppc64le', 'aarch64'],
    'centos8.5': ['x86_64', 'ppc64le', 'aarch64'],
    'centos-stream8': ['x86_64', 'ppc64le', 'aarch64'],
    'centos-stream9': ['x86_64', 'ppc64le', 'aarch64'],
    'centos-stream10': ['x86_64', 'ppc64le', 'aarch64'],
    'rocky8.10': ['x86_64', 'ppc64le', 'aarch64'],
    'rocky9.4': ['x86_64', 'ppc64le', 'aarch64'],
    'rocky10.1': ['x86_64', 'ppc64le', 'aarch64'],
    'alma8.10': ['x86_64', 'ppc64le', 'aarch64'],
    'alma9.5': ['x86_64', 'ppc64le', 'aarch64'],
    'alma10.0': ['x86_64', 'ppc64le', 'aarch64'],
    'ol7.9': ['x86_64', 'ppc64le', 'aarch64'],
    'ol8.9': ['x86_64', 'ppc64le', 'aarch64'],
    'ol9.3': ['x86_64', 'ppc64le', 'aarch64'],
    'ol10.0': ['x86_64', 'ppc64le', 'aarch64'],
    'SL7.9': ['x86_64', 'ppc64le', 'aarch64'],
    fedora41: ['x86_64', 'ppc64le', 'aarch64'],
    sles11sp4: ['x86_64', 'ppc64'],
    'sles12.5': ['x86_64', 'ppc64le', 'aarch64'],
    'sle15.6': ['x86_64', 'ppc64le', 'aarch64'],
    'leap15.6': ['x86_64', 'ppc64le', 'aarch64'],
    'sles15.6': ['x86_64', 'ppc64le', 'aarch64'],
    'ubuntu20.04.6': ['x86_64', 'ppc64el', 'ppc64le', 'aarch64', 's390x'],
    'ubuntu22.04': ['x86_64', 'ppc64el', 'ppc64le', 'aarch64', 's390x', 'riscv64'],
    'ubuntu24.04.1': ['x86_64', 'ppc64el', 'ppc64le', 'aarch64', 's390x', 'riscv64'],
    'ubuntu26.04': ['x86_64', 'ppc64el', 'ppc64le', 'aarch64', 's390x', 'riscv64'],
    debian11: ['x86_64', 'ppc64el', 'ppc64le', 'aarch64'],
    'debian12.5': ['x86_64', 'ppc64el', 'ppc64le', 'aarch64', 's390x'],
    debian13: ['x86_64', 'ppc64el', 'ppc64le', 'aarch64', 's390x', 'riscv64'],
  };

  it.each(Object.keys(releases))('of %s', async (osvers) => {
    const folders = [join(netboot, folderOf(osvers))];
    for (const arch of releases[osvers] ?? []) {
      for (const order of ['build', 'copycds'] as const) {
        for (const extension of ['pkglist', 'exlist', 'postinstall']) {
          const found = await findProfileFile(
            order,
            { profile: 'compute', osvers, arch },
            folders,
            extension,
          );
          expect(found, `${osvers} ${arch} ${extension}`).toMatch(new RegExp(`\\.${arch}\\.${extension}$`));
        }
      }
    }
  });

  it.each(['sle16.0', 'leap16.0', 'leap16.1'])(
    'of %s, with what the folder has for all releases',
    async (osvers) => {
      const folders = [join(netboot, folderOf(osvers))];
      for (const arch of ['x86_64', 'ppc64le', 'aarch64']) {
        const key = { profile: 'compute', osvers, arch };
        const find = (extension: string) => findProfileFile('build', key, folders, extension);
        expect(await find('pkglist')).toMatch(new RegExp(`/compute\\.sle16\\.${arch}\\.pkglist$`));
        expect(await find('exlist')).toMatch(/\/compute\.exlist$/);
        expect(await find('postinstall')).toMatch(/\/compute\.postinstall$/);
      }
    },
  );

  it.each([
    'rh/compute.rhels6.x86_64.pkglist',
    'rh/compute.rhels6.x86_64.postinstall',
    'rh/compute.rhels7.ppc64.pkglist',
    'rh/compute.rhels7.ppc64.postinstall',
    'rh/compute.rhels9.x86_64.exlist',
    'rocky/compute.rocky9.x86_64.pkglist',
    'sles/compute.sle15.x86_64.pkglist',
    'sles/compute.sle15.postinstall',
    'sles/compute.sles12.x86_64.pkglist',
    'sle/compute.sle15.x86_64.pkglist',
  ])('named by definitions of xCAT: %s', (name) => {
    expect(all.map(relative)).toContain(name);
  });
});

describe('the names that definitions and lists of other sites hold', () => {
  const archless: Record<string, readonly string[]> = {
    rh: ['rhels6', 'rhels7', 'rhels8', 'rhels9', 'rhels10', 'rhel6'],
    centos: ['centos6', 'centos7', 'centos8', 'centos-stream8'],
    rocky: ['rocky8', 'rocky9', 'rocky10'],
    alma: ['alma8', 'alma9', 'alma10'],
    ol: ['ol6', 'ol7', 'ol8', 'ol9', 'ol10'],
    SL: ['SL6', 'SL7'],
    fedora: [],
    sles: ['sles11', 'sles12', 'sle15', 'suse11'],
    ubuntu: ['14.04', '14.04.4', '16.04', '16.04.5', '18.04', '20.04', '22.04', '24.04', '26.04'].map(
      (version) => `ubuntu${version}`,
    ),
    debian: ['debian11', 'debian12', 'debian13'],
  };
  it.each(Object.entries(archless))(
    'of %s, without an architecture and without a release',
    (family, names) => {
      const wanted = ['compute', ...names.map((name) => `compute.${name}`)].flatMap((name) =>
        ['pkglist', 'exlist', 'postinstall'].map((extension) =>
          join(netboot, family, `${name}.${extension}`),
        ),
      );
      expect(wanted.filter((path) => !all.includes(path))).toEqual([]);
    },
  );
});
