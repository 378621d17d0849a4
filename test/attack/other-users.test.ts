import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { chmod, chown, lchown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RootimgError } from '../../src/base/errors.ts';
import { readPasswordHash } from '../../src/definition/site.ts';
import { checkBuildFiles } from '../../src/genimage/preflight/build-files.ts';
import { waitForFolder } from '../../src/system/flock.ts';
import { type FolderFault, trustFolders } from '../../src/base/folder-trust.ts';
import { lockImageDir, lockName } from '../../src/system/lock.ts';
import { folderFaults, requireSafeFolder } from '../../src/base/safe-folder.ts';

/**
 * The rule: no other unprivileged user exchanges, redirects or blocks what root works with. Needs root, to be
 * somebody else besides.
 */

const nobody = 65_534;
const asNobody = ['--reuid', `${nobody}`, '--regid', `${nobody}`, '--clear-groups', '--'];

let base: string;
let warned: FolderFault[];
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-users-'));
  await chmod(base, 0o755);
  await mkdir(join(base, 'shared'));
  await chmod(join(base, 'shared'), 0o1777);
  await mkdir(join(base, 'own'));
  await writeFile(join(base, 'victim'), 'of root');
  warned = [];
  trustFolders({ groupWritable: 'warn', owners: [], warn: (fault) => warned.push(fault) });
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Runs a program as nobody, who is no member of anything. */
function nobodyDoes(...argv: string[]): void {
  execFileSync('setpriv', [...asNobody, ...argv]);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => {
      if (!(error instanceof RootimgError)) throw error;
      return 'problems' in error ? (error as { problems: { code: string }[] }).problems[0]!.code : error.code;
    },
  );
}

describe('a folder that somebody else can exchange', () => {
  const places: Record<string, () => Promise<string>> = {
    'made first in a shared folder': async () => {
      nobodyDoes('mkdir', join(base, 'shared/build'));
      return join(base, 'shared/build');
    },
    'below one made first in a shared folder': async () => {
      nobodyDoes('mkdir', '-m', '777', join(base, 'shared/build'));
      await mkdir(join(base, 'shared/build/inner'));
      return join(base, 'shared/build/inner');
    },
    'a link of somebody in a shared folder': async () => {
      nobodyDoes('ln', '-s', join(base, 'own'), join(base, 'shared/build'));
      return join(base, 'shared/build');
    },
    'a shared folder itself': async () => join(base, 'shared'),
    'one that everybody may write': async () => {
      await chmod(join(base, 'own'), 0o777);
      return join(base, 'own');
    },
    'below one that everybody may write': async () => {
      await chmod(join(base, 'own'), 0o777);
      await mkdir(join(base, 'own/inner'));
      return join(base, 'own/inner');
    },
    'given away': async () => {
      await chown(join(base, 'own'), nobody, 0);
      return join(base, 'own');
    },
    'behind a link that was given away': async () => {
      await symlink(join(base, 'own'), join(base, 'link'));
      await lchown(join(base, 'link'), nobody, 0);
      return join(base, 'link');
    },
  };

  it.each(Object.entries(places))('%s: is refused, and nothing is written there', async (_, make) => {
    const place = await make();
    expect(await codeOf(requireSafeFolder(place))).toBe('folder-open');
    expect(await codeOf(lockImageDir(place, 'test'))).toBe('folder-open');
    expect(() => lstatSync(join(place, lockName))).toThrow('ENOENT');
  });

  it('may be one that a group writes, with a warning; config.yaml can refuse it', async () => {
    await chown(join(base, 'own'), 0, 4711);
    await chmod(join(base, 'own'), 0o2775);
    expect(await codeOf(requireSafeFolder(join(base, 'own/new')))).toBe('done');
    expect(warned).toEqual([
      { path: join(base, 'own'), reason: 'can be written by group 4711', anybody: false },
    ]);
    trustFolders({ groupWritable: 'refuse', owners: [], warn: () => undefined });
    expect(await codeOf(requireSafeFolder(join(base, 'own')))).toBe('folder-open');
  });

  it('may be one of an owner that config.yaml names', async () => {
    await chown(join(base, 'own'), 4711, 0);
    trustFolders({ groupWritable: 'warn', owners: [4711], warn: () => undefined });
    expect(await folderFaults(join(base, 'own'))).toEqual([]);
  });

  it('is none of ours below a shared folder, there or not yet', async () => {
    await mkdir(join(base, 'shared/ours'));
    for (const name of ['ours', 'ours/deep/new', 'new/deep']) {
      expect(await folderFaults(join(base, 'shared', name))).toEqual([]);
    }
    expect(await folderFaults(join(base, 'shared'), 'parent')).toEqual([]);
  });
});

describe('a lock', () => {
  it('is opened by nobody but us, and through no link', async () => {
    (await lockImageDir(join(base, 'own'), 'test'))();
    (await waitForFolder(base))();
    for (const folder of ['own', '.']) {
      const path = join(base, folder, lockName);
      expect(lstatSync(path).mode & 0o777).toBe(0o600);
      expect(() => nobodyDoes('sh', '-c', `: < "${path}"`)).toThrow();
    }
    await rm(join(base, 'own', lockName));
    await symlink(join(base, 'victim'), join(base, 'own', lockName));
    expect(await codeOf(lockImageDir(join(base, 'own'), 'test'))).toBe('lock-link');
    expect(readFileSync(join(base, 'victim'), 'utf8')).toBe('of root');
  });

  it('of an older release that somebody else holds blocks nobody', async () => {
    const path = join(base, 'own', lockName);
    await writeFile(path, '', { mode: 0o644 });
    const holder = spawn('setpriv', [...asNobody, 'flock', path, 'sh', '-c', 'echo held; exec sleep 100']);
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const release = await lockImageDir(join(base, 'own'), 'test');
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    expect(await codeOf(lockImageDir(join(base, 'own'), 'another'))).toBe('locked');
    release();
    holder.kill();
  });
});

describe('files that decide what root does', () => {
  it('a password hash of somebody else is refused', async () => {
    const file = join(base, 'hash');
    await writeFile(file, '$6$salt$hash\n', { mode: 0o600 });
    expect(await readPasswordHash(file)).toBe('$6$salt$hash');
    await chown(file, nobody, nobody);
    expect(await codeOf(readPasswordHash(file))).toBe('password-foreign');
  });

  it.each([
    ['of somebody else', (path: string) => chown(path, nobody, nobody)],
    ['that everybody may write', (path: string) => chmod(path, 0o777)],
  ])('a postinstall script %s is refused', async (_, open) => {
    const path = join(base, 'script');
    await writeFile(path, '#!/bin/sh\n', { mode: 0o755 });
    const plan = { request: { onlyinitrd: false }, postinstall: [{ path, args: [] }], keys: ['/dev/null'] };
    const check = async () => {
      const whole = { ...plan, repositories: [] } as unknown as Parameters<typeof checkBuildFiles>[0];
      const context = { dracutModuleDir: base } as Parameters<typeof checkBuildFiles>[1];
      return (await checkBuildFiles(whole, context)).map(({ code }) => code);
    };
    await writeFile(join(base, 'module-setup.sh'), '');
    expect(await check()).toEqual([]);
    await open(path);
    expect(await check()).toEqual(['folder-open']);
  });
});

describe('commands of other users', () => {
  const lsdef = join(import.meta.dirname, '../../bin/lsdef');
  const list = (...before: string[]) =>
    execFileSync(before[0]!, [...before.slice(1), process.execPath, lsdef, '-t', 'osimage'], {
      env: { ...process.env, ROOTIMG_HOME: join(base, 'own') },
      encoding: 'utf8',
    });

  it('read what root defined, also as root of a namespace of their own', async () => {
    await mkdir(join(base, 'own/osimage'));
    await writeFile(join(base, 'own/osimage/a.stanza'), 'a:\n    objtype=osimage\n    profile=x\n');
    expect(list('env')).toContain('a  (osimage)');
    expect(list('setpriv', ...asNobody)).toContain('a  (osimage)');
    expect(list('setpriv', ...asNobody, 'unshare', '-Ur')).toContain('a  (osimage)');
  });

  it('root takes no definitions that everybody could exchange', async () => {
    await chmod(join(base, 'own'), 0o777);
    expect(() => list('env')).toThrow('is not a safe place');
  });
});
